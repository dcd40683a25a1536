"""Who may see and who may send what (contract, "Who speaks"). Every decision passes here.

A sender without any right on a customer gets the same `not-found` for a subject that exists and for
a subject that doesn't.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, Protocol, assert_never

from domain.decider.concern import Concern
from domain.decider.decisions import PROCESS, Right
from domain.decider.states import Key, States
from domain.words.structs import Frozen
from domain.words.values import Model, Role, subscription_key


class Grant(Frozen):
    """One role of a principal: for a `scope` (subscription or circuit) or the whole customer."""

    role: Role
    scope: str | None = None
    on_behalf: bool = False


class Grantor(Protocol):
    """The part of a customer that rights depend on."""

    @property
    def model(self) -> Model:
        """Whether the CSP manages for the customer (connect-through) or not (connect-to)."""
        ...

    def subscription(self, id: str) -> object | None:
        """Its subscription of this id, however it is written."""
        ...

    def grants_of(self, principal: str) -> Sequence[Grant]:
        """The roles that the customer granted somebody."""
        ...

    def predecessors_of(self, circuit_id: str | None) -> Iterable[str]:
        """The circuits that one has succeeded."""
        ...


class Provider(Protocol):
    """The part of the CSP that rights depend on."""

    def roles_of(self, principal: str) -> Sequence[Role]:
        """The roles that somebody has on csp/self."""
        ...


GRANTOR: Final[Key[Grantor | None]] = Key("customer")
CSP: Final[Key[Provider]] = Key("csp")
SELF: Final = "csp/self"
"""The one stream of the CSP itself."""

GRANTED: Final[dict[Role, frozenset[Right]]] = {
    "owner": frozenset({"see", "operate", "manage", "grant"}),
    "contributor": frozenset({"see", "operate", "manage"}),
    "network-operator": frozenset({"see", "operate"}),
    "provider": frozenset({"see", "provide"}),
    "auditor": frozenset({"see"}),
    "reader": frozenset({"see"}),
}
"""The rights that a role granted for a customer gives."""

NOTHING: Final[frozenset[Right]] = frozenset()
ALL: Final[frozenset[Right]] = frozenset({"see", "operate", "manage", "grant", "provide", "csp"})
_PROCESS: Final[frozenset[Right]] = frozenset({"process"})
INSIDE: Final = ALL | _PROCESS
_SEE: Final[frozenset[Right]] = frozenset({"see"})
_OWNER_LOOKS: Final[frozenset[Right]] = frozenset({"see", "provide", "csp"})
"""The rights of the CSP's owner under connect-to."""

OF_CSP: Final[dict[Role, frozenset[Right]]] = {
    "owner": frozenset({"csp"}),
    "contributor": frozenset({"csp"}),
}
"""The further rights that a role on csp/self gives: the CSP's own affairs, under either model."""


class Standing(Frozen):
    """The rights somebody has; `on_behalf` are those that need `onbehalfof` to be set."""

    rights: frozenset[Right]
    on_behalf: frozenset[Right] = NOTHING

    @property
    def sees(self) -> bool:
        """Whether the actor may know that the subject exists."""
        return "see" in self.rights or "see" in self.on_behalf

    def may(self, right: Right, on_behalf_of: str | None) -> bool:
        """Whether the right holds; a right by an on-behalf grant needs `onbehalfof` to be set."""
        return right in self.rights or (on_behalf_of is not None and right in self.on_behalf)

    def both(self, other: "Standing") -> "Standing":
        """The rights that hold with both of two parties concerned."""
        on_behalf = (self.rights | self.on_behalf) & (other.rights | other.on_behalf)
        return Standing(self.rights & other.rights, on_behalf)


EVERYTHING: Final = Standing(ALL)
_INSIDE: Final = Standing(INSIDE)


