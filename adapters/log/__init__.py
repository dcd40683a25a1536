"""Event logs: each store behind the domain's port (domain/engine/log.py), chosen by its address."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

from adapters.log.opening import TO_READ, TO_WRITE, Opening
from adapters.log.sqlite import BUSY_TIMEOUT, SqliteLog
from adapters.sqlite_files import SQLITE
from domain.engine.log import Log, LogError

POSTGRES = ("postgresql://", "postgres://")


def open_log(url: str, *, busy_timeout: float = BUSY_TIMEOUT) -> Log:
    """The log at an address: `postgresql://USER@HOST:PORT/DATABASE`, `sqlite:///var/tieline.db`, or
    `sqlite:////srv/tieline.db` for a path from the root. Whatever is missing is made: a file with
    its folder, the tables in a database.

    `busy_timeout` is how many seconds to wait for another writer. Raises LogError, and
    LogUnreachable when the server does not answer.
    """
    if url.startswith(POSTGRES):
        from adapters.log.postgres import PostgresLog  # noqa: PLC0415 - a log in a file needs no driver

        return PostgresLog(url, busy_timeout=busy_timeout)
    return _in_file(url, busy_timeout, TO_WRITE)


def open_log_to_read(url: str, *, busy_timeout: float = BUSY_TIMEOUT) -> Log:
    """The log at an address, of which nothing is made or changed. Raises as `open_log` does, also
    where there is no log yet.
    """
    if url.startswith(POSTGRES):
        from adapters.log.postgres import PostgresLog  # noqa: PLC0415 - as above
        from adapters.log.postgres_schema import look  # noqa: PLC0415

        return PostgresLog(url, busy_timeout=busy_timeout, prepare=look)
    return _in_file(url, busy_timeout, TO_READ)


def clock_of(log: Log) -> Callable[[], datetime] | None:
    """The clock of the server that a log lies on; None for a log in a file, which has none."""
    if isinstance(log, SqliteLog):
        return None
    from adapters.log.postgres import PostgresLog  # noqa: PLC0415 - as above

    return log.clock if isinstance(log, PostgresLog) else None


def _in_file(url: str, busy_timeout: float, opening: Opening) -> Log:
    if not url.startswith(SQLITE):
        raise LogError(
            f"{url} can't be opened as a log; use sqlite:///PATH or postgresql://HOST/DATABASE"
        )
    path = unquote(url.removeprefix(SQLITE))
    if path in {"", ":memory:"} or "\x00" in path:
        raise LogError(f"{url} names no file; use sqlite:///PATH, e.g. sqlite:///var/tieline.db")
    return SqliteLog(Path(path), busy_timeout=busy_timeout, opening=opening)
