"""Where commands are handed in and answered: here, or over Kafka (kafka/submitting.py)."""

from collections.abc import Sequence
from typing import Final, Protocol

from adapters.engine.embedded import Embedded
from domain.words.messages import Message

SHOWN: Final = 1000
"""The most events that are shown after a command."""


class Submitter(Protocol):
    """Takes commands, gives outcomes."""

    def submit(self, lines: Sequence[bytes]) -> Sequence[Message]:
        """Have lines decided, in order; returns their outcomes, as far as they are awaited."""
        ...

    def settle(self) -> None:
        """Wait until everything that follows from what was handed in has happened."""
        ...

    def rest(self) -> None:
        """At the end of a file: settle, unless other processes do so by themselves."""
        ...

    def followed(self) -> Sequence[Message]:
        """The events since the last lines were handed in, including the lines' own."""
        ...


class EmbeddedSubmitter:
    """Has commands decided in this process."""

    def __init__(self, parts: Embedded, cell: str) -> None:
        self._parts = parts
        self._cell = cell
        self._before = 0

    def submit(self, lines: Sequence[bytes]) -> Sequence[Message]:
        """Decide lines in batches."""
        self._before = self._parts.worker.log.mark().position
        return [each.as_cloudevent(self._cell) for each in self._parts.submit(lines)]

    def settle(self) -> None:
        """Let reactors and views catch up."""
        self._parts.settle()

    def rest(self) -> None:
        """Settle: no other process does."""
        self.settle()

    def followed(self) -> Sequence[Message]:
        """Read them from the log."""
        events = self._parts.worker.log.feed(self._before, SHOWN)
        return [each.as_cloudevent(self._cell) for each in events]
