"""Who may see and who may send what (contract, "Who speaks"). Every decision passes here.

Without any right on a customer the answer is the same `not-found` for what exists and what doesn't.
"""

from typing import Any, Final, NamedTuple, assert_never

from domain.circuit.state import Circuit
from domain.csp.state import SELF
from domain.customer.state import Customer
from domain.decisions import PROCESS, Right, States
from domain.messages import Command
from domain.words import Role

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
ALL: Final[frozenset[Right]] = frozenset(
    {"see", "operate", "manage", "grant", "provide", "csp", "csp-grant"}
)
INSIDE: Final[frozenset[Right]] = ALL | {"process"}
_SEE: Final[frozenset[Right]] = frozenset({"see"})
_OWN_AFFAIRS: Final[frozenset[Right]] = frozenset({"see", "csp"})


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
        return "see" in self.rights or "see" in self.on_behalf

    def may(self, right: Right, on_behalf_of: str | None) -> bool:
        """Whether the right holds; one by an on-behalf grant needs `onbehalfof` to be set."""
        return right in self.rights or (on_behalf_of is not None and right in self.on_behalf)


_EVERYTHING = Standing(ALL)
_INSIDE = Standing(INSIDE)
_LOOKS = Standing(_SEE)


def needs_csp(actor: str, states_owner: str) -> bool:
    """Whether an actor's rights may come from a role on csp/self."""
    return actor not in (states_owner, PROCESS)


def standing(actor: str, concern: Concern, states: States) -> Standing:
    """What an actor may do about a customer's circuit, a customer, a location or the CSP."""
    if actor == PROCESS:
        return _INSIDE
    customer = concern.customer
    through = customer is None or customer.model == "connect-through"
    if actor == states.terms.owner:
        if through and customer is None:
            return _EVERYTHING
        return _of_owner(actor, customer, concern, through)
    rights = _of_staff(actor, states, through)
    if concern.provider is not None and actor == f"provider:{concern.provider}":
        rights |= GRANTED["provider"]
    return _with_grants(rights, actor, customer, concern)


def _of_owner(actor: str, customer: Customer | None, concern: Concern, through: bool) -> Standing:
    if through:
        return _EVERYTHING
    reads = Standing(frozenset({"see", "provide", "csp", "csp-grant"}))
    return _with_grants(reads.rights, actor, customer, concern)


def _of_staff(actor: str, states: States, through: bool) -> frozenset[Right]:
    """Roles on csp/self: for all connect-through customers; the others they only read."""
    roles = states.csp.roles_of(actor)
    if not roles:
        return NOTHING
    rights: frozenset[Right] = _SEE
    for role in roles:
        if through:
            rights |= GRANTED[role]
        if role in ("owner", "contributor"):
            rights |= _OWN_AFFAIRS
        if role == "owner":
            rights |= {"csp-grant"}
    return rights


def _with_grants(
    rights: frozenset[Right], actor: str, customer: Customer | None, concern: Concern
) -> Standing:
    """With what the customer granted the actor, within the scope each grant has."""
    on_behalf: frozenset[Right] = NOTHING
    if customer is not None:
        for grant in customer.grants_of(actor):
            if grant.scope is not None and grant.scope not in concern.scopes:
                continue
            if grant.on_behalf:
                on_behalf |= GRANTED[grant.role]
            else:
                rights |= GRANTED[grant.role]
    return Standing(rights, on_behalf)


def concern_of_circuit(circuit: Circuit, states: States) -> Concern:
    """A circuit concerns its customer, its provider, and roles scoped to it or its subscription."""
    return Concern(
        circuit.customer_id,
        states.customer(circuit.customer_id),
        circuit.provider,
        (circuit.circuit_id, circuit.subscription_id),
    )


def needed(right: Right) -> str:
    """Who could have sent it, for the sentence of `not-permitted`."""
    match right:
        case "csp" | "csp-grant":
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


def right_of(command: Command[Any], right: Right) -> Right:
    """On csp/self every command is the CSP's own affair, granting its owners' alone."""
    if command.subject != SELF:
        return right
    return "csp-grant" if right == "grant" else "csp"
