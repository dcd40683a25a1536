"""The event log on PostgreSQL, for several workers at once.

Events lie in the library's table, outcomes and parked commands beside them. A batch is one call of
a function in the database, which checks what was read and writes everything under one lock, so that
positions have no gaps and appear in the order of commits: no reader passes a position that may
still be committed.
"""

import threading
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, LiteralString

from psycopg.errors import InFailedSqlTransaction
from psycopg.pq import TransactionStatus

from adapters.log import mapper, postgres_append, snapshots
from adapters.log.outcomes import gathered, time_of
from adapters.log.postgres_append import LOCK, MOVED, PostgresAppend, rows
from adapters.log.postgres_connections import Connections
from adapters.log.postgres_errors import PostgresFaults, address_of
from adapters.log.postgres_marks import PostgresPast, mark_of, sql_of
from adapters.log.postgres_schema import prepare
from adapters.log.postgres_server import server_of
from adapters.log.seen import Seen
from domain.catalogue import noun_of
from domain.engine.log import (
    Appended,
    EventRow,
    Insertion,
    LogError,
    Mark,
    OutcomeRow,
    Parked,
    Snapshot,
)
from domain.engine.outcomes import Stored
from domain.engine.records import Recorded, folded, loaded

_EVENTS = (
    "SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events"
)
_STREAM = f"""{_EVENTS}
WHERE originator_id = %s AND originator_version > %s AND originator_version <= %s
ORDER BY originator_version"""
_STREAMS = f"{_EVENTS} WHERE originator_id = ANY (%s) ORDER BY originator_id, originator_version"
_FEED = f"{_EVENTS} WHERE notification_id > %s AND notification_id <= %s"
_IN_ORDER = " ORDER BY notification_id LIMIT %s"
_OF_KINDS = " AND topic = ANY (%s)"
_LAST = """
SELECT (SELECT state FROM stored_events ORDER BY notification_id DESC LIMIT 1),
       (SELECT body FROM outcomes ORDER BY seq DESC LIMIT 1)"""
_OUTCOME = "SELECT seq, key, digest, position, count, body FROM outcomes"
_KNOWN = f"{_OUTCOME} WHERE key = ANY (%s) ORDER BY seq"
_OUTCOMES = f"{_OUTCOME} WHERE seq > %s ORDER BY seq LIMIT %s"
_AT = f"{_EVENTS} WHERE notification_id = ANY (%s)"
_REFUSALS = """
SELECT seq, key, digest, position, count, body FROM outcomes
WHERE body IS NOT NULL AND seq > %s AND body::json ->> 'code' IS NOT NULL
ORDER BY seq LIMIT %s"""
_PARKED = """
SELECT seq, key, subject, message, principal, inside, entropy, error, parked_at
FROM parked ORDER BY seq"""
_SNAPSHOT = "SELECT version, schema, state FROM snapshots WHERE stream = %s"
_LONG = "SELECT stream FROM snapshots WHERE stream = ANY (%s)"
_TAKE_SNAPSHOT = """
INSERT INTO snapshots VALUES (%s, %s, %s, %s) ON CONFLICT (stream) DO UPDATE
SET version = excluded.version, schema = excluded.schema, state = excluded.state"""
_KEPT = "SELECT value FROM facts WHERE name = %s"
_KEEP_FIRST = "INSERT INTO facts VALUES (%s, %s) ON CONFLICT (name) DO NOTHING"
_KEEP = "INSERT INTO facts VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_CLOCK = "SELECT clock_timestamp()"
_END = 2**63 - 1


