"""Virtual networks: address space, gateways, links, and subnets with routes and rules."""

from typing import Final

from domain.decider.noun import Noun, nothing_follows, unguarded
from domain.network import links, parts, routing, rules, state
from domain.network.refusals import REFUSALS

NOUN: Final = Noun(
    name=state.NETWORK.noun,
    plural="networks",
    about="Register, change, link, list and remove networks.",
    state=state.Network,
    initial=None,
    begins=state.BEGINS,
    effects=state.EFFECTS,
    rules={**rules.RULES, **parts.RULES, **links.RULES, **routing.RULES},
    belongs_to="customer",
    concern=state.concern_of,
    guard=unguarded,
    follows=nothing_follows,
    refusals=REFUSALS,
    named_by=frozenset({"network_id"}),
    grows=True,
)
