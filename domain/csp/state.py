"""What the rules know of the CSP itself, and how each event of csp/self changes that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from domain.csp.events import (
    CspEvent,
    CspRoleGranted,
    CspRoleRevoked,
    EncapsulationIdAllocated,
    PrefixFreed,
    PrefixHeld,
)
from domain.csp.holdings import Holding, Holdings
from domain.words.persistent import EMPTY, Persistent
from domain.words.values import Event, Fields, Role, changed

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
    return changed(csp, **EFFECTS[type(event)](csp, event, at))


def _allocated(csp: Csp, event: EncapsulationIdAllocated, at: str) -> Fields:
    return {"last_encapsulation_id": event.encapsulation_id}


def _held(csp: Csp, event: PrefixHeld, at: str) -> Fields:
    holding = Holding(event.prefix, event.customer_id, event.confirmed)
    return {"holdings": csp.holdings.holding(holding)}


def _freed(csp: Csp, event: PrefixFreed, at: str) -> Fields:
    return {"holdings": csp.holdings.free(event.prefix)}


def _granted(csp: Csp, event: CspRoleGranted, at: str) -> Fields:
    roles = (*csp.roles_of(event.principal), event.role)
    return {"roles": csp.roles.set(event.principal, roles)}


def _revoked(csp: Csp, event: CspRoleRevoked, at: str) -> Fields:
    principal = event.principal
    left: list[Role] = [role for role in csp.roles_of(principal) if role != event.role]
    roles = csp.roles.set(principal, tuple(left)) if left else csp.roles.delete(principal)
    return {"roles": roles}


EFFECTS: Final[Mapping[type[Event], Callable[[Csp, Any, str], Fields]]] = {
    EncapsulationIdAllocated: _allocated,
    PrefixHeld: _held,
    PrefixFreed: _freed,
    CspRoleGranted: _granted,
    CspRoleRevoked: _revoked,
}
"""What each event changes."""
