"""A customer's subscriptions: added, removed, who manages them; csp/self decides whose each is.

Rule book, "Who takes part": a subscription belongs to one customer of the whole CSP.
"""

from collections.abc import Iterable
from typing import Any, Final

from domain.bandwidth_change.change import Decrease
from domain.csp.events import SubscriptionFreed, SubscriptionHeld
from domain.csp.state import CSP, Csp
from domain.customer.circuits import CIRCUIT
from domain.customer.commands import AddSubscription, RemoveSubscription
from domain.customer.events import (
    SubscriptionAdded,
    SubscriptionManagerChanged,
    SubscriptionRemoved,
)
from domain.customer.state import CUSTOMER, Customer, Subscription
from domain.decider.decisions import ALREADY_TRUE, Decision, Rule, Rules, accepted
from domain.decider.rights import SELF, speaks_for_csp
from domain.decider.states import Seen, States
from domain.words.messages import Command
from domain.words.refusals import Blocker, Refused, refused
from domain.words.values import subscription_key


def add_subscription(
    command: Command[AddSubscription], customer: Customer, states: States
) -> Decision:
    """Add a subscription that no customer has, or change who manages one's own."""
    asked = command.data
    if own := customer.subscription(asked.subscription_id):
        return _managed_by(command, own)
    before = held_before(states)
    if refusal := held_by_another(command, before, states):
        return refusal
    held = SubscriptionHeld(subscription_id=asked.subscription_id, customer_id=customer.customer_id)
    return accepted(
        (command.subject, SubscriptionAdded(**asked.__dict__)),
        *((SELF, each) for each in before),
        (SELF, held),
    )


def _managed_by(command: Command[AddSubscription], own: Subscription) -> Decision:
    manager = command.data.managed_by
    if own.managed_by == manager:
        return ALREADY_TRUE
    changes = [SubscriptionManagerChanged(subscription_id=n, managed_by=manager) for n in own.names]
    return accepted(*((command.subject, each) for each in changes))


def held_by_another(
    command: Command[AddSubscription], before: Iterable[SubscriptionHeld], states: States
) -> Refused | None:
    """Whose a subscription is stands on csp/self, or comes to stand there with this decision; to
    the CSP alone the customer is named.
    """
    id = command.data.subscription_id
    key = subscription_key(id)
    same = [each for each in before if subscription_key(each.subscription_id) == key]
    holders = [*states.of(CSP, "self").holders_of(id), *(each.customer_id for each in same)]
    if not holders:
        return None
    named = speaks_for_csp(command.actor, states)
    held_by = " and ".join(f"customer {each}" for each in holders) if named else "another customer"
    return refused("already-exists", kind="subscription", id=id, held_by=held_by)


def held_before(states: States) -> list[SubscriptionHeld]:
    """What customers hold from before csp/self listed subscriptions: it is listed once, all of it,
    with the first that is added then. Two customers may have the same one; both keep it.
    """
    unlisted = states.of(CSP, "self").unlisted
    customers = [states.of(CUSTOMER, id) for id in sorted(unlisted, key=unlisted.__getitem__)]
    return [
        SubscriptionHeld(subscription_id=each.id, customer_id=customer.customer_id)
        for customer in customers
        if customer is not None
        for _, each in sorted(customer.subscriptions.items())
    ]


def needs_holders(command: Command[Any], seen: Seen) -> Iterable[str]:
    """What csp/self lists and, until it does, every customer there is."""
    csp: Csp | None = seen.of(CSP, "self")
    return (SELF, *map(CUSTOMER.stream, csp.unlisted if csp else ()))


def remove_subscription(
    command: Command[RemoveSubscription], customer: Customer, states: States
) -> Decision:
    """Only a subscription without circuits and networks: the refusal names each, also a circuit
    whose place a successor has taken but which is not torn down yet. Then anybody may add it.
    """
    id = command.data.subscription_id
    own = customer.subscription(id)
    if own is None:
        return refused("not-found", kind="subscription", id=id)
    if customer.circuits_of(id) or customer.networks_in.get(subscription_key(id), 0):
        held = [each for c in circuits_in(customer, id) for each in _in_use_by(c, states)]
        held += [Blocker(f"network {n}", f"remove-network {n}") for n in networks_in(customer, id)]
        return refused("subscription-in-use", *held, subscription_id=id, count=len(held))
    removed = [(command.subject, SubscriptionRemoved(subscription_id=each)) for each in own.names]
    if customer.customer_id not in states.of(CSP, "self").holders_of(id):
        return accepted(*removed)
    freed = SubscriptionFreed(subscription_id=own.id, customer_id=customer.customer_id)
    return accepted(*removed, (SELF, freed))


def circuits_in(customer: Customer, subscription_id: str) -> list[str]:
    """The circuits that count in a subscription, by id."""
    key, attached = subscription_key(subscription_id), customer.circuits.items()
    return sorted(id for id, place in attached if subscription_key(place.subscription_id) == key)


def networks_in(customer: Customer, subscription_id: str) -> list[str]:
    """The networks in a subscription, by id."""
    key = subscription_key(subscription_id)
    return sorted(id for id, where in customer.networks.items() if where == key)


def _in_use_by(circuit_id: str, states: States) -> list[Blocker]:
    """What a circuit keeps in use: itself and, until a replace-first ends, the one it succeeds."""
    circuit = states.of(CIRCUIT, circuit_id)
    assert circuit is not None, "an attached circuit was ordered"
    change = circuit.running
    if not isinstance(change, Decrease):
        return [Blocker(f"circuit {circuit_id}", f"delete-circuit {circuit_id}")]
    by = f"delete-circuit of what change {change.change_id} of {change.old_circuit} leaves"
    old = [change.old_circuit] if change.strategy == "replace-first" else []
    both = dict.fromkeys((*old, circuit_id))
    return [Blocker(f"circuit {id}", f"{by}, once it has ended") for id in both]


def needs_circuits_and_holders(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The circuits in the subscription, as a change that runs keeps a second one in use; and what
    csp/self lists.
    """
    customer: Customer | None = seen.subject
    if customer is None:
        return (SELF,)
    ids = circuits_in(customer, command.data.subscription_id)
    return (SELF, *map(CIRCUIT.stream, ids))


def known_subscription(customer: Customer, subscription_id: str) -> Subscription | Refused:
    """The subscription must be the customer's and, under connect-through, managed by the CSP."""
    subscription = customer.subscription(subscription_id)
    if subscription is None:
        return refused(
            "subscription-unknown",
            customer_id=customer.customer_id,
            subscription_id=subscription_id,
        )
    if subscription.managed_by == "customer" and customer.model == "connect-through":
        return refused("subscription-not-managed", subscription_id=subscription_id)
    return subscription


RULES: Final[Rules] = {
    AddSubscription: Rule(add_subscription, "manage", needs=needs_holders),
    RemoveSubscription: Rule(remove_subscription, "manage", needs=needs_circuits_and_holders),
}
