"""A customer's subscriptions: added, removed, who manages them."""

from collections.abc import Iterable
from typing import Any, Final

from domain.bandwidth_change.change import Decrease
from domain.customer.account import CIRCUIT
from domain.customer.commands import AddSubscription, RemoveSubscription
from domain.customer.events import (
    SubscriptionAdded,
    SubscriptionManagerChanged,
    SubscriptionRemoved,
)
from domain.customer.state import Customer
from domain.decider.decisions import ALREADY_TRUE, Decision, Rule, Rules, accepted
from domain.decider.states import Seen, States
from domain.words.messages import Command
from domain.words.refusals import Blocker, refused


def add_subscription(
    command: Command[AddSubscription], customer: Customer, states: States
) -> Decision:
    """Add a subscription, or change who manages it; the id of a removed one is never used again."""
    asked = command.data
    manager = customer.subscriptions.get(asked.subscription_id)
    if manager == asked.managed_by:
        return ALREADY_TRUE
    if manager is not None:
        event = SubscriptionManagerChanged(**asked.__dict__)
        return accepted((command.subject, event))
    if asked.subscription_id in customer.retired_subscriptions:
        removed_at = customer.retired_subscriptions[asked.subscription_id]
        id = asked.subscription_id
        return refused("id-retired", kind="subscription", id=id, removed_at=removed_at)
    return accepted((command.subject, SubscriptionAdded(**asked.__dict__)))


def remove_subscription(
    command: Command[RemoveSubscription], customer: Customer, states: States
) -> Decision:
    """Only a subscription without circuits: the refusal names each circuit, also the one whose
    place a successor has taken but which is not torn down yet.
    """
    id = command.data.subscription_id
    if id not in customer.subscriptions:
        return refused("not-found", kind="subscription", id=id)
    if customer.circuits_in.get(id, 0):
        held = [each for c in circuits_in(customer, id) for each in _in_use_by(c, states)]
        return refused("subscription-in-use", *held, subscription_id=id, count=len(held))
    return accepted((command.subject, SubscriptionRemoved(subscription_id=id)))


def circuits_in(customer: Customer, subscription_id: str) -> list[str]:
    """The circuits that count in a subscription, by id."""
    attached = customer.circuits.items()
    return sorted(id for id, place in attached if place.subscription_id == subscription_id)


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


def needs_circuits_in(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The circuits in the subscription: a change that runs keeps a second circuit in use."""
    customer: Customer | None = seen.subject
    if customer is None:
        return ()
    return [CIRCUIT.stream(id) for id in circuits_in(customer, command.data.subscription_id)]


RULES: Final[Rules] = {
    AddSubscription: Rule(add_subscription, "manage"),
    RemoveSubscription: Rule(remove_subscription, "manage", needs=needs_circuits_in),
}
