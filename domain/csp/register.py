"""Whose a prefix is: what rules ask the register on csp/self (rule book, "Peerings").

A claim stands in nobody's way. What is confirmed for a customer, or given to it out of the CSP's
own space, stands in the way of every other customer.
"""

from domain.csp.state import CSP, Csp
from domain.decider.rights import speaks_for_csp
from domain.decider.states import States
from domain.words.prefix import Prefix
from domain.words.refusals import Refused, refused


def is_confirmed(csp: Csp, prefix: Prefix, party: str | None) -> bool:
    """Whether it equals or lies inside a prefix that is confirmed for a party (None: the CSP)."""
    return any(
        held.confirmed and held.customer_id == party and prefix.lies_in(held.prefix)
        for held in csp.holdings.overlapping(prefix)
    )


def prefix_not_owned(
    prefix: Prefix, party: str | None, actor: str, states: States
) -> Refused | None:
    """A prefix that overlaps another customer's at all; only the CSP learns whose it is."""
    holder = _other_holder(states.of(CSP, "self"), prefix, party)
    if holder is None:
        return None
    named = speaks_for_csp(actor, states)
    held_by = f"customer {holder}" if named else "another customer"
    return refused("prefix-not-owned", prefix=str(prefix), held_by=held_by)


def _other_holder(csp: Csp, prefix: Prefix, party: str | None) -> str | None:
    """Another customer that holds some of the prefix."""
    for held in csp.holdings.overlapping(prefix):
        if held.confirmed and held.customer_id not in (None, party):
            return held.customer_id
    if party is None:
        return None  # what it gave away is its own all the same
    for use in csp.in_use.overlapping(prefix):
        if use.given and use.customer_id != party:
            return use.customer_id
    return None


def not_confirmable(
    prefix: Prefix, party: str | None, actor: str, states: States
) -> Refused | None:
    """A prefix is confirmed for one party at a time: another customer, or the CSP itself."""
    if refusal := prefix_not_owned(prefix, party, actor, states):
        return refusal
    if party is None:
        return None
    for held in states.of(CSP, "self").holdings.overlapping(prefix):
        if held.confirmed and held.customer_id is None:
            return refused("prefix-not-owned", prefix=str(prefix), held_by="the CSP itself")
    return None
