"""What a reactor is: events in, commands out, and a position up to which it has reacted.

It saves its position after its commands were decided. When it dies between the two, it reacts
again: its commands have the same ids, so that the second time changes nothing.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

from domain.outcomes import Outcome
from domain.records import Recorded

Message = dict[str, Any]


class Reactor(Protocol):
    """One part that reacts."""

    kinds: ClassVar[frozenset[str]]
    """The types of the events it reacts to."""

    @property
    def position(self) -> int:
        """The place in the log up to which it has reacted."""
        ...

    def react(self, events: Sequence[Recorded]) -> list[Message]:
        """The commands that follow from events."""
        ...

    def tick(self, now: str) -> list[Message]:
        """The commands that follow from the time."""
        ...

    def answered(self, message: Message, outcome: Outcome) -> list[Message]:
        """The commands that follow from the outcome of one of its own."""
        ...

    def save(self, position: int) -> None:
        """Note that everything up to a position was reacted to."""
        ...
