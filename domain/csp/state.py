"""What the rules know of the CSP itself, and how each event of csp/self changes that."""

from dataclasses import dataclass, field
from typing import assert_never

from immutables import Map

from domain.csp.events import (
    CspEvent,
    CspRoleGranted,
    CspRoleRevoked,
    EncapsulationIdAllocated,
    PrefixFreed,
    PrefixHeld,
)
from domain.persistent import EMPTY, Persistent
from domain.prefixes import Holding, Holdings
from domain.words import Role, changed

SELF = "csp/self"
"""The one stream of the CSP itself."""


@dataclass(frozen=True)
class Csp:
    """The CSP: there from the start, without any event."""

    last_encapsulation_id: int = 0
    roles: Persistent[str, tuple[Role, ...]] = EMPTY
    holdings: Holdings = field(default_factory=Holdings)

    def roles_of(self, principal: str) -> tuple[Role, ...]:
        """The roles somebody has on csp/self."""
        return self.roles.get(principal, ())


def evolve(csp: Csp, event: CspEvent, at: str, id: str) -> Csp:
    """The CSP after an event."""
    match event:
        case EncapsulationIdAllocated():
            return changed(csp, last_encapsulation_id=event.encapsulation_id)
        case PrefixHeld():
            holding = Holding(event.prefix, event.customer_id, event.confirmed)
            return changed(csp, holdings=csp.holdings.holding(holding))
        case PrefixFreed():
            return changed(csp, holdings=csp.holdings.free(event.prefix))
        case CspRoleGranted():
            roles = (*csp.roles_of(event.principal), event.role)
            return changed(csp, roles=csp.roles.set(event.principal, roles))
        case CspRoleRevoked():
            return changed(csp, roles=_revoked(csp, event))
        case _:
            assert_never(event)


def _revoked(csp: Csp, event: CspRoleRevoked) -> Map[str, tuple[Role, ...]]:
    roles = csp.roles_of(event.principal)
    left: tuple[Role, ...] = tuple(role for role in roles if role != event.role)
    return csp.roles.set(event.principal, left) if left else csp.roles.delete(event.principal)
