"""The stores that the suite runs over, and how each is made to fail on purpose.

To add a store, write a class with the methods of `Store` and add a line to `conftest.py`.
"""

import os
import signal
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final, Literal, LiteralString, Protocol
from unittest.mock import patch
from uuid import uuid4

import psycopg
from psycopg import sql

from adapters.log import open_log
from adapters.log.postgres_connections import Connection
from domain.engine.log import Log, Mark

How = Literal["before", "after", "killed"]
"""A statement fails before or after its execution, or the process is killed before it."""


_LATER_EPOCHS: Final = "DELETE FROM epochs WHERE seq > (SELECT seq FROM epochs WHERE epoch = {})"


class Store(Protocol):
    """One place where a log is kept, new for every test."""

    @property
    def url(self) -> str:
        """Its address."""
        ...

    def open(self) -> Log:
        """Open the log, as another process would."""
        ...

    def another(self) -> "Store":
        """Another store, still empty."""
        ...

    def go_back(self, mark: Mark) -> None:
        """Hold what it held at a mark, as after the restore of an older copy."""
        ...

    def interrupted(self, at: int, how: How) -> Any:
        """A context in which statement number `at` (from 1) fails; the value says if it did."""
        ...


class Interruption:
    """Counts statements, and fails at number `at`."""

    def __init__(self, at: int, how: How) -> None:
        self.at = at
        self.how = how
        self.happened = False
        self.armed = False
        self._count = count(1)

    def step(self, statement: Callable[[], Any], fail: Callable[[], object]) -> Any:
        due = self._is_due()
        if due and self.how == "before":
            fail()
        answer = statement()
        if due:
            fail()
        return answer

    def traced(self, _sql: str) -> None:
        self._is_due()

    def _is_due(self) -> bool:
        if not self.armed or next(self._count) != self.at:
            return False
        if self.how == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        self.happened = True
        return True


class _File(sqlite3.Connection):
    interruption: Interruption

    def cursor(self, *_: Any, **__: Any) -> Any:
        if self.interruption.how == "killed":
            self.set_trace_callback(self.interruption.traced)
        return super().cursor(_Cursor)


class _Cursor(sqlite3.Cursor):
    def execute(self, *args: Any) -> Any:
        return self._step(partial(super().execute, *args))

    def executemany(self, *args: Any) -> Any:
        return self._step(partial(super().executemany, *args))

    def _step(self, statement: Callable[[], Any]) -> Any:
        connection = self.connection
        assert isinstance(connection, _File)
        if connection.interruption.how == "killed":
            return statement()
        return connection.interruption.step(statement, _fail)


def _fail() -> None:
    raise sqlite3.OperationalError("interrupted")


def go_back(path: Path, mark: Mark) -> None:
    """Have a log in a file hold what it held at a mark."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM stored_events WHERE rowid > ?", [mark.position])
        connection.execute("DELETE FROM outcomes WHERE seq > ?", [mark.outcome])
        connection.execute(_LATER_EPOCHS.format("?"), [mark.epoch])


class SqliteStore:
    """A log in an SQLite file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "var" / "tieline.db"
        self.url = f"sqlite:///{self.path}"

    def open(self) -> Log:
        return open_log(self.url)

    def another(self) -> "SqliteStore":
        return SqliteStore(self.folder / uuid4().hex)

    def go_back(self, mark: Mark) -> None:
        go_back(self.path, mark)

    @contextmanager
    def interrupted(self, at: int, how: How) -> Generator[Interruption]:
        interruption = Interruption(at, how)
        factory = type("_Interrupted", (_File,), {"interruption": interruption})
        with patch("sqlite3.connect", partial(sqlite3.connect, factory=factory)):
            yield interruption


class PostgresStore:
    """A log in its own schema of a PostgreSQL database, ten times as fast to make as a database."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.schema = f"log_{uuid4().hex}"
        self.url = f"{database}?options=-csearch_path%3D{self.schema}"
        self.others: list[PostgresStore] = []
        self._do("CREATE SCHEMA {}")

    def open(self) -> Log:
        return open_log(self.url)

    def another(self) -> "PostgresStore":
        self.others.append(PostgresStore(self.database))
        return self.others[-1]

    def go_back(self, mark: Mark) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(
                "DELETE FROM stored_events WHERE notification_id > %s", [mark.position]
            )
            connection.execute("DELETE FROM outcomes WHERE seq > %s", [mark.outcome])
            connection.execute(_LATER_EPOCHS.format("%s"), [mark.epoch])

    def drop(self) -> None:
        for each in self.others:
            each.drop()
        self._do("DROP SCHEMA {} CASCADE")

    def _do(self, statement: LiteralString) -> None:
        with psycopg.connect(self.database, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(self.schema)))

    @contextmanager
    def interrupted(self, at: int, how: How) -> Generator[Interruption]:
        """Break the connection: the server sees the client go, and the client gets no answer."""
        interruption = Interruption(at, how)
        wait = Connection.wait

        def waiting(connection: Connection, *args: Any, **said: Any) -> Any:
            statement = partial(wait, connection, *args, **said)
            return interruption.step(statement, partial(_break, connection))

        with patch.object(Connection, "wait", waiting):
            yield interruption


def _break(connection: Connection) -> None:
    connection.pgconn.finish()
    raise psycopg.OperationalError("interrupted")
