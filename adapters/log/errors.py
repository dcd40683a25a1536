"""Errors of the database file as sentences that say what to do about them."""

import sqlite3
from pathlib import Path

from eventsourcing.domain import EventSourcingError
from eventsourcing.persistence import ConnectionPoolClosedError, ConnectionUnavailableError

from adapters.sqlite_files import FileUnusable
from domain.engine.log import LogDamaged, LogError

_SENTENCES = {
    "SQLITE_CANTOPEN": "{path} can't be opened ({fault}): "
    "this user must be able to write the file and its folder",
    "SQLITE_READONLY": "{path} is read-only ({fault}), so nothing was recorded: "
    "let this user write the file and its folder",
    "SQLITE_PERM": "{path} may not be used ({fault}): "
    "let this user read and write the file and its folder",
    "SQLITE_NOTADB": "{path} is not an SQLite database: name another file, "
    "or restore it from a backup if its first page is damaged",
    "SQLITE_CORRUPT": "{path} is damaged ({fault}): restore it from a backup",
    "SQLITE_ERROR": "{path} is damaged, or not as tieline left it ({fault}): "
    "restore it from a backup",
    "SQLITE_BUSY": "{path} has been locked by another writer for more than {timeout:g} s, so "
    "nothing was recorded: wait until that one is done, or end it, and send the same again",
    "SQLITE_FULL": "There is no space left for {path}, so nothing was recorded: "
    "free some and send the same again",
    "SQLITE_IOERR": "The disk under {path} failed ({fault}), so nothing was recorded: "
    "check it and its free space, and send the same again",
    "SQLITE_CONSTRAINT": "What was to be recorded in {path} is there already, or was decided on "
    "something older ({fault}), so nothing was recorded: decide it again",
}
"""The sentence for an error, by the beginning of SQLite's own name for it."""

_DAMAGE = ("SQLITE_CORRUPT", "SQLITE_ERROR")
"""What SQLite says of a file that it can't follow. Our queries are right, so an error in one is an
error in the tables.
"""


class SqliteFaults:
    """A context that turns whatever the store raises inside into a `LogError`."""

    def __init__(self, path: Path, busy_timeout: float) -> None:
        self._path = path
        self._busy_timeout = busy_timeout

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, FileUnusable):
            raise LogError(str(error)) from error
        if isinstance(error, sqlite3.Error | EventSourcingError):
            kind = LogDamaged if name_of(error).startswith(_DAMAGE) else LogError
            raise kind(self._sentence(error)) from error

    def _sentence(self, error: BaseException) -> str:
        if isinstance(error, ConnectionPoolClosedError):
            return f"The log {self._path} was closed: open it again"
        name, fault = name_of(error), str(error)
        for begin, sentence in _SENTENCES.items():
            if name.startswith(begin):
                return sentence.format(path=self._path, fault=fault, timeout=self._busy_timeout)
        return f"{self._path} can't be used: {fault}"


def name_of(error: BaseException) -> str:
    """SQLite's name of an error, also of one that the library wrapped.

    A wait for a connection within this process counts as a busy database.
    """
    if isinstance(error, ConnectionUnavailableError):
        return "SQLITE_BUSY"
    cause = error.__cause__ if isinstance(error, EventSourcingError) else error
    return getattr(cause, "sqlite_errorname", "")
