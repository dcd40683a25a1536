"""Route filters: which of the cloud's prefixes are announced on microsoft peerings."""

from typing import Final

from domain.decider.noun import Noun, nothing_follows, unguarded
from domain.route_filter import rules, state
from domain.route_filter.refusals import REFUSALS

NOUN: Final = Noun(
    name=state.ROUTE_FILTER.noun,
    plural="route-filters",
    about="Define, change, list and remove route filters.",
    state=state.RouteFilter,
    initial=None,
    begins=state.BEGINS,
    effects=state.EFFECTS,
    rules=rules.RULES,
    belongs_to="customer",
    concern=state.concern_of,
    guard=unguarded,
    follows=nothing_follows,
    refusals=REFUSALS,
    named_by=frozenset({"route_filter_id"}),
    grows=False,
)
