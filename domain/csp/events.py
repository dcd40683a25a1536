"""What happened on csp/self: what is unique across customers, and the CSP's own roles."""

from typing import ClassVar

from domain.words.structs import Event
from domain.words.values import Identifier, Network, Principal, Role


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


class PrefixHeld(Event, kw_only=True):
    """A prefix is claimed by, or confirmed for, a party: a customer, or the CSP (null)."""

    kind: ClassVar[str] = "tieline.csp.prefix-held.v1"
    prefix: Network
    customer_id: Identifier | None = None
    confirmed: bool
    evidence: str | None = None


class PrefixFreed(Event):
    """A prefix is no longer claimed or confirmed: rejected, or released."""

    kind: ClassVar[str] = "tieline.csp.prefix-freed.v1"
    prefix: Network
    customer_id: Identifier | None = None
    evidence: str | None = None
