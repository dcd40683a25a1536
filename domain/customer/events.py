"""What happened to a customer."""

from typing import ClassVar, Literal

from domain.words.structs import NO, Event
from domain.words.values import (
    CircuitId,
    Identifier,
    Isolation,
    Manager,
    Model,
    Network,
    Principal,
    Role,
)


class CustomerRegistered(Event):
    kind: ClassVar[str] = "tieline.customer.registered.v1"
    name: str
    model: Model
    isolation: Isolation
    encapsulation_id: int
    """24 bits, allocated once, never reused: keeps the customer's traffic apart in the tunnels."""


class ModelChanged(Event):
    kind: ClassVar[str] = "tieline.customer.model-changed.v1"
    model: Model


class IdentityStoreRecorded(Event):
    kind: ClassVar[str] = "tieline.customer.identity-store-recorded.v1"
    location: Literal["csp", "customer"]
    directory: str
    replicated: bool


class CustomerRemoved(Event):
    kind: ClassVar[str] = "tieline.customer.removed.v1"


class CustomerErased(Event):
    """From here on its secrets are told to nobody; its key is destroyed once this is durable."""

    kind: ClassVar[str] = "tieline.customer.erased.v1"


class SubscriptionAdded(Event):
    kind: ClassVar[str] = "tieline.customer.subscription-added.v1"
    subscription_id: Identifier
    managed_by: Manager


class SubscriptionManagerChanged(Event):
    kind: ClassVar[str] = "tieline.customer.subscription-manager-changed.v1"
    subscription_id: Identifier
    managed_by: Manager


class SubscriptionRemoved(Event):
    kind: ClassVar[str] = "tieline.customer.subscription-removed.v1"
    subscription_id: Identifier


class RoleGranted(Event):
    kind: ClassVar[str] = "tieline.customer.role-granted.v1"
    principal: Principal
    role: Role
    scope: CircuitId | None = None
    on_behalf: bool = NO


class RoleRevoked(Event):
    kind: ClassVar[str] = "tieline.customer.role-revoked.v1"
    principal: Principal
    role: Role
    scope: CircuitId | None = None
    on_behalf: bool = NO


class PrefixClaimed(Event):
    kind: ClassVar[str] = "tieline.customer.prefix-claimed.v1"
    prefix: Network
    evidence: str | None = None


class PrefixConfirmed(Event):
    kind: ClassVar[str] = "tieline.customer.prefix-confirmed.v1"
    prefix: Network
    evidence: str | None = None
    origin_asn: int | None = None
    """The ASN of the peering whose validation confirmed it."""


class PrefixClaimEnded(Event):
    """A claim ended because an overlapping prefix was confirmed for somebody else."""

    kind: ClassVar[str] = "tieline.customer.prefix-claim-ended.v1"
    prefix: Network


class PrefixRejected(Event):
    kind: ClassVar[str] = "tieline.customer.prefix-rejected.v1"
    prefix: Network
    evidence: str | None = None


class PrefixReleased(Event):
    kind: ClassVar[str] = "tieline.customer.prefix-released.v1"
    prefix: Network
    evidence: str | None = None


class CircuitAttached(Event):
    """A circuit of the customer counts under its limits from here on."""

    kind: ClassVar[str] = "tieline.customer.circuit-attached.v1"
    circuit_id: CircuitId
    subscription_id: Identifier
    location_id: Identifier


class CircuitDetached(Event):
    kind: ClassVar[str] = "tieline.customer.circuit-detached.v1"
    circuit_id: CircuitId


class CustomerRouteFilterAttached(Event):
    """A route filter is the customer's from here on."""

    kind: ClassVar[str] = "tieline.customer.route-filter-attached.v1"
    route_filter_id: Identifier


class CustomerRouteFilterDetached(Event):
    kind: ClassVar[str] = "tieline.customer.route-filter-detached.v1"
    route_filter_id: Identifier


class CustomerNetworkAttached(Event):
    """A network lies in one of the customer's subscriptions from here on."""

    kind: ClassVar[str] = "tieline.customer.network-attached.v1"
    network_id: Identifier
    subscription_id: Identifier


class CustomerNetworkDetached(Event):
    kind: ClassVar[str] = "tieline.customer.network-detached.v1"
    network_id: Identifier
    subscription_id: Identifier
