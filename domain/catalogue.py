"""Everything there is: each noun with its states and events, every command and every rule.

Adding a noun is a line in `NOUNS` and its rules in `RULES`; adding a command or an event is a line
in its noun's own tables.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from domain.circuit import decide as circuit_rules
from domain.circuit import evolve as circuit_evolve
from domain.circuit.events import CircuitEvent
from domain.circuit.state import Circuit
from domain.csp import state as csp
from domain.csp.events import CspEvent
from domain.customer import decide as customer_rules
from domain.customer import state as customer
from domain.customer.events import CustomerEvent
from domain.decider.decisions import Rules
from domain.location import decide as location_rules
from domain.location import state as location
from domain.location.events import LocationEvent
from domain.words.values import Asked, Event

Evolve = Callable[[Any, Any, str, str], Any]
"""`evolve(state, event, recorded at, id)`: the state after an event."""


@dataclass(frozen=True)
class Noun:
    """One kind of stream: `name/ID`, its state before any event, how events change it."""

    name: str
    initial: Any
    state: type
    evolve: Evolve
    events: tuple[type[Event], ...]
    grows: bool = False
    """Whether its streams get long, so that snapshots pay."""


NOUNS: Final[Mapping[str, Noun]] = {
    noun.name: noun
    for noun in (
        Noun("circuit", None, Circuit, circuit_evolve.evolve, get_args(CircuitEvent)),
        Noun(
            "customer",
            None,
            customer.Customer,
            customer.evolve,
            get_args(CustomerEvent),
            grows=True,
        ),
        Noun(
            "location",
            None,
            location.Location,
            location.evolve,
            get_args(LocationEvent),
            grows=True,
        ),
        Noun("csp", csp.Csp(), csp.Csp, csp.evolve, get_args(CspEvent), grows=True),
    )
}

RULES: Final[Rules] = {**customer_rules.RULES, **location_rules.RULES, **circuit_rules.RULES}

COMMANDS: Final[Mapping[str, type[Asked]]] = {kind.verb: kind for kind in RULES if not kind.inside}
"""The commands that can be sent from outside, by name."""

INSIDE_COMMANDS: Final[Mapping[str, type[Asked]]] = {kind.verb: kind for kind in RULES}
"""Those and the ones that only the engine's own parts send."""

EVENTS: Final[Mapping[str, type[Event]]] = {
    event.kind: event for noun in NOUNS.values() for event in noun.events
}
"""Every event, by its type on the wire."""


def noun_of(stream: str) -> Noun:
    """The noun of a stream: `circuit/acme-fra-1` is a circuit. Raises KeyError for others."""
    return NOUNS[stream.partition("/")[0]]
