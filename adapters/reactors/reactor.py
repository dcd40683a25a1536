"""What a reactor is: events in, commands out, and a checkpoint: how far it has reacted.

It saves its checkpoint after its commands were decided. If it dies between the two, it reacts
again: its commands have the same ids, so that the second time changes nothing.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol

from domain.engine.outcomes import Outcome, Stored
from domain.engine.records import Recorded
from domain.words.messages import Message
from projections.feed import Checkpoint


class Reactor(Protocol):
    """One part that reacts."""

    kinds: ClassVar[frozenset[str]]
    """The types of the events it reacts to."""
    hears: ClassVar[bool]
    """Whether refused attempts of anybody concern it."""

    @property
    def checkpoint(self) -> Checkpoint:
        """How far it has reacted, in each lane of its feed."""
        ...

    def react(self, events: Sequence[Recorded]) -> list[Message]:
        """The commands that follow from events."""
        ...

    def heard(self, refusals: Sequence[tuple[int, Stored]]) -> list[Message]:
        """The commands that follow from refused attempts, each with its place among all outcomes;
        one may come again.
        """
        ...

    def tick(self, now: str) -> list[Message]:
        """The commands that follow from the time."""
        ...

    def answered(self, outcome: Outcome) -> list[Message]:
        """The commands that follow from an outcome; none from the outcomes of others' commands."""
        ...

    def save(self, checkpoint: Checkpoint, versions: Mapping[str, int] | None = None) -> None:
        """Note that everything up to a checkpoint was reacted to, and, where a feed may repeat
        events or miss one, the versions reached of its streams. Raises Replaced if another
        reactor of the same name has noted something meanwhile.
        """
        ...

    def recall(self) -> None:
        """Begin again from what is remembered."""
        ...
