"""A noun's registration: all that the engine, the doors and the generated documents know of it.

Each noun's folder exports one `NOUN`. No field has a default: whoever adds a noun says whose it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from domain.decider.concern import NOBODY, Concern
from domain.decider.decisions import Rule, Rules
from domain.words.data import CommandData
from domain.words.messages import Command
from domain.words.refusals import Code, Refused
from domain.words.structs import Event

Begin = Callable[[str, Any], Any]
"""`begin(id, event)`: the state after the first event of a stream."""

Effect = Callable[[Any, Any, str], Any]
"""`effect(state, event, recorded at)`: the state after the event."""

Guard = Callable[[Command[Any], Any, Any], Refused | None]
"""`guard(command, rule, state)`: a refusal that comes before the rule looks at the state."""

Follows = Callable[[Any, Any], Sequence[Event]]
"""`follows(state before, state after)`: what else happened to a thing with a decision that wrote on
its stream. It is written in the same decision, after all its events, until nothing more follows.
"""


@dataclass(frozen=True, kw_only=True)
class Noun:
    """One kind of stream, `name/ID`: its state, commands, events and rules."""

    name: str
    plural: str
    about: str
    """One line of help: what people do with it."""
    state: type
    initial: Any
    """The state before any event; None where a first event makes it."""
    begins: Mapping[type[Event], Begin]
    """The events that make the state."""
    effects: Mapping[type[Event], Effect]
    """How every other event changes it."""
    rules: Rules
    """How each of its commands is decided."""
    belongs_to: Literal["customer", "csp"]
    concern: Callable[[Any], Concern]
    """`concern(state)`: whose a thing is, and in which scope."""
    guard: Guard
    follows: Follows
    refusals: Mapping[str, Code]
    """Its refusal codes, each with its sentence."""
    named_by: frozenset[str]
    """The fields by which an event of any noun names one of its things: `circuit_id`, `replaces`.
    The isolation report follows them."""
    grows: bool
    """Whether its streams get long, so that snapshots pay off."""

    @property
    def commands(self) -> tuple[type[CommandData], ...]:
        """The commands it decides."""
        return tuple(self.rules)

    @property
    def events(self) -> tuple[type[Event], ...]:
        """The events of its streams."""
        return (*self.begins, *self.effects)

    def evolve(self, state: Any, event: Event, at: str, id: str) -> Any:
        """The state after an event recorded at `at`."""
        if state is None:
            return self.begins[type(event)](id, event)
        return self.effects[type(event)](state, event, at)


def unguarded(command: Command[Any], rule: Rule, state: Any) -> Refused | None:
    """The guard of a noun that checks nothing before its rules."""
    return None


def nothing_follows(before: Any, after: Any) -> Sequence[Event]:
    """For a noun whose rules write all that happens."""
    return ()


def nobody(state: Any) -> Concern:
    """The concern of a noun that belongs to the CSP."""
    return NOBODY
