"""The tables of an SQLite log beside the library's `stored_events`, and how a file becomes a log.

The file's `application_id` says that it is a log of ours, its `user_version` which schema it has.
Both stand in the first page, so that opening a log reads one page and writes nothing.
"""

import sqlite3
from pathlib import Path
from time import monotonic, sleep

from adapters.log.errors import name_of
from domain.log import LogError

APPLICATION = 0x7469656C
"""`tiel`."""

SCHEMA = 1

PAUSE = 0.005
"""Seconds between two attempts to switch a new file over."""

OUTCOMES = """
CREATE TABLE outcomes (
    seq INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    digest BLOB NOT NULL,
    position INTEGER NOT NULL,
    count INTEGER NOT NULL,
    body TEXT
)"""
"""One row per command, for ever. `body` is NULL where the events after `position` say it all, which
keeps most rows below fifty bytes (docs/decisions/0003)."""

WORDED = "CREATE INDEX worded ON outcomes (seq) WHERE body IS NOT NULL"
"""The few outcomes that may be refusals, in order: the audit trail skips the others unseen."""

PARKED = """
CREATE TABLE parked (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key BLOB NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    message TEXT NOT NULL,
    principal TEXT NOT NULL,
    inside INTEGER NOT NULL,
    entropy BLOB NOT NULL,
    error TEXT,
    parked_at TEXT NOT NULL
)"""
"""AUTOINCREMENT, so that the place of a command that was retried never names another one."""

SNAPSHOTS = """
CREATE TABLE snapshots (
    stream TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    schema BLOB NOT NULL,
    state BLOB NOT NULL
) WITHOUT ROWID"""

OWN = (OUTCOMES, WORDED, PARKED, SNAPSHOTS)


def is_log(cursor: sqlite3.Cursor, path: Path) -> bool:
    """Whether the file is a log already. Raises LogError when it is a newer or another's one."""
    cursor.execute("BEGIN")
    try:
        return _is_log(cursor, path)
    finally:
        cursor.connection.rollback()


def create(cursor: sqlite3.Cursor, path: Path, statements: list[str], patience: float) -> None:
    """Make the file a write-ahead log, unless another process was quicker.

    `patience` is how many seconds to wait for others.
    """
    _write_ahead(cursor, monotonic() + patience)
    cursor.execute("BEGIN IMMEDIATE")
    try:
        if not _is_log(cursor, path):
            for statement in statements:
                cursor.execute(statement)
            cursor.execute(f"PRAGMA application_id={APPLICATION}")
            cursor.execute(f"PRAGMA user_version={SCHEMA}")
        cursor.execute("COMMIT")
    except BaseException:
        cursor.connection.rollback()
        raise


def _is_log(cursor: sqlite3.Cursor, path: Path) -> bool:
    """In an open transaction, for else another process may make it a log between two reads."""
    version, application = _number(cursor, "user_version"), _number(cursor, "application_id")
    if (version, application) == (SCHEMA, APPLICATION):
        return True
    if application == APPLICATION:
        raise LogError(
            f"{path} was written by a newer version of tieline (schema {version}, this one knows "
            f"{SCHEMA}): use that version, or name another file"
        )
    if version or application or _has_events(cursor):
        raise LogError(f"{path} belongs to another program: name another file")
    return False


def _write_ahead(cursor: sqlite3.Cursor, deadline: float) -> None:
    """Switch the file over; SQLite itself does not wait for others who do the same just now."""
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not name_of(error).startswith("SQLITE_BUSY") or monotonic() > deadline:
                raise
            sleep(PAUSE)
        else:
            return


def _number(cursor: sqlite3.Cursor, pragma: str) -> int:
    return cursor.execute(f"PRAGMA {pragma}").fetchone()[0]


def _has_events(cursor: sqlite3.Cursor) -> bool:
    found = cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'stored_events'").fetchone()
    return found is not None
