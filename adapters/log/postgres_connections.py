"""Connections to the database of a log.

A connection serves one thread at a time; a thread takes the connection that was used last, or opens
another. A broken connection is never used again, nor are the idle ones beside it: the next use
opens a new one. Connections can't be carried over a fork: a child opens a log of its own.
"""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.conninfo import conninfo_to_dict, make_conninfo

PATIENCE: Final = 10.0
"""Seconds to wait for an answer, beyond the wait for another writer, before a connection counts as
lost.
"""

_UNLESS_TOLD: Final = {
    "application_name": "tieline",
    "client_encoding": "utf8",
    "connect_timeout": "10",
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""Defaults that the address may override: a cut connection is noticed within half a minute."""

_NO_ANSWER: Final[type[psycopg.Error]] = psycopg.errors._WaitTimeout  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - it has no other name

_SET = """
SELECT set_config('lock_timeout', %s, false),
       set_config('idle_in_transaction_session_timeout', %s, false),
       set_config('default_transaction_isolation', 'read committed', false),
       set_config('plan_cache_mode', 'force_custom_plan', false),
       set_config('jit', 'off', false)"""
"""A writer that waited for the append lock must see what was written meanwhile. A plan kept from
when the log was small reads all of it once it is large. Compiling a query takes longer than running
it.
"""
IDLE: Final = "30s"
"""How long a writer that freezes keeps the append lock."""


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection that does not wait for ever for an answer that got lost on the way."""

    patience: float | None = None
    """Seconds to wait for an answer."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Wait for an answer. Raises OperationalError, and is closed, when there is none."""
        try:
            return super().wait(gen, interval, timeout or self.patience)
        except _NO_ANSWER as late:
            self.pgconn.finish()
            raise psycopg.OperationalError(f"no answer for {self.patience} s") from late


class Connections:
    """The connections of one log."""

    def __init__(self, url: str, busy_timeout: float) -> None:
        told = conninfo_to_dict(url)
        more = {name: value for name, value in _UNLESS_TOLD.items() if name not in told}
        self._told = make_conninfo(url, **more)
        self._patience = busy_timeout + PATIENCE
        self._set = (f"{max(1, round(busy_timeout * 1000))}ms", IDLE)
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._closed = False

    def close(self) -> None:
        """Close them all; none can be taken afterwards."""
        self._closed = True
        self._forget()

    @contextmanager
    def taken(self) -> Generator[Connection]:
        """A connection for one use, which commits each statement by itself."""
        connection = self._take()
        try:
            yield connection
        except BaseException:
            self._give_up(connection)
            raise
        self._put_back(connection)

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """One transaction, committed on leaving."""
        with self.taken() as connection, connection.transaction():
            yield connection

    def opened(self) -> Connection:
        """A new connection."""
        connection = Connection.connect(self._told, autocommit=True)
        connection.patience = self._patience
        try:
            connection.execute(_SET, self._set)
        except BaseException:
            connection.close()
            raise
        return connection

    def _take(self) -> Connection:
        if self._closed:
            raise psycopg.ProgrammingError("the log was closed: open it again")
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self.opened()

    def _put_back(self, connection: Connection) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def _give_up(self, connection: Connection) -> None:
        """After an error: a connection that still works is used again; a broken one is closed, and
        all that are idle with it.
        """
        ready = psycopg.pq.TransactionStatus.IDLE
        if connection.info.transaction_status == ready:
            self._put_back(connection)
            return
        connection.close()
        self._forget()

    def _forget(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for each in idle:
            each.close()
