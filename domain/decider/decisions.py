"""Rules, and the answers they give: the events to write, or a refusal."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from domain.decider.concern import Concern
from domain.decider.states import Seen, States
from domain.words.data import CommandData
from domain.words.messages import Command
from domain.words.refusals import Refused, Warned
from domain.words.structs import Event, Frozen

PROCESS: Final = "service:tieline"
"""The principal that processes speak as; never accepted from outside."""

NETWORK_SOURCE: Final = "/tieline/network"
PROCESS_SOURCE: Final = "/tieline/process"

Written = tuple[str, Event]
"""A stream and an event to write on it."""

Right = Literal["see", "operate", "manage", "grant", "provide", "csp", "process"]
"""The right that a rule asks of the sender (contract, "Who speaks")."""


class Accepted(Frozen):
    """The answer 'yes': the events in the order they are written; none if it is true already."""

    events: tuple[Written, ...]
    warnings: tuple[Warned, ...] = ()
    epoch: str | None = None
    """The epoch of the log that begins with these events, where one does."""


Decision = Accepted | Refused
ALREADY_TRUE: Final = Accepted(())


def accepted(*events: Written, warnings: Iterable[Warned] = ()) -> Accepted:
    """Accepted with these events, in this order."""
    return Accepted(events, tuple(warnings))


Admits = Callable[[Command[Any], Any, States], bool]
Decide = Callable[[Command[Any], Any, States], Decision]
Needs = Callable[[Command[Any], Seen], Iterable[str]]


def nothing_more(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The needs of a rule that reads only its subject."""
    return ()


def nobody_else(command: Command[Any], subject: Any, states: States) -> bool:
    """Nobody is admitted to a rule but those who have its right on the subject."""
    return False


@dataclass(frozen=True)
class Rule:
    """How one command is decided.

    `decide(command, subject's state, states)` answers. `needs(command, seen)` names the streams it
    reads beside the subject, the customer concerned and csp/self for rights; if it looked for a
    stream that was not read yet, it is called again with the states read so far, until it names no
    new stream.
    """

    decide: Decide
    right: Right
    creates: bool = False
    needs: Needs = nothing_more
    after_removal: Callable[[Command[Any], Any], bool] = lambda command, subject: False
    """Whether the subject counts as present although it was removed."""
    admits: Admits = nobody_else
    """Whether a sender without the right on the subject, or even without sight of it, may send the
    command by a right on what it names.
    """
    concern: Callable[[Command[Any], Any], Concern] | None = None
    """Whom the command concerns, where what it says narrows whom its subject concerns."""


Rules = Mapping[type[CommandData], Rule]