class PostgresLog:
    """The domain's port to the log (domain/engine/log.py) over one database; any thread may use it,
    a forked child may not.
    """

    def __init__(
        self,
        url: str,
        *,
        busy_timeout: float,
        prepare: Callable[[Connections, str], int] = prepare,
    ) -> None:
        """`prepare` sees that there is a log of a schema that can be used, e.g. by making it, and
        returns the schema.
        """
        self._telling = PostgresFaults(url, busy_timeout)
        self._thread = threading.local()
        with self._telling:
            self._connections = Connections(url, busy_timeout)
            try:
                self._ends: LiteralString = sql_of(prepare(self._connections, url))
            except BaseException:
                self._connections.close()
                raise
            server = server_of(self._connections)
        self._past = PostgresPast(self._read)
        self._seen = Seen(address_of(url), lambda: server_of(self._connections).since(server))

    def close(self) -> None:
        """Let go of the database; the log can't be used afterwards."""
        with self._telling:
            self._connections.close()

    def mark(self, seen: Mark | None = None) -> Mark:
        """The ends of the three tables, in one consistent read."""
        if hasattr(self._thread, "connection"):
            return mark_of(self._read(self._ends))
        return self._compared(seen)

    def moved(self, after: int) -> Collection[str]:
        """The streams written after a position, from the tail of the log."""
        return {stream for (stream,) in self._read(MOVED, after)}

    def last_time(self) -> str:
        """From the last event and the last outcome with a body, whichever is later."""
        return max(time_of(each) for each in self._read(_LAST)[0])

    def clock(self) -> datetime:
        """The time by the clock of the server."""
        return self._read(_CLOCK)[0][0]

    def load(self, stream: str) -> tuple[Any, int]:
        """A stream folded from its snapshot, or from the start. KeyError for an unknown noun."""
        noun = noun_of(stream)
        state, version = self._snapshot(stream) if noun.grows else (None, 0)
        rows = self._read(_STREAM, stream, version, _END)
        state = folded(stream, mapper.events_of(rows), state)
        return state, rows[-1][2] if rows else version

    def load_all(self, streams: Collection[str]) -> Mapping[str, tuple[Any, int]]:
        """Streams without snapshots are read by one query."""
        growing = [stream for stream in streams if noun_of(stream).grows]
        long = {stream for (stream,) in self._read(_LONG, growing)} if growing else set[str]()
        short = [stream for stream in streams if stream not in long]
        found = {stream: self.load(stream) for stream in long}
        rows = self._read(_STREAMS, short) if short else []
        return found | loaded(short, mapper.events_of(rows))

    def events(self, stream: str, after: int = 0, upto: int | None = None) -> Sequence[Recorded]:
        """One stream, in order of its versions."""
        return mapper.events_of(self._read(_STREAM, stream, after, _END if upto is None else upto))

    def feed(
        self, after: int, limit: int, kinds: Collection[str] = (), upto: int | None = None
    ) -> Sequence[Recorded]:
        """A page of the log in order of positions."""
        end = _END if upto is None else upto
        if kinds:
            sql = f"{_FEED}{_OF_KINDS}{_IN_ORDER}"
            return mapper.events_of(self._read(sql, after, end, list(kinds), limit))
        return mapper.events_of(self._read(f"{_FEED}{_IN_ORDER}", after, end, limit))

    def rows(self, after: int, limit: int) -> Sequence[tuple[int, EventRow]]:
        """A page of the log, undecoded."""
        rows = self._read(f"{_FEED}{_IN_ORDER}", after, _END, limit)
        return [(at, EventRow(*row)) for at, *row in rows]

    def known(self, keys: Collection[bytes]) -> Mapping[bytes, Stored]:
        """Former outcomes by key, the events of each read with it."""
        rows = self._read(_KNOWN, list(keys)) if keys else []
        positions = [at for row in rows for at in _positions(row)]
        events = self._read(_AT, positions) if positions else []
        return {stored.key: stored for _, stored in gathered(_joined(rows, events))}

    def outcome_rows(self, after: int, limit: int) -> Sequence[OutcomeRow]:
        """A page of outcomes, undecoded."""
        return [OutcomeRow(*row) for row in self._read(_OUTCOMES, after, limit)]

    def outcomes(self, after: int, limit: int) -> Sequence[tuple[int, Stored]]:
        """A page of outcomes, the events of each read with it."""
        rows = self._read(_OUTCOMES, after, limit)
        told = [row for row in rows if row[4]]
        events = self._read(_FEED, told[0][3], _positions(told[-1])[-1]) if told else []
        return gathered(_joined(rows, events))

    def refusals(self, after: int, limit: int) -> Sequence[tuple[int, Stored]]:
        """The refusals among the outcomes with a body, in order."""
        return [(row[0], Stored(*row[1:])) for row in self._read(_REFUSALS, after, limit)]

    def last_outcome(self) -> int:
        """The place of the table's last row."""
        return self.mark().outcome

    def parked(self) -> Sequence[Parked]:
        """All parked commands; one that was parked again has kept its place."""
        return [Parked(*row) for row in self._read(_PARKED)]

    def kept(self, name: str) -> str | None:
        """One row of the facts."""
        rows = self._read(_KEPT, name)
        return rows[0][0] if rows else None

    def keep(self, name: str, value: str) -> None:
        """In a transaction of its own."""
        with self._telling, self._connections.taken() as connection:
            connection.execute(_KEEP, (name, value))

    def keep_first(self, name: str, value: str) -> str:
        """The other process that keeps one at the same moment reads the same."""
        with self._telling, self._connections.taken() as connection:
            connection.execute(_KEEP_FIRST, (name, value))
        return self.kept(name) or value

    def append(self, insertion: Insertion, reads: Collection[str], since: Mark) -> Appended | None:
        """One statement, which is a transaction by itself; more only where commands are parked."""
        if insertion.parked or insertion.unparked or insertion.epoch is not None:
            with self.appending() as tx:
                return tx.append(insertion, reads, since)
        with self._telling, self._connections.taken() as connection:
            appended = postgres_append.append(connection, insertion, reads, since)
        if appended is not None:
            self._seen.keep(since, appended.mark)
            if appended.time is None:
                self._take(insertion.snapshots)
        return appended

    @contextmanager
    def appending(self) -> Generator["PostgresAppend"]:
        """The append lock is taken at once; snapshots follow after the commit."""
        with self._telling, self._connections.writing() as connection:
            connection.execute(LOCK)
            self._thread.connection = connection
            try:
                append = PostgresAppend(connection, seen := self._compared())
                yield append
            finally:
                del self._thread.connection
            if connection.info.transaction_status == TransactionStatus.INERROR:
                raise InFailedSqlTransaction("an error was passed over")
            end = append.mark
        self._seen.keep(seen, end)
        self._take(append.snapshots)

    def _compared(self, seen: Mark | None = None) -> Mark:
        """How far the log has come, compared with what was seen of it. Raises LogWentBack."""
        seen = seen or self._seen.mark
        return self._seen.compare(seen, mark_of(self._read(self._ends)), self._past)

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
                with self._connections.taken() as connection:
                    for row in rows:
                        connection.execute(_TAKE_SNAPSHOT, row)

    def _read(self, sql: LiteralString, *values: Any) -> list[Any]:
        """All rows of one query, which is one consistent view by itself.

        Inside an insert transaction of this thread it sees what was inserted.
        """
        with self._telling:
            if (connection := getattr(self._thread, "connection", None)) is not None:
                return rows(connection, sql, values)
            with self._connections.taken() as connection:
                return rows(connection, sql, values)


def _positions(outcome: Sequence[Any]) -> range:
    """Where the events of an outcome lie in the log."""
    _, _, _, position, count, _ = outcome
    return range(position + 1, position + count + 1)


def _joined(outcomes: Sequence[Any], events: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows that `gathered` takes. They are joined here, as the planner can't know how few
    events an outcome has, and would read all of a large log instead of looking them up.
    """
    found = {at: event for at, *event in events}
    for outcome in outcomes:
        if not (positions := _positions(outcome)):
            yield (*outcome, None, None, None, None)
        for at in positions:
            stream, version, kind, state = found[at]
            yield (*outcome, stream, version, kind, state if at == positions[0] else None)
