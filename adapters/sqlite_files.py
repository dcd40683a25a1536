"""SQLite files: whose a file is, and how it is opened so that reading it changes nothing.

It imports little: a command that shows one row spends most of its time on imports.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

SQLITE: Final = "sqlite:///"

APPLICATION: Final = 0x7469656C
"""`tiel`: the number in a file's header that says that it is a log of ours."""

_APPLICATION: Final = "PRAGMA application_id"
_SCHEMA: Final = "PRAGMA user_version"
_OURS: Final = ("views", "view_", "reactors", "reactor_")
"""The beginnings of the names of tables that lie in a database of views, beside a log or alone."""

_WRITE_BITS: Final = 0o222
_LOOKED_AT: Final = 500
"""The most files that are looked at for the one that somebody may have meant."""


class FileUnusable(Exception):
    """A database file can't be used as asked; the text says what is there, and what would do."""


def path_of(url: str) -> Path | None:
    """The file that `sqlite:///PATH` names; None for a database of another kind."""
    return Path(unquote(url.removeprefix(SQLITE))) if url.startswith(SQLITE) else None


def to_read(path: Path) -> str:
    """The URI of an existing file, for whoever reads and never writes.

    Where nobody may write the file or its folder, it is opened as one that nobody changes: SQLite
    would otherwise have to make files beside it. Raises FileUnusable.
    """
    refuse_foreign(path)
    if not path.exists():
        raise FileUnusable(_missing(path))
    if may_write(path):
        return _uri(path, "mode=rw")
    if not _is_filled(_beside(path, "-wal")):
        return _uri(path, "mode=ro&immutable=1")
    if not _beside(path, "-shm").exists():
        raise FileUnusable(
            f"{path} can't be read without writing: its last writer left {path.name}-wal beside it "
            "that must be worked in first. Copy both to where they can be written"
        )
    return _uri(path, "mode=ro")


def to_write(path: Path) -> str:
    """The URI of a file that is written, and made where it is missing. Raises FileUnusable."""
    refuse_foreign(path)
    return _uri(path, "mode=rwc")


def may_write(path: Path) -> bool:
    """Whether a file and its folder may be written. One that is marked as read-only may not, even
    by root: whoever only reads has no reason to.
    """
    with suppress(OSError):
        return all(
            os.access(each, os.W_OK) and each.stat().st_mode & _WRITE_BITS
            for each in (path, path.absolute().parent)
        )
    return False


def refuse_foreign(path: Path) -> None:
    """Raise FileUnusable for a directory, and for another program's database; neither is touched.

    A file that is no SQLite database at all is left to SQLite to refuse.
    """
    if path.is_dir():
        raise FileUnusable(f"{path} is a directory: name a file, e.g. {path / 'tieline.db'}")
    if _is_foreign(path):
        raise FileUnusable(f"{path} belongs to another program: name another file")


def is_log(path: Path) -> bool:
    """Whether a file says in its header that it is a log of ours."""
    return _asked(path, _APPLICATION) == [APPLICATION]


def nearest(path: Path) -> Path | None:
    """The log that somebody may have meant: the one whose path is most like another, in the same
    folder or in one beside it. None where there is no log.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - loaded only to complain

    folder = next(each for each in path.parents if each.is_dir())
    logs = {str(each): each for each in islice(_files(folder), _LOOKED_AT) if is_log(each)}
    found = get_close_matches(str(path), logs, 1, 0)
    return logs[found[0]] if found else None


def _is_foreign(path: Path) -> bool:
    application = _asked(path, _APPLICATION)
    if application in ([], [APPLICATION]):
        return False
    tables = _asked(path, "SELECT name FROM sqlite_master WHERE type = 'table'")
    return application != [0] or _asked(path, _SCHEMA) != [0] or not all(map(_is_ours, tables))


def _asked(path: Path, question: str) -> list[Any]:
    """The first column of what SQLite answers of a file as it lies there; nothing where it is none
    of SQLite's.

    SQLite reads it, and makes nothing beside it. Were the file opened and closed without SQLite,
    the process would lose its locks on it (POSIX), and others would remove the write-ahead log
    from under it.
    """
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(_uri(path, "mode=ro&immutable=1"), uri=True)) as connection,
    ):
        return [first for first, *_ in connection.execute(question)]
    return []


def _is_ours(table: str) -> bool:
    return table.startswith((*_OURS, "sqlite_"))


def _uri(path: Path, options: str) -> str:
    return f"file:{quote(str(path.absolute()))}?{options}"


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _is_filled(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _missing(path: Path) -> str:
    near = nearest(path)
    if near is None:
        return f"There is no database {path} yet: the first command that is sent makes it"
    return f"There is no database {path}; did you mean {near}? TIELINE_DATABASE names it"


def _files(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from (each for each in chain(folder.iterdir(), folder.glob("*/*")) if each.is_file())
