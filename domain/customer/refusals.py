"""Refusal codes about customers and their subscriptions."""

from collections.abc import Mapping
from typing import Final

from domain.words.refusals import CUSTOMERS, ORDERS, Code

REFUSALS: Final[Mapping[str, Code]] = {
    "customer-in-use": Code(
        CUSTOMERS,
        "Things that customer {customer_id} still has: {count}; remove each of them first.",
    ),
    "last-owner": Code(
        CUSTOMERS,
        "Customer {customer_id} needs an owner of its own who can act for it, other than "
        "{principal}; under connect-to the CSP's staff does not count, nor does a role in a scope.",
    ),
    "identity-not-replicated": Code(
        CUSTOMERS,
        "Customer {customer_id} has no identity store at the CSP that is replicated; "
        "record one, then grant on behalf.",
    ),
    "subscription-unknown": Code(
        ORDERS, "Customer {customer_id} has no subscription {subscription_id}; add it first."
    ),
    "subscription-not-managed": Code(
        ORDERS,
        "Subscription {subscription_id} is managed by the customer itself; "
        "under connect-through only one managed by the CSP is served.",
    ),
    "subscription-in-use": Code(
        ORDERS,
        "Things that lie in subscription {subscription_id}: {count}; remove each of them first.",
    ),
}