def standing(actor: str, concern: Concern, states: States) -> Standing:
    """The rights of an actor on a subject, by whose it is and which scopes cover it."""
    if actor == PROCESS:
        return _INSIDE
    customer = None if concern.customer_id is None else states.of(GRANTOR, concern.customer_id)
    through = customer is None or customer.model == "connect-through"
    if actor == states.terms.owner:
        if customer is None or through:
            return EVERYTHING
        return _granted(_OWNER_LOOKS, customer.grants_of(actor), concern, customer, staff=True)
    roles = states.of(CSP, "self").roles_of(actor)
    rights = _of_staff(roles, through=through) if roles else NOTHING
    if concern.provider is not None and actor == f"provider:{concern.provider}":
        rights |= GRANTED["provider"]
    if customer is None or not (grants := customer.grants_of(actor)):
        return Standing(rights)
    staff = not through and is_staff(roles)
    return _granted(rights, grants, concern, customer, staff=staff)


def sees(actor: str, concern: Concern, states: States) -> bool:
    """Whether somebody may know that a thing exists, whose customer and csp/self were read."""
    return standing(actor, concern, states).sees


def speaks_for_csp(actor: str, states: States) -> bool:
    """Whether somebody may send the CSP's own affairs: to it alone other customers are named."""
    roles = states.of(CSP, "self").roles_of(actor)
    return actor == states.terms.owner or any(role in OF_CSP for role in roles)


class Scopes(NamedTuple):
    """The scopes that cover a subject: a subscription by its key, and circuits."""

    subscription: str | None
    circuits: Sequence[str]

    def hold(self, scope: str) -> bool:
        """Whether a grant's scope is one of them."""
        return scope in self.circuits or subscription_key(scope) == self.subscription


def scopes_of(concern: Concern, customer: Grantor) -> Scopes:
    """The scopes that cover a subject: its subscription, its circuit, and every circuit that this
    one has succeeded.

    A name that is both a subscription and a circuit of the customer means the subscription.
    """
    id, circuit = concern.subscription_id, concern.circuit_id
    key = None if id is None else subscription_key(id)
    if circuit is None:
        return Scopes(key, ())
    circuits = (circuit, *customer.predecessors_of(circuit))
    return Scopes(key, [each for each in circuits if not customer.subscription(each)])


def is_of_csp(principal: str, states: States) -> bool:
    """Whether somebody is the CSP's staff: its owner, the engine itself, or by a role on csp/self,
    which the rule has to have read.
    """
    if principal in (states.terms.owner, PROCESS):
        return True
    return is_staff(states.of(CSP, "self").roles_of(principal))


def is_staff(roles: Iterable[Role]) -> bool:
    """Whether roles on csp/self make somebody staff of the CSP: every role but provider does."""
    return any(role != "provider" for role in roles)


def _of_staff(roles: Iterable[Role], *, through: bool) -> frozenset[Right]:
    """The rights by roles on csp/self: all of them with connect-through customers; staff may only
    see the others.
    """
    rights = _SEE
    for role in roles:
        if through:
            rights |= GRANTED[role]
        rights |= OF_CSP.get(role, NOTHING)
    return rights


def _granted(
    rights: frozenset[Right],
    grants: Iterable[Grant],
    concern: Concern,
    customer: Grantor,
    *,
    staff: bool,
) -> Standing:
    """The standing by these rights and by what the customer granted, within each grant's scope.

    Under connect-to the CSP's staff acts by on-behalf grants alone; other grants give it nothing.
    """
    scopes, on_behalf = scopes_of(concern, customer), NOTHING
    for grant in grants:
        if grant.scope is None or scopes.hold(grant.scope):
            given = GRANTED[grant.role]
        elif concern.seen_in_any_scope:
            given = _SEE
        else:
            continue
        if grant.on_behalf:
            on_behalf |= given
        elif not staff:
            rights |= given
    return Standing(rights, on_behalf)


def needed(right: Right, stands: Standing) -> str:
    """What somebody of this standing lacks for a right, for the sentence of `not-permitted`."""
    if right in stands.on_behalf:
        return "the role is on behalf, so set onbehalfof to the customer's id"
    return _holders_of(right)


def _holders_of(right: Right) -> str:
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
