"""An open insert transaction on a log in a file (domain/engine/log.py, "Appending")."""

import sqlite3
from collections.abc import Sequence
from typing import Any, Final

from msgspec.structs import astuple

from adapters.log import outcomes
from adapters.log.recorder import insert
from adapters.log.sqlite_marks import ENDS, SqlitePast, mark_of
from domain.engine.log import Insertion, Mark, Snapshot
from domain.engine.outcomes import Stored

MOVED: Final = "SELECT DISTINCT originator_id FROM stored_events NOT INDEXED WHERE rowid > ?"
"""NOT INDEXED, or SQLite reads the whole index of streams to find the few at the end of the log."""

_UNPARK: Final = "DELETE FROM parked WHERE seq = ?"
_PARK_AGAIN: Final = "UPDATE parked SET error = ?, parked_at = ? WHERE key = ?"
_PARK: Final = """
INSERT INTO parked VALUES (NULLIF(?, 0), ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""
"""A command that is parked again keeps its place and the message that it came with."""
_BEGIN: Final = """
INSERT INTO epochs VALUES (
    (SELECT MAX(seq) + 1 FROM epochs), ?, (SELECT COALESCE(MAX(rowid), 0) FROM stored_events))"""


class SqliteAppend:
    """The transaction of a cursor, which holds the append lock."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.cursor = cursor
        self.snapshots: Sequence[Snapshot] = ()
        self.past = SqlitePast(self._read)
        self._mark: Mark | None = None

    @property
    def mark(self) -> Mark:
        """The ends of the tables, with what this transaction wrote."""
        if self._mark is None:
            self._mark = mark_of(self._read(ENDS))
        return self._mark

    def goes_on_from(self, since: Mark) -> bool:
        """Whether the log still holds what it held at a mark, in the same epoch."""
        return self.mark.epoch == since.epoch and self.past.trace(since) == since.trace

    def moved(self, after: int) -> set[str]:
        """The streams written after a position."""
        return {stream for (stream,) in self.cursor.execute(MOVED, (after,))}

    def has_recorded(self, stored: Sequence[Stored], after: int) -> bool:
        """Whether an outcome under one of the same keys was recorded after a place."""
        recorded = {key for (key,) in self.cursor.execute(outcomes.RECORDED, (after,))}
        return any(each.key in recorded for each in stored)

    def insert(self, insertion: Insertion) -> None:
        """Write a batch. An error rolls the transaction back, even if the caller swallows it."""
        self._mark = None
        try:
            self._insert(insertion)
        except BaseException:
            self.cursor.connection.rollback()
            raise
        self.snapshots = insertion.snapshots

    def _insert(self, insertion: Insertion) -> None:
        cursor = self.cursor
        if insertion.epoch is not None:
            cursor.execute(_BEGIN, (insertion.epoch,))
        head = insert(cursor, [astuple(row) for row in insertion.rows]).start - 1
        outcomes.insert(cursor, insertion.outcomes, head)
        if insertion.unparked:
            cursor.executemany(_UNPARK, [(number,) for number in insertion.unparked])
        if parked := insertion.parked:
            again = [(each.error, each.parked_at, each.key) for each in parked]
            cursor.executemany(_PARK_AGAIN, again)
            cursor.executemany(_PARK, [astuple(each) for each in parked])

    def _read(self, sql: str, *values: Any) -> list[Any]:
        return self.cursor.execute(sql, values).fetchall()
