"""Writing a batch on PostgreSQL: one call of the function that lies in the database.

The comments beside that function say what it checks and writes (migrations/versions/schema_2.sql
and schema_3.sql).
"""

from collections.abc import Collection, Sequence
from typing import Any, LiteralString

from msgspec.structs import astuple, replace

from adapters.log.postgres_connections import Connection
from adapters.log.postgres_marks import ENDS, mark_of
from adapters.log.times import first_time
from adapters.log.versions import continued
from domain.engine.log import Appended, Insertion, Mark, Snapshot

_CALL = """
SELECT done, head, outcome, parked_last, parked_count, trace, moved, raised_to FROM tieline_append(
    %b::text, %b::text, %b::bigint, %b::bigint, %b::bigint, %b::bigint, %b::text[], %b::text,
    %b::text[], %b::bigint[], %b::text[], %b::bytea[], %b::text[], %b::bigint[],
    %b::bytea[], %b::bytea[], %b::bigint[], %b::integer[], %b::text[])"""
LOCK = "SELECT pg_advisory_xact_lock(1953064300, 'stored_events'::regclass::oid::integer)"
"""The lock that the function takes."""
MOVED = "SELECT DISTINCT originator_id FROM stored_events WHERE notification_id > %s"
_UNPARK = "DELETE FROM parked WHERE seq = ANY (%s)"
_PARK_AGAIN = "UPDATE parked SET error = %s, parked_at = %s WHERE key = %s"
_PARK = """
INSERT INTO parked VALUES (
    coalesce(nullif(%s, 0), nextval(pg_get_serial_sequence('parked', 'seq'))),
    %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING"""
"""A command that is parked again keeps its place and the message that it came with."""
_BEGIN = """
INSERT INTO epochs SELECT max(seq) + 1, %s,
    (SELECT coalesce(max(notification_id), 0) FROM stored_events) FROM epochs"""

_UNCHECKED = (None, None, None, None, None, None)


class PostgresAppend:
    """An open insert transaction (domain/engine/log.py, "Appending")."""

    def __init__(self, connection: Connection, mark: Mark) -> None:
        """`mark` is how far the log has come."""
        self.connection = connection
        self.snapshots: Sequence[Snapshot] = ()
        self._mark: Mark | None = mark

    @property
    def mark(self) -> Mark:
        """The ends of the tables, with what this transaction wrote."""
        if self._mark is None:
            self._mark = mark_of(rows(self.connection, ENDS, ()))
        return self._mark

    def moved(self, after: int) -> Collection[str]:
        """The streams written after a position."""
        return {stream for (stream,) in rows(self.connection, MOVED, (after,))}

    def insert(self, insertion: Insertion) -> None:
        """Write a batch. An error rolls the transaction back, even if the caller swallows it."""
        self._mark = None
        append(self.connection, insertion, (), None)
        park(self.connection, insertion)
        self.snapshots = insertion.snapshots

    def append(self, insertion: Insertion, reads: Collection[str], since: Mark) -> Appended | None:
        """Write a batch if nothing that it read has moved."""
        appended = append(self.connection, insertion, reads, since)
        if appended is None:
            return None
        self._mark = None
        park(self.connection, insertion)
        if appended.time is None:
            self.snapshots = insertion.snapshots
        return replace(appended, mark=self.mark)


def append(
    connection: Connection, insertion: Insertion, reads: Collection[str], since: Mark | None
) -> Appended | None:
    """Write events and outcomes, if nothing that was read has moved; unchecked without a mark."""
    asked = _UNCHECKED if since is None else _since(since)
    values = (*asked, list(reads), first_time(insertion), *_columns(insertion))
    row = connection.execute(_CALL, values, prepare=True, binary=True).fetchone()
    assert row is not None, "the function answers with one row"
    done, position, outcome, last, count, trace, moved, raised_to = row
    if not done:
        return None
    epoch = "" if since is None else since.epoch
    mark = Mark(position, outcome, (last, count), epoch, trace)
    return Appended(mark, set(moved), raised_to)


def park(connection: Connection, insertion: Insertion) -> None:
    """Park and unpark what the batch says, and begin its epoch, in the transaction that holds the
    append lock.
    """
    if insertion.epoch is not None:
        connection.execute(_BEGIN, (insertion.epoch,))
    if insertion.unparked:
        connection.execute(_UNPARK, (list(insertion.unparked),))
    for each in insertion.parked:
        connection.execute(_PARK_AGAIN, (each.error, each.parked_at, each.key))
        connection.execute(_PARK, astuple(each))


def rows(connection: Connection, sql: LiteralString, values: Sequence[Any]) -> list[Any]:
    """All rows of a query."""
    return connection.execute(sql, values, binary=True).fetchall()


def _since(mark: Mark) -> tuple[Any, ...]:
    return mark.epoch, mark.trace, mark.position, mark.outcome, *mark.parked


def _columns(insertion: Insertion) -> list[list[Any]]:
    """The batch by columns: four of its events, the two of the versions that they continue, five of
    its outcomes. Raises LogError for a gap within a stream.
    """
    events, outcomes = insertion.rows, insertion.outcomes
    streams, versions = [row.stream for row in events], [row.version for row in events]
    before = continued(zip(streams, versions, strict=True))
    return [
        streams,
        versions,
        [row.kind for row in events],
        [row.state for row in events],
        list(before),
        list(before.values()),
        [each.key for each in outcomes],
        [each.digest for each in outcomes],
        [each.position for each in outcomes],
        [each.count for each in outcomes],
        [each.body for each in outcomes],
    ]
