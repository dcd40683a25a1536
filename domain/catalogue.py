"""The catalogue: every registered noun, with the commands, events and rules of all nouns together.

No other module knows a noun by name. A noun is added by its folder and its line in `_ALL`.
"""

from collections.abc import Mapping
from typing import Final

from domain.circuit import NOUN as CIRCUIT
from domain.csp import NOUN as CSP
from domain.customer import NOUN as CUSTOMER
from domain.decider.decisions import Rule
from domain.decider.noun import Effect, Noun
from domain.location import NOUN as LOCATION
from domain.network import NOUN as NETWORK
from domain.route_filter import NOUN as ROUTE_FILTER
from domain.words.data import CommandData
from domain.words.refusals import Facts, declare, sentence_of
from domain.words.structs import Event

_ALL: Final = (
    CUSTOMER,
    LOCATION,
    NETWORK,
    ROUTE_FILTER,
    CIRCUIT,
    CSP,
)

_nouns: dict[str, Noun] = {}
_rules: dict[type[CommandData], Rule] = {}
_commands: dict[str, type[CommandData]] = {}
_inside_commands: dict[str, type[CommandData]] = {}
_events: dict[str, type[Event]] = {}
_effects: dict[type[Event], Effect] = {}

NOUNS: Final[Mapping[str, Noun]] = _nouns
"""Every noun, by its name."""

RULES: Final[Mapping[type[CommandData], Rule]] = _rules
"""How each command is decided."""

COMMANDS: Final[Mapping[str, type[CommandData]]] = _commands
"""The commands that can be sent from outside, by name."""

INSIDE_COMMANDS: Final[Mapping[str, type[CommandData]]] = _inside_commands
"""All commands by name, also those that only the engine's own parts send."""

EVENTS: Final[Mapping[str, type[Event]]] = _events
"""Every event, by its type on the wire."""

EFFECTS: Final[Mapping[type[Event], Effect]] = _effects
"""What each event changes in a state; events that begin a stream are not among them."""


def noun_of(stream: str) -> Noun:
    """The noun of a stream: `circuit/acme-fra-1` is a circuit. Raises KeyError if unknown."""
    return _nouns[stream.partition("/")[0]]


def said(code: str, facts: Facts) -> str:
    """The sentence of a stored refusal: here the codes of all nouns are known."""
    return sentence_of(code, facts)


def register(noun: Noun) -> None:
    """Add a noun. Raises ValueError for a name that is taken, and for a command that creates what
    belongs to a customer without naming the customer: nobody could tell who may send it.
    """
    commands = {kind.verb: kind for kind in noun.rules}
    events = {kind.kind: kind for kind in noun.events}
    taken = {noun.name} & _nouns.keys() | commands.keys() & _inside_commands.keys()
    taken |= events.keys() & _events.keys()
    if taken:
        raise ValueError(f"registered before: {', '.join(sorted(taken))}")
    for kind, rule in noun.rules.items():
        is_theirs = noun.belongs_to == "customer" and rule.right != "csp"
        if rule.creates and is_theirs and not kind.names_customer:
            raise ValueError(f"{kind.verb} creates what belongs to a customer and names none")
    declare(noun.refusals)
    _nouns[noun.name] = noun
    _rules.update(noun.rules)
    _inside_commands.update(commands)
    _commands.update({verb: kind for verb, kind in commands.items() if not kind.inside})
    _events.update(events)
    _effects.update(noun.effects)


for _noun in _ALL:
    register(_noun)
