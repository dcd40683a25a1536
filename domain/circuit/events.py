"""What happened to a circuit, its peerings and its bandwidth: all on the circuit's stream."""

from typing import ClassVar

from domain.circuit.encryption_commands import Encryption
from domain.words.structs import NO, Event
from domain.words.values import (
    Billing,
    CircuitId,
    Identifier,
    Mbps,
    Network,
    PeeringState,
    RoutingDomain,
    Strategy,
    Tier,
    Vlan,
)


class CircuitOrdered(Event):
    """A circuit was ordered; `replaces` and `change_id` where it succeeds another."""

    kind: ClassVar[str] = "tieline.circuit.ordered.v1"
    customer_id: Identifier
    subscription_id: Identifier
    location_id: Identifier
    provider: Identifier
    bandwidth_mbps: Mbps
    tier: Tier
    billing: Billing
    profile: Identifier
    replaces: CircuitId | None = None
    change_id: Identifier | None = None
    strategy: Strategy | None = None


class CircuitPlaced(Event):
    """The circuit got its router pair, and the service key that the provider quotes."""

    kind: ClassVar[str] = "tieline.circuit.placed.v1"
    pair: Identifier
    primary: Identifier
    secondary: Identifier
    service_key: str


class ProvisioningBegun(Event):
    kind: ClassVar[str] = "tieline.circuit.provisioning-begun.v1"
    note: str | None = None


class Provisioned(Event):
    kind: ClassVar[str] = "tieline.circuit.provisioned.v1"
    note: str | None = None


class ProvisioningRejected(Event):
    kind: ClassVar[str] = "tieline.circuit.provisioning-rejected.v1"
    reason: str
    note: str | None = None


class DeprovisioningRequested(Event):
    kind: ClassVar[str] = "tieline.circuit.deprovisioning-requested.v1"
    reason: str | None = None


class DeprovisioningBegun(Event):
    kind: ClassVar[str] = "tieline.circuit.deprovisioning-begun.v1"
    note: str | None = None


class Deprovisioned(Event):
    kind: ClassVar[str] = "tieline.circuit.deprovisioned.v1"
    note: str | None = None


class DeprovisioningRejected(Event):
    kind: ClassVar[str] = "tieline.circuit.deprovisioning-rejected.v1"
    reason: str
    note: str | None = None


class DeprovisioningWithdrawn(Event):
    kind: ClassVar[str] = "tieline.circuit.deprovisioning-withdrawn.v1"
    reason: str | None = None


class CircuitDeleted(Event):
    kind: ClassVar[str] = "tieline.circuit.deleted.v1"


class TierChanged(Event):
    kind: ClassVar[str] = "tieline.circuit.tier-changed.v1"
    tier: Tier


class BillingChanged(Event):
    kind: ClassVar[str] = "tieline.circuit.billing-changed.v1"
    billing: Billing


class EncryptionSet(Event):
    """What crosses the circuit is encrypted like this from here on, in place of any other way."""

    kind: ClassVar[str] = "tieline.circuit.encryption-set.v1"
    encryption: Encryption


class EncryptionRemoved(Event):
    kind: ClassVar[str] = "tieline.circuit.encryption-removed.v1"


class AboutPeering(Event):
    """What happened to one peering of the circuit."""

    routing_domain: RoutingDomain


class PeeringSettings(AboutPeering, kw_only=True):
    """The settings of one peering, as a whole."""

    kind: ClassVar[str]
    vlan: Vlan
    peer_asn: int
    primary_subnet: Network | None = None
    secondary_subnet: Network | None = None
    primary_subnet_v6: Network | None = None
    secondary_subnet_v6: Network | None = None
    advertised_prefixes: list[Network] | None = None
    registry: str | None = None
    state: PeeringState
    validation_pending: bool = NO
    """Whether somebody has yet to validate it; stays true while it is disabled."""


class PeeringConfigured(PeeringSettings):
    kind: ClassVar[str] = "tieline.peering.configured.v1"


class PeeringChanged(PeeringSettings):
    kind: ClassVar[str] = "tieline.peering.changed.v1"


class PeeringValidated(AboutPeering):
    kind: ClassVar[str] = "tieline.peering.validated.v1"
    evidence: str


class PeeringValidationRejected(AboutPeering):
    kind: ClassVar[str] = "tieline.peering.validation-rejected.v1"
    reason: str


class PeeringEnabled(AboutPeering):
    kind: ClassVar[str] = "tieline.peering.enabled.v1"


class PeeringDisabled(AboutPeering):
    kind: ClassVar[str] = "tieline.peering.disabled.v1"


class PeeringRemoved(AboutPeering):
    kind: ClassVar[str] = "tieline.peering.removed.v1"


class PeeringRouteFilterAttached(AboutPeering):
    """The peering uses this filter from here on, in place of any other."""

    kind: ClassVar[str] = "tieline.peering.route-filter-attached.v1"
    route_filter_id: Identifier


class PeeringRouteFilterDetached(AboutPeering):
    kind: ClassVar[str] = "tieline.peering.route-filter-detached.v1"
    route_filter_id: Identifier
