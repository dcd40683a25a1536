"""Who may see and who may send what (contract, "Who speaks"). Every decision passes here.

Without any right on a customer the answer is the same `not-found` for what exists and what doesn't.
"""

from collections.abc import Container, Iterable
from typing import Final, NamedTuple, assert_never

from domain.circuit.state import Circuit
from domain.customer.state import Customer, Grant
from domain.decider.decisions import PROCESS, Right, States
from domain.words.values import Role

GRANTED: Final[dict[Role, frozenset[Right]]] = {
    "owner": frozenset({"see", "operate", "manage", "grant"}),
    "contributor": frozenset({"see", "operate", "manage"}),
    "network-operator": frozenset({"see", "operate"}),
    "provider": frozenset({"see", "provide"}),
    "auditor": frozenset({"see"}),
    "reader": frozenset({"see"}),
}
"""What a role granted for a customer gives."""

NOTHING: Final[frozenset[Right]] = frozenset()
ALL: Final[frozenset[Right]] = frozenset({"see", "operate", "manage", "grant", "provide", "csp"})
_PROCESS: Final[frozenset[Right]] = frozenset({"process"})
INSIDE: Final = ALL | _PROCESS
_SEE: Final[frozenset[Right]] = frozenset({"see"})
_OWNER_LOOKS: Final[frozenset[Right]] = frozenset({"see", "provide", "csp"})
"""What the CSP's owner may under connect-to."""

OF_CSP: Final[dict[Role, frozenset[Right]]] = {
    "owner": frozenset({"csp"}),
    "contributor": frozenset({"csp"}),
}
"""What a role on csp/self gives beside: the CSP's own affairs, under either model."""


class Concern(NamedTuple):
    """What a command is about: a customer of that id, and where a role's scope must reach."""

    customer_id: str | None
    customer: Customer | None
    provider: str | None = None
    scopes: tuple[str, ...] = ()
    """Scopes that cover it: its circuit, its subscription. Without any only unscoped roles do."""


class Standing(NamedTuple):
    """The rights somebody has; `on_behalf` those that hold only when acting for the customer."""

    rights: frozenset[Right]
    on_behalf: frozenset[Right] = NOTHING

    @property
    def sees(self) -> bool:
        """Whether it may know that the thing exists."""
        return "see" in self.rights or "see" in self.on_behalf

    def may(self, right: Right, on_behalf_of: str | None) -> bool:
        """Whether the right holds; one by an on-behalf grant needs `onbehalfof` to be set."""
        return right in self.rights or (on_behalf_of is not None and right in self.on_behalf)

    def both(self, other: "Standing") -> "Standing":
        """What suffices with two parties concerned."""
        on_behalf = (self.rights | self.on_behalf) & (other.rights | other.on_behalf)
        return Standing(self.rights & other.rights, on_behalf)


NOBODY: Final = Concern(None, None)
"""What a command about a location or the CSP concerns: no customer."""

EVERYTHING: Final = Standing(ALL)
_INSIDE = Standing(INSIDE)


def needs_csp(actor: str, owner: str) -> bool:
    """Whether an actor's rights may come from a role on csp/self."""
    return actor != owner and actor != PROCESS  # noqa: PLR1714  asked of every command


def standing(actor: str, concern: Concern, states: States) -> Standing:
    """What an actor may do about a customer's circuit, a customer, a location or the CSP."""
    if actor == PROCESS:
        return _INSIDE
    customer = concern.customer
    through = customer is None or customer.model == "connect-through"
    if actor == states.terms.owner:
        if customer is None or through:
            return EVERYTHING
        return _granted(_OWNER_LOOKS, customer.grants_of(actor), concern.scopes, staff=True)
    roles = states.csp.roles_of(actor)
    rights = _of_staff(roles, through=through) if roles else NOTHING
    if concern.provider is not None and actor == f"provider:{concern.provider}":
        rights |= GRANTED["provider"]
    if customer is None or not (grants := customer.grants_of(actor)):
        return Standing(rights)
    staff = not through and is_staff(roles)
    return _granted(rights, grants, concern.scopes, staff=staff)


def is_staff(roles: Iterable[Role]) -> bool:
    """Whether roles on csp/self make somebody staff of the CSP: all but that of a provider do."""
    return any(role != "provider" for role in roles)


def _of_staff(roles: Iterable[Role], *, through: bool) -> frozenset[Right]:
    """Roles on csp/self: for all connect-through customers; the others they only read."""
    rights = _SEE
    for role in roles:
        if through:
            rights |= GRANTED[role]
        rights |= OF_CSP.get(role, NOTHING)
    return rights


def _granted(
    rights: frozenset[Right], grants: Iterable[Grant], scopes: Container[str], *, staff: bool
) -> Standing:
    """With what the customer granted the actor, within the scope each grant has.

    Under connect-to the CSP's staff acts by grants on behalf alone; any other gives it nothing.
    """
    on_behalf = NOTHING
    for grant in grants:
        if grant.scope is not None and grant.scope not in scopes:
            continue
        if grant.on_behalf:
            on_behalf |= GRANTED[grant.role]
        elif not staff:
            rights |= GRANTED[grant.role]
    return Standing(rights, on_behalf)


def standing_on(actor: str, circuit: Circuit, states: States) -> Standing:
    """What an actor may do about a circuit."""
    if actor == PROCESS:
        return _INSIDE
    if actor == states.terms.owner:
        customer = states.customer(circuit.customer_id)
        if customer is not None and customer.model == "connect-through":
            return EVERYTHING
    return standing(actor, concern_of_circuit(circuit, states), states)


def concern_of_circuit(circuit: Circuit, states: States) -> Concern:
    """A circuit concerns its customer, its provider, and roles scoped to it or its subscription.

    A name that is both a subscription and a circuit of the customer means the subscription.
    """
    customer = states.customer(circuit.customer_id)
    scopes = (circuit.circuit_id, circuit.subscription_id)
    if customer is not None and circuit.circuit_id in customer.subscriptions:
        scopes = (circuit.subscription_id,)
    return Concern(circuit.customer_id, customer, circuit.provider, scopes)


def needed(right: Right) -> str:
    """Who could have sent it, for the sentence of `not-permitted`."""
    match right:
        case "csp":
            return "only the CSP's owner and the owners and contributors on csp/self may"
        case "provide":
            return "only the circuit's provider, the provider role and the CSP's owner may"
        case "process":
            return "only the engine itself may"
        case "grant":
            return "it takes the role owner"
        case "manage":
            return "it takes the role owner or contributor, on behalf with onbehalfof set"
        case "operate":
            return "it takes the role owner, contributor or network-operator"
        case "see":
            return "it takes a role for the customer"
        case _:
            assert_never(right)
