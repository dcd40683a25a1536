"""States of things as of one moment, from their own streams in the log: now, or in the past.

Each stream is read by its name: what else the log holds costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.engine.records import folded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from domain.decider.states import Key
    from domain.engine.log import Log
    from domain.engine.records import Recorded

PAGE: Final = 500
"""Events of a stream that are read at once, where it went on after the moment."""


class Moment:
    """A time (as `written_time` writes it), or now: where the log ends as the reading begins."""

    def __init__(self, log: Log, time: str | None = None) -> None:
        self._log, self._time = log, time
        self._end = log.mark().position

    def states(self, key: Key[Any], ids: Iterable[str]) -> dict[str, Any]:
        """The states of some of a noun's things, by id; without those that were not there yet."""
        streams = {key.stream(id): id for id in ids}
        if not streams:
            return {}
        present = self._log.load_all(streams)
        went_on = self._went_on(present)
        states = {
            id: self._past(stream) if stream in went_on else present[stream][0]
            for stream, id in streams.items()
        }
        return {id: state for id, state in states.items() if state is not None}

    def _went_on(self, present: Mapping[str, tuple[Any, int]]) -> Collection[str]:
        """The streams that have events after the moment."""
        if self._time is None:
            return self._log.moved(self._end)
        last = {
            stream: self._log.events(stream, version - 1, version)
            for stream, (_, version) in present.items()
        }
        return {stream for stream, events in last.items() if not all(map(self._belongs, events))}

    def _past(self, stream: str) -> Any:
        state, version = None, 0
        while page := self._log.events(stream, version, version + PAGE):
            belongs = [each for each in page if self._belongs(each)]
            state = folded(stream, belongs, state)
            if len(belongs) < len(page):
                break
            version = page[-1].version
        return state

    def _belongs(self, recorded: Recorded) -> bool:
        if self._time is None:
            return recorded.position <= self._end
        return recorded.time <= self._time
