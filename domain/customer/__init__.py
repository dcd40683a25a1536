"""Customers: their model, who may act for them, their subscriptions, prefixes and circuits."""

from typing import Final

from domain.customer import account, evolve, prefix_claims, roles, state, subscriptions
from domain.customer.refusals import REFUSALS
from domain.decider.noun import Noun, nothing_follows, unguarded

NOUN: Final = Noun(
    name=state.CUSTOMER.noun,
    plural="customers",
    about="Register customers; their subscriptions, roles, prefixes.",
    state=state.Customer,
    initial=None,
    begins=evolve.BEGINS,
    effects=evolve.EFFECTS,
    rules={**account.RULES, **subscriptions.RULES, **roles.RULES, **prefix_claims.RULES},
    belongs_to="customer",
    concern=state.concern_of,
    guard=unguarded,
    follows=nothing_follows,
    refusals=REFUSALS,
    named_by=frozenset({"customer_id", "on_behalf_of"}),
    grows=True,
)
