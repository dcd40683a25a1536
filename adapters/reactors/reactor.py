"""What a reactor is: events in, commands out, and places up to which it has reacted.

It saves its places after its commands were decided. When it dies between the two, it reacts
again: its commands have the same ids, so that the second time changes nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

from domain.engine.outcomes import Outcome
from domain.engine.records import Recorded
from projections.feed import Places

Message = dict[str, Any]


class Reactor(Protocol):
    """One part that reacts."""

    kinds: ClassVar[frozenset[str]]
    """The types of the events it reacts to."""

    @property
    def places(self) -> Places:
        """How far it has reacted, in each lane of its feed."""
        ...

    def react(self, events: Sequence[Recorded]) -> list[Message]:
        """The commands that follow from events."""
        ...

    def tick(self, now: str) -> list[Message]:
        """The commands that follow from the time."""
        ...

    def answered(self, outcome: Outcome) -> list[Message]:
        """The commands that follow from an outcome; nothing from those of others' commands."""
        ...

    def save(self, places: Places, versions: Mapping[str, int] | None = None) -> None:
        """Note that everything up to a place was reacted to, and, where a feed may repeat events or
        miss one, the versions reached of its streams. Raises Replaced if another reactor of
        the same name has noted something meanwhile.
        """
        ...

    def recall(self) -> None:
        """Begin again from what is remembered."""
        ...
