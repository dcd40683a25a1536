"""Event logs: each store behind the domain's port (domain/log.py), chosen by its address."""

from pathlib import Path
from urllib.parse import unquote

from adapters.log.sqlite import BUSY_TIMEOUT, SqliteLog
from domain.log import LogError

SQLITE = "sqlite:///"


def open_log(url: str, *, busy_timeout: float = BUSY_TIMEOUT) -> SqliteLog:
    """The log at an address: `sqlite:///var/tieline.db`, or `sqlite:////srv/tieline.db` for a path
    from the root. A missing file is created with its folder.

    `busy_timeout` is how many seconds to wait for another writer. Raises LogError.
    """
    if not url.startswith(SQLITE):
        raise LogError(f"{url} is no log that can be opened; use sqlite:///PATH")
    path = unquote(url.removeprefix(SQLITE))
    if path in {"", ":memory:"} or "\x00" in path:
        raise LogError(f"{url} names no file; use sqlite:///PATH, e.g. sqlite:///var/tieline.db")
    return SqliteLog(Path(path), busy_timeout=busy_timeout)
