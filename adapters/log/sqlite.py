"""The event log in one SQLite file, durable: WAL, every commit on the disk before it returns.

Events lie in the library's table, outcomes and parked commands beside them; a batch is one
transaction with one statement per table. SQLite has one writer at a time, so positions follow the
order of commits, and no reader passes a position that may still be committed.
"""

import threading
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from adapters.collecting import without_collection
from adapters.log import mapper, outcomes, snapshots
from adapters.log.errors import SqliteFaults
from adapters.log.opening import TO_WRITE, Opening
from adapters.log.recorder import Datastore, Recorder, plain
from adapters.log.seen import Seen
from adapters.log.sqlite_append import MOVED, SqliteAppend
from adapters.log.sqlite_marks import Place, SqlitePast, mark_of, sql_of
from adapters.log.times import first_time, not_before
from domain.catalogue import noun_of
from domain.engine.batch import SNAPSHOT_EVERY
from domain.engine.log import (
    Appended,
    EventRow,
    Insertion,
    LogDamaged,
    LogError,
    Mark,
    OutcomeRow,
    Parked,
    Snapshot,
)
from domain.engine.outcomes import Stored
from domain.engine.records import Recorded, folded, loaded

BUSY_TIMEOUT = 10.0
"""Seconds to wait for another writer before giving up."""

_STREAM = """
SELECT rowid, originator_id, originator_version, topic, state FROM stored_events
WHERE originator_id = ? AND originator_version > ? AND originator_version <= ?
ORDER BY originator_version"""
_STREAMS = """
SELECT rowid, originator_id, originator_version, topic, state FROM stored_events
WHERE originator_id IN ({}) ORDER BY originator_id, originator_version"""
_FEED = """
SELECT rowid, originator_id, originator_version, topic, state FROM stored_events
WHERE rowid > ? AND rowid <= ?"""
_ROWS = f"{_FEED} ORDER BY rowid LIMIT ?"
_LAST = """
SELECT (SELECT state FROM stored_events ORDER BY rowid DESC LIMIT 1),
       (SELECT body FROM outcomes ORDER BY seq DESC LIMIT 1)"""
_PARKED = """
SELECT seq, key, subject, message, principal, inside, entropy, error, parked_at
FROM parked ORDER BY seq"""
_SNAPSHOT = "SELECT version, schema, state FROM snapshots WHERE stream = ?"
_AT_VERSION = """
SELECT originator_id FROM stored_events
WHERE originator_version = {} AND originator_id IN ({})"""
_LONG = _AT_VERSION.format(SNAPSHOT_EVERY, "{}")
"""The streams that may have a snapshot. Whoever asks `snapshots` for a stream that has none reads
whole states of others on the way, as that table is one index.
"""
_TAKE_SNAPSHOT = "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)"
_KEPT = "SELECT value FROM facts WHERE name = ?"
_KEEP = "INSERT OR REPLACE INTO facts VALUES (?, ?)"
_KEEP_FIRST = "INSERT OR IGNORE INTO facts VALUES (?, ?)"
_END = 2**63 - 1


