"""One rebuild at a time in a database of views: two would drop each other's tables.

The lock goes with its process: a rebuild that was killed keeps nobody out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

if TYPE_CHECKING:
    from sqlalchemy import Engine

_REBUILD: Final = 0x7469656C696E6502
"""The advisory lock in PostgreSQL that a rebuild holds."""


class RebuildRuns(Exception):
    """Another rebuild of views runs in the same database: wait until it has ended."""


@contextmanager
def alone(engine: Engine) -> Generator[None]:
    """Hold the lock of rebuilds in a database of views. Raises RebuildRuns if another holds it."""
    held = _in_postgres if engine.dialect.name == "postgresql" else _beside_file
    with held(engine):
        yield


@contextmanager
def _in_postgres(engine: Engine) -> Generator[None]:
    """In a session of its own, which ends with the rebuild."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as session:
        session.detach()
        if not session.execute(select(func.pg_try_advisory_lock(_REBUILD))).scalar_one():
            raise _runs(engine)
        yield


@contextmanager
def _beside_file(engine: Engine) -> Generator[None]:
    """In an empty file beside the database, as a lock within would keep out all that write there.
    Nobody else can reach a database in memory.
    """
    path = engine.url.database
    if not path or path == ":memory:":
        yield
        return
    file = Path(f"{path}-rebuild")
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise _runs(engine) from fault
            raise
        try:
            yield
        finally:
            file.unlink(missing_ok=True)


def _runs(engine: Engine) -> RebuildRuns:
    where = engine.url.render_as_string(hide_password=True)
    return RebuildRuns(
        f"Another rebuild of views runs in {where}: wait until it has ended. Nothing was changed"
    )
