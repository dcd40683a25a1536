"""The event log as one process reaches it: the real one on SQLite, with calls that can fail."""

from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from domain.engine.log import (
    Appended,
    Appending,
    EventRow,
    Insertion,
    Log,
    LogUnreachable,
    Mark,
    OutcomeRow,
    Parked,
)
from domain.engine.outcomes import Stored
from domain.engine.records import Recorded
from simulation.processes import Fate, Process


class SimulatedLog:
    """The port to the log (domain/engine/log.py). Between its calls other processes read and write
    the same log, except within an insert transaction, which holds the append lock.
    """

    def __init__(self, process: Process, fate: Fate, log: Log) -> None:
        self._process = process
        self._fate = fate
        self._log = log
        self._alone = False

    def mark(self, seen: Mark | None = None) -> Mark:
        """How far the log has come."""
        self._before("read-mark")
        return self._log.mark(seen)

    def moved(self, after: int) -> Collection[str]:
        """Streams written after a position."""
        self._before("read-moved")
        return self._log.moved(after)

    def last_time(self) -> str:
        """The last recorded time."""
        self._before("read-time")
        return self._log.last_time()

    def load(self, stream: str) -> tuple[Any, int]:
        """The state of one stream."""
        self._before("load")
        return self._log.load(stream)

    def load_all(self, streams: Collection[str]) -> Mapping[str, tuple[Any, int]]:
        """The states of several streams."""
        self._before("load")
        return self._log.load_all(sorted(streams))

    def events(self, stream: str, after: int = 0, upto: int | None = None) -> Sequence[Recorded]:
        """The events of one stream."""
        self._before("read-stream")
        return self._log.events(stream, after, upto)

    def feed(
        self, after: int, limit: int, kinds: Collection[str] = (), upto: int | None = None
    ) -> Sequence[Recorded]:
        """A page of events."""
        self._before("read-feed")
        return self._log.feed(after, limit, kinds, upto)

    def known(self, keys: Collection[bytes]) -> Mapping[bytes, Stored]:
        """Outcomes by key."""
        self._before("read-known")
        return self._log.known(keys)

    def rows(self, after: int, limit: int) -> Sequence[tuple[int, EventRow]]:
        """A page of events as they are stored."""
        self._before("read-rows")
        return self._log.rows(after, limit)

    def outcome_rows(self, after: int, limit: int) -> Sequence[OutcomeRow]:
        """A page of outcomes as they are stored."""
        self._before("read-rows")
        return self._log.outcome_rows(after, limit)

    def outcomes(self, after: int, limit: int) -> Sequence[tuple[int, Stored]]:
        """A page of outcomes."""
        self._before("read-outcomes")
        return self._log.outcomes(after, limit)

    def refusals(self, after: int, limit: int) -> Sequence[tuple[int, Stored]]:
        """A page of refusals."""
        self._before("read-refusals")
        return self._log.refusals(after, limit)

    def last_outcome(self) -> int:
        """The last outcome's place."""
        return self.mark().outcome

    def parked(self) -> Sequence[Parked]:
        """Parked commands."""
        self._before("read-parked")
        return self._log.parked()

    def kept(self, name: str) -> str | None:
        """A kept fact."""
        self._before("read-fact")
        return self._log.kept(name)

    def keep_first(self, name: str, value: str) -> str:
        """Keep a fact unless it is kept."""
        self._before("keep-fact")
        first = self._log.keep_first(name, value)
        self._after("keep-fact")
        return first

    def keep(self, name: str, value: str) -> None:
        """Keep a fact."""
        self._before("keep-fact")
        self._log.keep(name, value)
        self._after("keep-fact")

    def append(self, insertion: Insertion, reads: Collection[str], since: Mark) -> Appended | None:
        """Append in one call: other processes write before it or after it."""
        self._before("append")
        appended = self._log.append(insertion, reads, since)
        self._after("append")
        return appended

    @contextmanager
    def appending(self) -> Generator[Appending]:
        """A transaction with the append lock; a crash within it leaves nothing behind."""
        self._before("append-lock")
        with self._log.appending() as transaction:
            self._alone = True
            try:
                yield transaction
                self._before("append-commit")
            finally:
                self._alone = False
        self._after("append-commit")

    def close(self) -> None:
        """Do nothing: the log itself stays open."""

    def _before(self, call: str) -> None:
        self._fate.before(self._process, call, LogUnreachable, alone=self._alone)

    def _after(self, call: str) -> None:
        self._fate.after(self._process, call, LogUnreachable, alone=self._alone)
