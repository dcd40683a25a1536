"""The cloud solution provider itself: what must be unique across customers, and its own staff."""

from typing import Final

from domain.csp import restores, state
from domain.csp.refusals import REFUSALS
from domain.decider.noun import Noun, nobody, nothing_follows, unguarded

NOUN: Final = Noun(
    name=state.CSP.noun,
    plural="csp",
    about="The provider's own staff and prefixes.",
    state=state.Csp,
    initial=state.Csp(),
    begins={},
    effects=state.EFFECTS,
    rules=restores.RULES,
    belongs_to="csp",
    concern=nobody,
    guard=unguarded,
    follows=nothing_follows,
    refusals=REFUSALS,
    named_by=frozenset(),
    grows=True,
)
