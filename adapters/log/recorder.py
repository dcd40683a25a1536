"""The library's SQLite recorder, changed where a batch needs it: how its connections are set up,
and one `executemany` per batch in place of a statement per event.

Its schema is kept: the stream is `originator_id`, the event's type `topic`, and the position the
row's id, so that the library's own tools read a log of ours.
"""

import json
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteDatastore,
)

from adapters.log.tables import OWN
from adapters.log.versions import continued, not_continued

CHECKPOINT_AFTER = 10_000
"""Pages in the write-ahead log (40 MB). With SQLite's own 1,000, a large log is copied back so
often that a command costs 10 µs more (docs/decisions/0003)."""

WRITING = ("synchronous=FULL", f"wal_autocheckpoint={CHECKPOINT_AFTER}")
"""Set on every connection that may write; write-ahead logging is set in the file (tables.py)."""

READING = ("query_only=ON",)
"""Set on every connection of a log that is only read."""

HEAD = "SELECT COALESCE(MAX(rowid), 0) FROM stored_events"
INSERT = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
    "VALUES (?, ?, ?, ?)"
)

_GAP = """
SELECT before.key, before.value FROM json_each(?) AS before WHERE NOT EXISTS (
    SELECT 1 FROM stored_events
    WHERE originator_id = before.key AND originator_version = before.value
)"""
"""Asked once a batch: a look-up from Python for each stream takes three times as long."""

EventColumns = tuple[str, int, str, bytes]
"""Stream, version, type, state: one event as it is stored."""


class Pool(SQLiteConnectionPool):
    """Connections that are durable: every commit is on the disk before it returns."""

    busy_timeout: float = 5.0
    settings: Sequence[str] = WRITING

    @staticmethod
    def detect_memory_mode(db_name: str) -> bool:
        """Never: a log lies in a file, whatever its path looks like."""
        del db_name
        return False

    def _create_connection(self) -> SQLiteConnection:
        connection = sqlite3.connect(
            self.db_name,
            uri=True,
            timeout=self.busy_timeout,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            for setting in self.settings:
                connection.execute(f"PRAGMA {setting}")
        except sqlite3.Error:
            connection.close()
            raise
        connection.row_factory = sqlite3.Row
        return SQLiteConnection(connection, self.max_age)


class Datastore(SQLiteDatastore):
    """The pool of one log's connections."""

    def __init__(self, uri: str, settings: Sequence[str], busy_timeout: float) -> None:
        super().__init__(uri, originator_id_type="text")
        self.pool = Pool(db_name=uri, pool_timeout=busy_timeout)
        self.pool.busy_timeout = busy_timeout
        self.pool.settings = settings

    @contextmanager
    def writing(self) -> Generator[sqlite3.Cursor]:
        """One transaction that holds the append lock from its beginning, committed on leaving."""
        connection = self.pool.get_connection(is_writer=True)
        try:
            cursor = plain(connection)
            cursor.execute("BEGIN IMMEDIATE")
            yield cursor
            cursor.execute("COMMIT")
        except BaseException:
            _abandon(connection)
            raise
        finally:
            self.pool.put_connection(connection)


def plain(connection: SQLiteConnection) -> sqlite3.Cursor:
    """A cursor whose rows are tuples, which reads a third faster than by names."""
    cursor = connection.cursor().sqlite_cursor
    cursor.row_factory = None
    return cursor


def _abandon(connection: SQLiteConnection) -> None:
    """Roll back; a connection that can't even do that is closed, which does the same."""
    try:
        connection.rollback()
    except sqlite3.Error:
        connection.close()


class Recorder(SQLiteApplicationRecorder):
    """Stored events in one table, their positions without gaps."""

    datastore: Datastore

    def construct_create_table_statements(self) -> list[str]:
        """The library's table and ours."""
        return [*super().construct_create_table_statements(), *OWN]

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int]:
        """Append events as the library's own tools do, beside any outcome; returns positions."""
        rows = [
            (str(each.originator_id), each.originator_version, each.topic, each.state)
            for each in stored_events
        ]
        with self.datastore.writing() as cursor:
            return insert(cursor, rows)


def insert(cursor: sqlite3.Cursor, rows: Sequence[EventColumns]) -> range:
    """Append events, in the transaction that holds the append lock; returns their positions.

    The primary key (stream, version) is the last guard against a version that is taken. Raises
    LogError for one that does not continue its stream.
    """
    before = json.dumps(continued([row[:2] for row in rows]))
    if gap := cursor.execute(_GAP, (before,)).fetchone():
        stream, missing = gap
        raise not_continued(stream, missing + 1)
    (head,) = cursor.execute(HEAD).fetchone()
    cursor.executemany(INSERT, rows)
    return range(head + 1, head + 1 + len(rows))
