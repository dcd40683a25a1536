"""The state of the CSP itself, and how each event of csp/self changes it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypedDict, Unpack

from msgspec.structs import replace

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
from domain.words.structs import Event, Frozen
from domain.words.values import Role


class Csp(Frozen):
    """The CSP: there from the start, without any event."""

    last_encapsulation_id: int = 0
    roles: Persistent[str, tuple[Role, ...]] = EMPTY
    holdings: Holdings = Holdings()

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


def changed(csp: Csp, **fields: Unpack[CspFields]) -> Csp:
    """The CSP with some fields replaced."""
    return replace(csp, **fields)


def _allocated(csp: Csp, event: EncapsulationIdAllocated, at: str) -> Csp:
    return changed(csp, last_encapsulation_id=event.encapsulation_id)


def _held(csp: Csp, event: PrefixHeld, at: str) -> Csp:
    holding = Holding(event.prefix, event.customer_id, event.confirmed)
    return changed(csp, holdings=csp.holdings.holding(holding))


def _freed(csp: Csp, event: PrefixFreed, at: str) -> Csp:
    return changed(csp, holdings=csp.holdings.free(event.prefix))


def _granted(csp: Csp, event: CspRoleGranted, at: str) -> Csp:
    roles = (*csp.roles_of(event.principal), event.role)
    return changed(csp, roles=csp.roles.set(event.principal, roles))


def _revoked(csp: Csp, event: CspRoleRevoked, at: str) -> Csp:
    principal = event.principal
    left: list[Role] = [role for role in csp.roles_of(principal) if role != event.role]
    roles = csp.roles.set(principal, tuple(left)) if left else csp.roles.delete(principal)
    return changed(csp, roles=roles)


EFFECTS: Final[Mapping[type[Event], Effect]] = {
    EncapsulationIdAllocated: _allocated,
    PrefixHeld: _held,
    PrefixFreed: _freed,
    CspRoleGranted: _granted,
    CspRoleRevoked: _revoked,
}
"""How each event changes the CSP, which is there before any event."""
