"""The stores that the suite runs over, and how each is made to fail on purpose.

A new store is a class with these methods and a line in `STORES`.
"""

import os
import signal
import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Literal, Protocol
from unittest.mock import patch

from adapters.log import open_log
from domain.log import Log

How = Literal["before", "after", "killed"]
"""A statement fails before it is executed, or after it was; or the process dies in front of it."""


class ClosableLog(Log, Protocol):
    def close(self) -> None: ...


class Store(Protocol):
    """One place where a log is kept, new for every test."""

    def __init__(self, folder: Path) -> None: ...

    def open(self) -> ClosableLog:
        """A log as another process would open it."""
        ...

    def interrupted(self, at: int, how: How) -> Any:
        """A context in which statement number `at` (from 1) fails; tells whether one did."""
        ...


class Interruption:
    """Counts statements, and breaks off at one of them."""

    def __init__(self, at: int, how: How) -> None:
        self.at = at
        self.how = how
        self.happened = False
        self.armed = False
        self._count = count(1)

    def step(self, statement: Callable[[], Any]) -> Any:
        due = self.armed and next(self._count) == self.at
        if due:
            self.happened = True
            if self.how == "before":
                raise sqlite3.OperationalError("interrupted before it")
        answer = statement()
        if due:
            raise sqlite3.OperationalError("interrupted after it")
        return answer

    def traced(self, _sql: str) -> None:
        if self.armed and next(self._count) == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


class _Connection(sqlite3.Connection):
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
        assert isinstance(connection, _Connection)
        if connection.interruption.how == "killed":
            return statement()
        return connection.interruption.step(statement)


class SqliteStore:
    """A log in an SQLite file."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "var" / "tieline.db"

    def open(self) -> ClosableLog:
        return open_log(f"sqlite:///{self.path}")

    @contextmanager
    def interrupted(self, at: int, how: How) -> Generator[Interruption]:
        interruption = Interruption(at, how)
        factory = type("_Interrupted", (_Connection,), {"interruption": interruption})
        with patch("sqlite3.connect", partial(sqlite3.connect, factory=factory)):
            yield interruption


STORES: dict[str, type[Store]] = {"sqlite": SqliteStore}
