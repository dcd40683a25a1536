"""A customer's subscriptions: added, removed, who manages them."""

from typing import Final

from domain.customer.commands import AddSubscription, RemoveSubscription
from domain.customer.events import (
    SubscriptionAdded,
    SubscriptionManagerChanged,
    SubscriptionRemoved,
)
from domain.customer.state import Customer
from domain.decider.decisions import ALREADY_TRUE, Decision, Rule, Rules, accepted
from domain.decider.states import States
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
    """Only a subscription without circuits: the refusal names each circuit."""
    id = command.data.subscription_id
    if id not in customer.subscriptions:
        return refused("not-found", kind="subscription", id=id)
    if customer.circuits_in.get(id, 0):
        held = sorted(
            c for c, attachment in customer.circuits.items() if attachment.subscription_id == id
        )
        blockers = [Blocker(f"circuit {c}", f"delete-circuit {c}") for c in held]
        return refused("subscription-in-use", *blockers, subscription_id=id, count=len(held))
    return accepted((command.subject, SubscriptionRemoved(subscription_id=id)))


RULES: Final[Rules] = {
    AddSubscription: Rule(add_subscription, "manage"),
    RemoveSubscription: Rule(remove_subscription, "manage"),
}
