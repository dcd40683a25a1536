"""How the file of a log is opened: to write it, or only to read it."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from adapters.log import recorder, tables
from adapters.sqlite_files import to_read, to_write
from domain.engine.log import LogError


class Opening(Protocol):
    """What an open file may be used for."""

    @property
    def settings(self) -> Sequence[str]:
        """What is set on every connection."""
        ...

    def uri(self, path: Path) -> str:
        """What SQLite is told to open. Raises FileUnusable, LogError."""
        ...

    def ready(
        self, cursor: sqlite3.Cursor, path: Path, statements: list[str], patience: float
    ) -> int:
        """See that the file is a log of a schema that this version knows, and return the schema.
        Raises LogError.

        `statements` make a log's tables; `patience` is how many seconds to wait for others.
        """
        ...


class ToWrite:
    """Whatever is missing is made, and an older log is brought to the present schema."""

    @property
    def settings(self) -> Sequence[str]:
        """Durable."""
        return recorder.WRITING

    def uri(self, path: Path) -> str:
        """The folder is made."""
        uri = to_write(path)
        try:
            path.absolute().parent.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise LogError(
                f"The folder of {path} can't be made ({fault.strerror}): name another file"
            ) from fault
        return uri

    def ready(
        self, cursor: sqlite3.Cursor, path: Path, statements: list[str], patience: float
    ) -> int:
        """An empty file becomes a log."""
        schema = tables.schema_of(cursor, path)
        if schema == 0:
            tables.create(cursor, path, statements, patience)
        elif schema < tables.SCHEMA:
            tables.migrate(path, patience)
        return tables.SCHEMA


class ToRead:
    """Nothing is made or changed, neither the file nor its folder. What is read is the same in
    every schema so far, but for the epoch, so an older log is read as it stands.
    """

    @property
    def settings(self) -> Sequence[str]:
        """SQLite itself refuses to write."""
        return recorder.READING

    def uri(self, path: Path) -> str:
        """Of a file that is there."""
        return to_read(path)

    def ready(
        self, cursor: sqlite3.Cursor, path: Path, statements: list[str], patience: float
    ) -> int:
        """A file that is no log yet has nothing to read."""
        del statements, patience
        schema = tables.schema_of(cursor, path)
        if schema == 0:
            raise LogError(f"{path} holds no log yet: the first command that is sent makes it")
        return schema


TO_WRITE: Final[Opening] = ToWrite()
TO_READ: Final[Opening] = ToRead()
