"""What somebody may look at (contract, third part, "Who is asking"). Every answer passes here.

What nobody may show to somebody does not exist for them: it is answered like what never was, and is
missing from lists and counts.
"""

from collections.abc import Iterable
from typing import Final, Literal

from domain.decider.concern import Concern
from domain.decider.decisions import PROCESS
from domain.decider.rights import CSP, GRANTOR, Grant, Grantor, scopes_of
from domain.decider.states import States
from domain.words.values import Role

Look = Literal["now", "then", "proofs", "service"]
"""`now` is how things are; `then` how they were, with their events and refused attempts; `proofs`
are proofs and exports; `service` is what the provider of a circuit needs of it, and no more.
"""

Looks = frozenset[Look]

BLIND: Final[Looks] = frozenset()
SERVICE: Final[Looks] = frozenset({"service"})
NOW: Final[Looks] = frozenset({"now"})
THEN: Final[Looks] = frozenset({"now", "then"})
ALL: Final[Looks] = frozenset({"now", "then", "proofs"})

OF_ROLE: Final[dict[Role, Looks]] = {
    "owner": ALL,
    "contributor": ALL,
    "network-operator": THEN,
    "auditor": ALL,
    "reader": NOW,
    "provider": SERVICE,
}
"""What each role looks at, within its scope."""


def looks(actor: str, concern: Concern, states: States) -> Looks:
    """What an actor may look at of a thing, by whose it is; its customer and csp/self were read.

    The CSP's staff looks under either model at what its role allows; a grant on behalf counts like
    any other, as looking changes nothing.
    """
    if actor in (states.terms.owner, PROCESS):
        return ALL
    seen = of_csp(states.of(CSP, "self").roles_of(actor), concern)
    if concern.provider is not None and actor == f"provider:{concern.provider}":
        seen |= SERVICE
    customer = None if concern.customer_id is None else states.of(GRANTOR, concern.customer_id)
    if customer is not None and (grants := customer.grants_of(actor)):
        seen |= _granted(grants, concern, customer)
    return seen


def of_csp(roles: Iterable[Role], concern: Concern) -> Looks:
    """What roles on csp/self let somebody look at; a provider by role at circuits alone."""
    seen = BLIND
    for role in roles:
        if role != "provider" or concern.circuit_id is not None:
            seen |= OF_ROLE[role]
    return seen


def _granted(grants: Iterable[Grant], concern: Concern, customer: Grantor) -> Looks:
    scopes, seen = scopes_of(concern, customer), BLIND
    for grant in grants:
        if grant.scope is None or scopes.hold(grant.scope):
            seen |= OF_ROLE[grant.role]
        elif concern.seen_in_any_scope and grant.role != "provider":
            seen |= NOW
    return seen
