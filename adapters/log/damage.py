"""What of a damaged log in a file can still be read."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from adapters.sqlite_files import FileUnusable, to_read
from domain.engine.records import recorded

_PAGE: Final = 1000
_EVENTS: Final = """
SELECT rowid, originator_id, originator_version, topic, state FROM stored_events
WHERE rowid > ? ORDER BY rowid LIMIT ?"""
_OTHERS: Final = (
    "SELECT seq, key, digest, position, count, json(body) FROM outcomes",
    "SELECT seq, key, subject, json(message), principal, entropy FROM parked",
)

_CHECKS: Final = ("PRAGMA quick_check(stored_events)", "PRAGMA quick_check(outcomes)")


def is_damaged(path: Path) -> bool:
    """Whether SQLite finds a fault in a file, or an event in it can't be read."""
    with closing(_opened(path)) as connection:
        try:
            if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                return True
            return not (_is_whole(connection) and _others_are_whole(connection))
        except sqlite3.Error:
            return True


def what_is_left(path: Path) -> str:
    """A sentence on how far a log can still be read."""
    try:
        with closing(_opened(path)) as connection:
            last = max(_readable(connection), default=0)
            if not _is_whole(connection):
                return f"Of the events in it, those up to position {last} can still be read"
            if not _others_are_whole(connection):
                return f"All {last} events in it can still be read, but not all that goes with them"
    except (sqlite3.Error, FileUnusable):
        return "Nothing in it can be read"
    return (
        f"The log in it can be read to its end, position {last}; what is damaged lies beside it. "
        "TIELINE_VIEWS=sqlite:///OTHER.db keeps the views in another file, built anew"
    )


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(to_read(path), uri=True)


def _is_whole(connection: sqlite3.Connection) -> bool:
    """Whether every event can be read, up to the last position that there is."""
    last = max(_readable(connection), default=0)
    with suppress(sqlite3.Error):
        (end,) = connection.execute("SELECT COALESCE(MAX(rowid), 0) FROM stored_events").fetchone()
        (number,) = connection.execute("SELECT COUNT(*) FROM stored_events NOT INDEXED").fetchone()
        return last == end == number
    return False


def _readable(connection: sqlite3.Connection) -> Iterator[int]:
    """The positions of the events up to the first that can't be read."""
    at = 0
    while rows := _rows_after(connection, at):
        for row in rows:
            if row[0] != at + 1 or not _can_be_read(row):
                return
            at = row[0]
            yield at


def _rows_after(connection: sqlite3.Connection, at: int) -> list[Any]:
    """The next events; where a page of them can't be read, one at a time."""
    for limit in (_PAGE, 1):
        with suppress(sqlite3.Error):
            return connection.execute(_EVENTS, (at, limit)).fetchall()
    return []


def _can_be_read(row: Any) -> bool:
    try:
        recorded(*row)
    except (KeyError, TypeError, ValueError):
        return False
    return True


def _others_are_whole(connection: sqlite3.Connection) -> bool:
    """Whether the log's indexes, and every outcome and parked command, can be read."""
    try:
        for query in _OTHERS:
            for _ in connection.execute(query):
                pass
        checked = [connection.execute(check).fetchone() for check in _CHECKS]
    except sqlite3.Error:
        return False
    return all(each == ("ok",) for each in checked)
