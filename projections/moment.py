"""States of things as of one moment, from their own streams in the log: now, or in the past.

Each stream is read by its name: what else the log holds costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.engine.records import folded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from domain.decider.states import Key
    from domain.engine.log import Log
    from domain.engine.records import Recorded

PAGE: Final = 500
"""Events of a stream that are read at once. More than that, and a snapshot is worth looking for."""


class Moment:
    """A time (as `written_time` writes it), or now: where the log ends as the reading begins."""

    def __init__(self, log: Log, time: str | None = None) -> None:
        self._log, self._time = log, time
        self._end = log.mark().position

    def states(self, key: Key[Any], ids: Iterable[str]) -> dict[str, Any]:
        """The states of some of a noun's things, by id; without those that were not there yet."""
        streams = {key.stream(id): id for id in sorted(ids)}
        if not streams:
            return {}
        states = self._then(streams) if self._time is not None else self._now(streams)
        return {id: states[stream] for stream, id in streams.items() if states[stream] is not None}

    def _now(self, streams: Collection[str]) -> Mapping[str, Any]:
        """The present states, read at once; of those that went on meanwhile, the ones before."""
        present = self._log.load_all(streams)
        went_on = self._log.moved(self._end)
        return {
            stream: self._past(stream) if stream in went_on else present[stream][0]
            for stream in streams
        }

    def _then(self, streams: Collection[str]) -> Mapping[str, Any]:
        return {stream: self._past(stream) for stream in streams}

    def _past(self, stream: str) -> Any:
        """Of a long stream that has not gone on since, the present state, which has a snapshot."""
        page = self._log.events(stream, 0, PAGE)
        if len(page) == PAGE and self._belongs(page[-1]):
            present, version = self._log.load(stream)
            if all(map(self._belongs, self._log.events(stream, version - 1, version))):
                return present
        return self._folded(stream, page)

    def _folded(self, stream: str, page: Sequence[Recorded]) -> Any:
        """The state at the moment, from the first page of a stream and those that follow it."""
        state = None
        while page:
            belongs = [each for each in page if self._belongs(each)]
            state = folded(stream, belongs, state)
            if len(belongs) < PAGE:
                break
            last = page[-1].version
            page = self._log.events(stream, last, last + PAGE)
        return state

    def _belongs(self, recorded: Recorded) -> bool:
        if self._time is None:
            return recorded.position <= self._end
        return recorded.time <= self._time
