"""The end of the log, as this process wrote it: who follows the log here need not read it again.

Reading and decoding what was just encoded and written took a tenth of `tieline submit`
(docs/decisions/0003).
"""

from collections.abc import Collection, Sequence
from typing import Final

from domain.engine.log import Log
from domain.engine.records import Recorded

KEPT: Final = 5000
"""Events: what a page of the views holds (projections/runner.py). Older ones are read again."""


class Tail:
    """A log's feed, from memory where it holds the events asked for."""

    def __init__(self, log: Log, kept: int = KEPT) -> None:
        self._log = log
        self._kept = kept
        self._events: list[Recorded] = []

    def take(self, events: Sequence[Recorded]) -> None:
        """Take in a batch as it stands in the log. Where others wrote before it, or nobody told of
        what came before it, the tail begins with it.
        """
        if self._events and events and self._events[-1].position + 1 != events[0].position:
            self._events.clear()
        self._events += events
        if len(self._events) > 2 * self._kept:
            del self._events[: -self._kept]

    def forget(self) -> None:
        """Hold nothing: what was taken in may not be in the log any more."""
        self._events.clear()

    def feed(
        self, after: int, limit: int, kinds: Collection[str] = (), upto: int | None = None
    ) -> Sequence[Recorded]:
        """A page of the log, as `Log.feed` gives it."""
        events = self._events
        if upto is None or not events or not events[0].position <= after + 1 <= upto + 1:
            return self._log.feed(after, limit, kinds, upto)
        if upto > events[-1].position:
            return self._log.feed(after, limit, kinds, upto)
        first = events[0].position
        found = events[after + 1 - first : upto + 1 - first]
        if kinds:
            found = [each for each in found if each.event.kind in kinds]
        return found[:limit]