class SqliteLog:
    """The domain's port to the log (domain/engine/log.py) over one file; any thread may use it."""

    def __init__(
        self, path: Path, *, busy_timeout: float = BUSY_TIMEOUT, opening: Opening = TO_WRITE
    ) -> None:
        """It is opened to write it unless `opening` says otherwise."""
        self._telling = SqliteFaults(path, busy_timeout)
        self._lock = threading.Lock()
        self._thread = threading.local()
        with self._telling:
            self._store = Datastore(opening.uri(path), opening.settings, busy_timeout)
            self.recorder = Recorder(self._store)
            self._reader = plain(self._store.pool.get_connection(is_writer=False))
            statements = self.recorder.create_table_statements
            schema = opening.ready(self._reader, path, statements, busy_timeout)
        self._seen, self._past, self._place = Seen(str(path)), SqlitePast(self._read), Place(path)
        self._mark = sql_of(schema)

    def close(self) -> None:
        """Let go of the file; the log can't be used afterwards."""
        with self._telling:
            self._store.close()

    def mark(self, seen: Mark | None = None) -> Mark:
        """The ends of the three tables, in one consistent read."""
        self._place.stays()
        seen = seen or self._seen.mark
        now = mark_of(self._read(self._mark))
        return now if self._is_appending else self._seen.compare(seen, now, self._past)

    def moved(self, after: int) -> Collection[str]:
        """The streams written after a position, from the tail of the log."""
        return {stream for (stream,) in self._read(MOVED, after)}

    def last_time(self) -> str:
        """From the last event and the last outcome with a body, whichever is later."""
        return max(outcomes.time_of(each) for each in self._read(_LAST)[0])

    @without_collection()
    def load(self, stream: str) -> tuple[Any, int]:
        """A stream folded from its snapshot, or from the start. KeyError for an unknown noun."""
        noun = noun_of(stream)
        state, version = self._snapshot(stream) if noun.grows else (None, 0)
        rows = self._read(_STREAM, stream, version, _END)
        if rows and rows[-1][2] - version != len(rows):
            raise LogDamaged(f"Events of {stream} are missing among its {rows[-1][2]}")
        state = folded(stream, mapper.events_of(rows), state)
        return state, rows[-1][2] if rows else version

    @without_collection()
    def load_all(self, streams: Collection[str]) -> Mapping[str, tuple[Any, int]]:
        """Streams too short for a snapshot are read some hundreds to a query."""
        growing = [stream for stream in streams if noun_of(stream).grows]
        long = {stream for (stream,) in outcomes.among(self._read, _LONG, growing)}
        short = [stream for stream in streams if stream not in long]
        rows = outcomes.among(self._read, _STREAMS, short)
        read = loaded(short, mapper.events_of(rows))
        if sum(version for _, version in read.values()) != len(rows):
            raise LogDamaged(f"Events are missing among those of {', '.join(sorted(short))}")
        return {stream: self.load(stream) for stream in long} | read

    @without_collection()
    def events(self, stream: str, after: int = 0, upto: int | None = None) -> Sequence[Recorded]:
        """One stream, in order of its versions."""
        return mapper.events_of(self._read(_STREAM, stream, after, _END if upto is None else upto))

    @without_collection()
    def feed(
        self, after: int, limit: int, kinds: Collection[str] = (), upto: int | None = None
    ) -> Sequence[Recorded]:
        """A page of the log in order of positions, read by the rows' ids."""
        chosen = f" AND topic IN ({','.join('?' * len(kinds))})" if kinds else ""
        sql = f"{_FEED}{chosen} ORDER BY rowid LIMIT ?"
        return mapper.events_of(
            self._read(sql, after, _END if upto is None else upto, *kinds, limit)
        )

    def rows(self, after: int, limit: int) -> Sequence[tuple[int, EventRow]]:
        """A page of the log, undecoded."""
        return [(at, EventRow(*row)) for at, *row in self._read(_ROWS, after, _END, limit)]

    def known(self, keys: Collection[bytes]) -> Mapping[bytes, Stored]:
        """Former outcomes by key, the events of each read with it."""
        return outcomes.known(self._read, list(keys))

    def outcome_rows(self, after: int, limit: int) -> Sequence[OutcomeRow]:
        """A page of outcomes, undecoded."""
        return [OutcomeRow(*row) for row in self._read(outcomes.ROWS, after, limit)]

    def outcomes(self, after: int, limit: int) -> Sequence[tuple[int, Stored]]:
        """A page of outcomes, the events of each read with it."""
        return outcomes.after(self._read, after, limit)

    def refusals(self, after: int, limit: int) -> Sequence[tuple[int, Stored]]:
        """The refusals among the outcomes with a body, in order."""
        return outcomes.refusals(self._read, after, limit)

    def last_outcome(self) -> int:
        """The place of the table's last row."""
        return self.mark().outcome

    def parked(self) -> Sequence[Parked]:
        """All parked commands; one that was parked again has kept its place."""
        return [_parked(*row) for row in self._read(_PARKED)]

    def kept(self, name: str) -> str | None:
        """One row of the facts."""
        rows = self._read(_KEPT, name)
        return rows[0][0] if rows else None

    def keep(self, name: str, value: str) -> None:
        """In a transaction of its own."""
        with self._telling, self._store.writing() as cursor:
            cursor.execute(_KEEP, (name, value))

    def keep_first(self, name: str, value: str) -> str:
        """The other process that keeps one at the same moment reads the same."""
        with self._telling, self._store.writing() as cursor:
            cursor.execute(_KEEP_FIRST, (name, value))
        return self.kept(name) or value

    def append(self, insertion: Insertion, reads: Collection[str], since: Mark) -> Appended | None:
        """One comparison if nobody wrote since; otherwise it looks at what was written."""
        with self.appending() as tx:
            mark = tx.mark
            if mark == since:
                tx.insert(insertion)
                return Appended(tx.mark, (), None)
            if not tx.goes_on_from(since):
                return None
            moved = tx.moved(since.position)
            if mark.parked != since.parked or not moved.isdisjoint(reads):
                return None
            if tx.has_recorded(insertion.outcomes, since.outcome):
                return None
            last = self.last_time()
            is_late = first_time(insertion) < last
            tx.insert(not_before(last, insertion) if is_late else insertion)
            return Appended(tx.mark, moved, last if is_late else None)

    @contextmanager
    def appending(self) -> Generator["SqliteAppend"]:
        """The append lock is taken at once; snapshots follow after the commit."""
        with self._telling, self._store.writing() as cursor:
            append = SqliteAppend(cursor)
            seen = self._seen.mark
            self._place.stays()
            self._seen.compare(seen, append.mark, append.past)
            self._thread.cursor = cursor
            try:
                yield append
            finally:
                del self._thread.cursor
            end = append.mark
        self._seen.keep(seen, end)
        self._take(append.snapshots)

    @property
    def _is_appending(self) -> bool:
        """Whether this thread has an insert transaction open."""
        return hasattr(self._thread, "cursor")

    def _snapshot(self, stream: str) -> tuple[Any, int]:
        """State and version from a snapshot by this code of this history, or None and 0."""
        for version, schema, state in self._read(_SNAPSHOT, stream):
            kept = snapshots.state_of(stream, schema, state)
            if kept is not None and self._read(_STREAM, stream, version - 1, version):
                return kept, version
        return None, 0

    def _take(self, taken: Sequence[Snapshot]) -> None:
        """Keep snapshots, outside the batch: encoding a large state must not hold its lock.

        A cache that can't be written must not undo what is recorded, so errors are let go.
        """
        if taken:
            with suppress(LogError, ValueError), self._telling:
                rows = [snapshots.kept(each) for each in taken]
                with self._store.writing() as cursor:
                    cursor.executemany(_TAKE_SNAPSHOT, rows)

    def _read(self, sql: str, *values: Any) -> list[Any]:
        """All rows of one query, which is one consistent view by itself.

        Inside an insert transaction of this thread it sees what was inserted. Otherwise one
        connection is kept for reading, as a query through the pool takes three times as long; a
        thread that finds it in use takes one from the pool.
        """
        with self._telling:
            if (cursor := getattr(self._thread, "cursor", None)) is not None:
                return cursor.execute(sql, values).fetchall()
            if self._lock.acquire(blocking=False):
                try:
                    return self._reader.execute(sql, values).fetchall()
                finally:
                    self._lock.release()
            with self._store.get_connection(commit=False) as connection:
                return plain(connection).execute(sql, values).fetchall()


def _parked(*fields: Any) -> Parked:
    parked = Parked(*fields)
    return replace(parked, inside=bool(parked.inside))
