"""Writing a batch on PostgreSQL: one call of the function that lies in the database.

The comments beside that function say what it checks and writes (migrations/versions/schema_2.sql).
"""

from collections.abc import Collection
from typing import Any

from msgspec.structs import astuple

from adapters.log.postgres_connections import Connection
from adapters.log.times import first_time
from domain.engine.log import Appended, Insertion, Mark

_CALL = """
SELECT done, head, outcome, parked_last, parked_count, moved, raised_to FROM tieline_append(
    %b::bigint, %b::bigint, %b::bigint, %b::bigint, %b::text[], %b::text,
    %b::text[], %b::bigint[], %b::text[], %b::bytea[],
    %b::bytea[], %b::bytea[], %b::bigint[], %b::integer[], %b::text[])"""
LOCK = "SELECT pg_advisory_xact_lock(1953064300, 'stored_events'::regclass::oid::integer)"
"""The lock that the function takes."""
MARK = """
SELECT (SELECT coalesce(max(notification_id), 0) FROM stored_events),
       (SELECT coalesce(max(seq), 0) FROM outcomes),
       (SELECT coalesce(max(seq), 0) FROM parked), (SELECT count(*) FROM parked)"""
_UNPARK = "DELETE FROM parked WHERE seq = ANY (%s)"
_PARK_AGAIN = "UPDATE parked SET error = %s, parked_at = %s WHERE key = %s"
_PARK = """
INSERT INTO parked VALUES (
    coalesce(nullif(%s, 0), nextval(pg_get_serial_sequence('parked', 'seq'))),
    %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING"""
"""A command that is parked again keeps its place and the message that it came with."""

_UNCHECKED = (None, None, None, None)


def append(
    connection: Connection, insertion: Insertion, reads: Collection[str], since: Mark | None
) -> Appended | None:
    """Write events and outcomes, if nothing that was read has moved; unchecked without a mark."""
    asked = _UNCHECKED if since is None else (since.position, since.outcome, *since.parked)
    values = (*asked, list(reads), first_time(insertion), *_columns(insertion))
    row = connection.execute(_CALL, values, prepare=True, binary=True).fetchone()
    assert row is not None, "the function answers with one row"
    done, *place, moved, raised_to = row
    return Appended(mark_of(place), set(moved), raised_to) if done else None


def park(connection: Connection, insertion: Insertion) -> None:
    """Park and unpark what the batch says, in the transaction that holds the append lock."""
    if insertion.unparked:
        connection.execute(_UNPARK, (list(insertion.unparked),))
    for each in insertion.parked:
        connection.execute(_PARK_AGAIN, (each.error, each.parked_at, each.key))
        connection.execute(_PARK, astuple(each))


def mark_of(row: Any) -> Mark:
    """A mark from the ends of the tables."""
    position, outcome, last, count = row
    return Mark(position, outcome, (last, count))


def _columns(insertion: Insertion) -> list[list[Any]]:
    """The batch by columns: four of its events, five of its outcomes."""
    rows, outcomes = insertion.rows, insertion.outcomes
    return [
        [row.stream for row in rows],
        [row.version for row in rows],
        [row.kind for row in rows],
        [row.state for row in rows],
        [each.key for each in outcomes],
        [each.digest for each in outcomes],
        [each.position for each in outcomes],
        [each.count for each in outcomes],
        [each.body for each in outcomes],
    ]
