"""Locations: providers, router pairs and their capacity."""

from typing import Final

from domain.decider.noun import Noun, nobody, nothing_follows, unguarded
from domain.location import rules, state
from domain.location.refusals import REFUSALS

NOUN: Final = Noun(
    name=state.LOCATION.noun,
    plural="locations",
    about="Open, resize, close and list locations.",
    state=state.Location,
    initial=None,
    begins=state.BEGINS,
    effects=state.EFFECTS,
    rules=rules.RULES,
    belongs_to="csp",
    concern=nobody,
    guard=unguarded,
    follows=nothing_follows,
    refusals=REFUSALS,
    named_by=frozenset({"location_id"}),
    grows=True,
)
