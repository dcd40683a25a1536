"""The tables of an SQLite log beside the library's `stored_events`, and how a file becomes a log.

The file's `application_id` says that it is a log, its `user_version` which schema it has. Both
stand in the first page, so that opening a log reads one page and writes nothing.
"""

import sqlite3
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from adapters.log.errors import name_of
from adapters.sqlite_files import APPLICATION
from domain.engine.log import LogError

if TYPE_CHECKING:
    from sqlalchemy import Connection

SCHEMA = 4

PAUSE = 0.005
"""Seconds between two attempts to switch a new file to write-ahead logging."""

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
"""Indexes the few outcomes that may be refusals: the audit trail never reads the others."""

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
"""AUTOINCREMENT, so that the number of a retried command is never given to another."""

SNAPSHOTS = """
CREATE TABLE snapshots (
    stream TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    schema BLOB NOT NULL,
    state BLOB NOT NULL
) WITHOUT ROWID"""

FACTS = "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
"""Facts about the cell that must outlive its parts, e.g. how many partitions its topics have."""

EPOCHS = """
CREATE TABLE epochs (
    seq INTEGER PRIMARY KEY,
    epoch TEXT NOT NULL UNIQUE,
    position INTEGER NOT NULL
)"""
"""The first is drawn when the log is made; another begins when somebody accepts that the log went
back. `position` is the last one before it."""

TILES = """
CREATE TABLE tiles (
    tree INTEGER NOT NULL,
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (tree, level, number)
)"""
"""Hashes of the tree over the log; `number` is a tile's place in its level. They follow from the
log and can be made anew."""

CHECKPOINTS = """
CREATE TABLE checkpoints (
    tree INTEGER NOT NULL,
    size INTEGER NOT NULL,
    position INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (tree, size)
)"""
"""Every checkpoint that was signed, for good: `note` is what it says of the log, `position` and
`outcome` say how far into the log it reaches."""

_FIRST_EPOCH = "INSERT INTO epochs VALUES (1, lower(hex(randomblob(16))), 0)"

_SCHEMA_TOLD = (
    "BEGIN EXCLUSIVE",
    "CREATE TEMP TABLE alembic_version (version_num TEXT)",
    "INSERT INTO alembic_version SELECT user_version FROM pragma_user_version",
)
"""`user_version` says which schema the file has; a temporary table tells Alembic while it works."""

OWN = (OUTCOMES, WORDED, PARKED, SNAPSHOTS, FACTS, EPOCHS, TILES, CHECKPOINTS)


def schema_of(cursor: sqlite3.Cursor, path: Path) -> int:
    """The schema of a log; 0 when the file is none yet. Raises LogError for a newer version's file,
    or another program's.
    """
    cursor.execute("BEGIN")
    try:
        return _schema_of(cursor, path)
    finally:
        cursor.connection.rollback()


def migrate(path: Path, patience: float) -> None:
    """Bring a log of an older schema to the present one, unless another process was quicker.

    `patience` is how many seconds to wait for others.
    """
    from adapters.log import migrating  # noqa: PLC0415 - takes longer than opening the log

    connect = partial(sqlite3.connect, path, timeout=patience, isolation_level=None)
    migrating.move(connect, "sqlite", _migrate)


def _migrate(connection: "Connection") -> None:
    from adapters.log import migrating  # noqa: PLC0415 - as above

    for statement in _SCHEMA_TOLD:
        connection.exec_driver_sql(statement)
    migrating.upgrade(connection)


def create(cursor: sqlite3.Cursor, path: Path, statements: list[str], patience: float) -> None:
    """Make the file a write-ahead log, unless another process was quicker.

    `patience` is how many seconds to wait for others.
    """
    _write_ahead(cursor, monotonic() + patience)
    cursor.execute("BEGIN IMMEDIATE")
    try:
        if not _schema_of(cursor, path):
            for statement in statements:
                cursor.execute(statement)
            cursor.execute(_FIRST_EPOCH)
            cursor.execute(f"PRAGMA application_id={APPLICATION}")
            cursor.execute(f"PRAGMA user_version={SCHEMA}")
        cursor.execute("COMMIT")
    except BaseException:
        cursor.connection.rollback()
        raise


def _schema_of(cursor: sqlite3.Cursor, path: Path) -> int:
    """Call it in an open transaction: otherwise another process may make the file a log between two
    reads.
    """
    version, application = _number(cursor, "user_version"), _number(cursor, "application_id")
    if application == APPLICATION and 0 < version <= SCHEMA:
        return version
    if application == APPLICATION:
        raise LogError(
            f"{path} was written by a newer version of tieline (schema {version}, this one knows "
            f"{SCHEMA}): use that version, or name another file"
        )
    if version or application or _has_events(cursor):
        raise LogError(f"{path} belongs to another program: name another file")
    return 0


def _write_ahead(cursor: sqlite3.Cursor, deadline: float) -> None:
    """Switch to write-ahead logging; SQLite itself does not wait for processes that do the same."""
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
