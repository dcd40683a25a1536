"""What happened on csp/self: what is unique across customers, and the CSP's own roles."""

from typing import ClassVar

from msgspec import field

from domain.words.structs import Event, Value
from domain.words.values import CircuitId, Identifier, Network, Principal, Role, RoutingDomain


class EncapsulationIdAllocated(Event):
    kind: ClassVar[str] = "tieline.csp.encapsulation-id-allocated.v1"
    customer_id: Identifier
    encapsulation_id: int


class CspRoleGranted(Event):
    kind: ClassVar[str] = "tieline.csp.role-granted.v1"
    principal: Principal
    role: Role


class CspRoleRevoked(Event):
    kind: ClassVar[str] = "tieline.csp.role-revoked.v1"
    principal: Principal
    role: Role


class SubscriptionHeld(Event):
    """A subscription is a customer's. With the first of these come those from before it."""

    kind: ClassVar[str] = "tieline.csp.subscription-held.v1"
    subscription_id: Identifier
    customer_id: Identifier


class SubscriptionFreed(Event):
    """A subscription was removed by its customer: it is free for anybody."""

    kind: ClassVar[str] = "tieline.csp.subscription-freed.v1"
    subscription_id: Identifier
    customer_id: Identifier


class PrefixHeld(Event, kw_only=True):
    """A prefix is claimed by, or confirmed for, a party: a customer, or the CSP (null)."""

    kind: ClassVar[str] = "tieline.csp.prefix-held.v1"
    prefix: Network
    customer_id: Identifier | None = None
    confirmed: bool
    evidence: str | None = None
    origin_asn: int | None = None
    """The ASN of the peering whose validation confirmed the prefix."""


class PrefixFreed(Event):
    """A prefix is no longer claimed or confirmed: rejected, released, or another's by now."""

    kind: ClassVar[str] = "tieline.csp.prefix-freed.v1"
    prefix: Network
    customer_id: Identifier | None = None
    evidence: str | None = None


class AddressesUsed(Event):
    """The public addresses that a peering uses from here on, in place of those it used before."""

    kind: ClassVar[str] = "tieline.csp.addresses-used.v1"
    circuit_id: CircuitId
    routing_domain: RoutingDomain
    customer_id: Identifier
    subnets: list[Network]
    """The subnets of its links."""
    prefixes: list[Network]
    """The prefixes it advertises."""
    given: list[Network]
    """Those of its prefixes that are the CSP's own, and the customer's while it advertises them."""


class AddressesFreed(Event):
    """A peering uses no public addresses any more."""

    kind: ClassVar[str] = "tieline.csp.addresses-freed.v1"
    circuit_id: CircuitId
    routing_domain: RoutingDomain


class Missing(Value):
    """A stream of which somebody knows more than the log."""

    stream: str
    version: int
    """The last that the log holds; 0 where it holds none."""
    known_version: int
    """The last that is known."""
    known_by: str


class RestoreAccepted(Event, kw_only=True):
    """The log went back, e.g. by the restore of an older copy, and goes on from there."""

    kind: ClassVar[str] = "tieline.csp.restore-accepted.v1"
    epoch: Identifier
    """The epoch that begins with this event."""
    epoch_before: Identifier
    position: int
    """The last position before this event, when it was accepted."""
    known_position: int | None = None
    """The furthest position that anybody knows: an engine, the relay, a view, a process."""
    missing: list[Missing] = field(default_factory=list[Missing])
    """What is known to be missing, stream by stream; the first thousand."""
    missing_streams: int = 0
    reason: str | None = None
