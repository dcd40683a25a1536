"""The state of the CSP itself, and how each event of csp/self changes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypedDict

from domain.csp.events import (
    CspRoleGranted,
    CspRoleRevoked,
    EncapsulationIdAllocated,
    PrefixFreed,
    PrefixHeld,
)
from domain.csp.holdings import Holding, Holdings
from domain.decider.noun import Effect
from domain.decider.rights import SELF
from domain.decider.states import Key, Seen
from domain.words.messages import Command
from domain.words.persistent import EMPTY, Persistent
from domain.words.values import Event, Role


@dataclass(frozen=True)
class Csp:
    """The CSP: there from the start, without any event."""

    last_encapsulation_id: int = 0
    roles: Persistent[str, tuple[Role, ...]] = EMPTY
    holdings: Holdings = field(default_factory=Holdings)

    def roles_of(self, principal: str) -> tuple[Role, ...]:
        """The roles somebody has on csp/self."""
        return self.roles.get(principal, ())


CSP: Final[Key[Csp]] = Key("csp")


def needs_csp(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The needs of a rule that looks only at what is unique across customers."""
    return (SELF,)


class CspFields(TypedDict, total=False):
    """The fields of the CSP's state that an event changes."""

    last_encapsulation_id: int
    roles: Persistent[str, tuple[Role, ...]]
    holdings: Holdings


def _allocated(csp: Csp, event: EncapsulationIdAllocated, at: str) -> CspFields:
    return {"last_encapsulation_id": event.encapsulation_id}


def _held(csp: Csp, event: PrefixHeld, at: str) -> CspFields:
    holding = Holding(event.prefix, event.customer_id, event.confirmed)
    return {"holdings": csp.holdings.holding(holding)}


def _freed(csp: Csp, event: PrefixFreed, at: str) -> CspFields:
    return {"holdings": csp.holdings.free(event.prefix)}


def _granted(csp: Csp, event: CspRoleGranted, at: str) -> CspFields:
    roles = (*csp.roles_of(event.principal), event.role)
    return {"roles": csp.roles.set(event.principal, roles)}


def _revoked(csp: Csp, event: CspRoleRevoked, at: str) -> CspFields:
    principal = event.principal
    left: list[Role] = [role for role in csp.roles_of(principal) if role != event.role]
    roles = csp.roles.set(principal, tuple(left)) if left else csp.roles.delete(principal)
    return {"roles": roles}


EFFECTS: Final[Mapping[type[Event], Effect]] = {
    EncapsulationIdAllocated: _allocated,
    PrefixHeld: _held,
    PrefixFreed: _freed,
    CspRoleGranted: _granted,
    CspRoleRevoked: _revoked,
}
"""What each event changes; the CSP is there before any event."""
