"""Where commands are handed in and answered: in this process, or over Kafka (kafka/desk.py)."""

from collections.abc import Sequence
from typing import Final, Protocol

from adapters.engine.embedded import Embedded
from domain.words.messages import Message

SHOWN: Final = 1000
"""Events that are told after a command at most."""


class Submitter(Protocol):
    """Takes commands, gives outcomes."""

    def submit(self, lines: Sequence[bytes]) -> Sequence[Message]:
        """Have lines decided, in order; their outcomes, as far as they are awaited."""
        ...

    def settle(self) -> None:
        """Wait until everything that follows from what was handed in has happened."""
        ...

    def rest(self) -> None:
        """At the end of a file: what nobody else would do by itself is done here."""
        ...

    def followed(self) -> Sequence[Message]:
        """The events since the last lines were handed in, their own included."""
        ...


class EmbeddedSubmitter:
    """In this process."""

    def __init__(self, parts: Embedded, cell: str) -> None:
        self._parts = parts
        self._cell = cell
        self._before = 0

    def submit(self, lines: Sequence[bytes]) -> Sequence[Message]:
        """Decided in batches."""
        self._before = self._parts.worker.log.mark().position
        return [each.as_cloudevent(self._cell) for each in self._parts.submit(lines)]

    def settle(self) -> None:
        """Worked to rest."""
        self._parts.settle()

    def rest(self) -> None:
        """Nobody else works it to rest."""
        self.settle()

    def followed(self) -> Sequence[Message]:
        """From the log."""
        events = self._parts.worker.log.feed(self._before, SHOWN)
        return [each.as_cloudevent(self._cell) for each in events]
