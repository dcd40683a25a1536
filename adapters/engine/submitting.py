"""Where commands are handed in and answered: here, or over Kafka (kafka/submitting.py)."""

from collections.abc import Sequence
from typing import Final, Protocol

from adapters.engine.embedded import Embedded
from adapters.keys.revealing import revealed
from domain.engine.outcomes import Outcome
from domain.words.messages import Message
from domain.words.secret import Secret

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

    def revealed(self) -> Secret | None:
        """The secret that the one line handed in was about; None for any other line, and where
        another process decides: it is told only by the door that was asked.
        """
        ...


class EmbeddedSubmitter:
    """Has commands decided in this process."""

    def __init__(self, parts: Embedded, cell: str) -> None:
        self._parts = parts
        self._cell = cell
        self._before = 0
        self._last: Sequence[Outcome] = ()

    def submit(self, lines: Sequence[bytes]) -> Sequence[Message]:
        """Decide lines in batches."""
        self._before = self._parts.worker.log.mark().position
        self._last = self._parts.submit(lines)
        return [each.as_cloudevent(self._cell) for each in self._last]

    def revealed(self) -> Secret | None:
        """It is read from the log, and opened with the cell's keys."""
        worker = self._parts.worker
        if worker.keys is None or len(self._last) != 1:
            return None
        return revealed(self._last[0], worker.log, worker.keys)

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
