"""The database of the views: opening it, and reading the views as they are.

It imports nothing heavy: a command that shows one row spends most of its time on imports.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import QueuePool, StaticPool, create_engine, event, make_url, select

from projections.json_text import from_json_text, json_text
from projections.tables import STREAMS, Generation, checkpoint_of, live_generations

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine, Select
    from sqlalchemy.exc import DBAPIError

    from projections.feed import Checkpoint
    from projections.projection import Row, Shape, Tables

_WRITES: Final = "tieline_writes"
_ONE_MOMENT: Final = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

_UNLESS_TOLD: Final = {
    "connect_timeout": "10",
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""Defaults that an address may override: a cut connection is noticed within half a minute."""


_NOT_WRITTEN: Final = (
    "SQLITE_READONLY",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_CANTOPEN",
    "SQLITE_BUSY",
)
"""The beginnings of SQLite's names of errors of a file that can't be written."""

_NOT_WRITTEN_THERE: Final = ("25006", "42501", "53100", "55P03")
"""PostgreSQL's codes (SQLSTATE) of the like: read-only, not permitted, disk full, locked."""


class ViewMissing(LookupError):
    """The view has no tables of this edition yet: let a runner catch up first."""


def opened(url: str) -> Engine:
    """An engine for the views, e.g. of `sqlite:///var/tieline.db` (the log's own file will do), or
    of `postgresql://tieline@db/tieline`.

    Views can be built anew, so their commits need not wait for the disk (synchronous=NORMAL, and
    synchronous_commit=off); rows and checkpoint are still kept or lost together.
    """
    if url.startswith("postgresql:"):
        url = url.replace("postgresql:", "postgresql+psycopg:", 1)
    address = make_url(url)
    if address.drivername.startswith("postgresql"):
        address = address.set(query={**_UNLESS_TOLD, **address.query})
    engine = _engine(address)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _configure_postgres)
    return engine


def _engine(address: URL | str, **options: Any) -> Engine:
    """An engine that writes and reads columns of JSON in a third of SQLAlchemy's own time."""
    return create_engine(
        address,
        hide_parameters=True,
        json_serializer=json_text,
        json_deserializer=from_json_text,
        **options,
    )


def file_to_read(connect: Callable[[], Any]) -> Engine:
    """An engine for views in an SQLite file that is only read; `connect` opens the file."""
    engine = _engine("sqlite://", creator=connect, poolclass=QueuePool)
    event.listen(engine, "connect", _read_only)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def scratch() -> Generator[Engine]:
    """An empty database for views that is gone afterwards. It is kept in memory, and in a file
    without a name as far as it outgrows that.
    """
    engine = _engine("sqlite://", poolclass=StaticPool)
    event.listen(engine, "do_connect", _without_a_name)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    try:
        yield engine
    finally:
        engine.dispose()


def refuses_writing(fault: DBAPIError) -> bool:
    """Whether a database can't be written just now, or not by this user, and may well be read."""
    name = getattr(fault.orig, "sqlite_errorname", None)
    state = getattr(fault.orig, "sqlstate", None)
    return (name or "").startswith(_NOT_WRITTEN) or state in _NOT_WRITTEN_THERE


def answers(engine: Engine) -> None:
    """Ask the database for a sign of life. Raises DBAPIError if it gives none."""
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")


def _configure_postgres(connection: Any, _: object) -> None:
    connection.autocommit = True
    connection.execute("SET synchronous_commit = off")
    connection.execute("SET plan_cache_mode = force_custom_plan")
    connection.autocommit = False


def _without_a_name(dialect: Any, *_: object) -> Any:
    return dialect.loaded_dbapi.connect("")


def _read_only(connection: Any, _: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA query_only=ON")


def _configure_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver does
    for pragma in (
        "busy_timeout=30000",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "wal_autocheckpoint=10000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: nothing it has read can change before it writes."""
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Generator[Connection]:
    """A transaction that writes; commits on leaving, rolls back on an exception."""
    with engine.execution_options(**{_WRITES: True}).begin() as connection:
        yield connection


@contextmanager
def pipelined(connection: Connection) -> Generator[None]:
    """Send statements to PostgreSQL without waiting for the answer to each; leaving waits for all.
    They must not ask for anything: neither rows nor how many there were.

    Errors are SQLAlchemy's, as if nothing were sent ahead, and say which kind they are.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    errors: Any = connection.dialect.loaded_dbapi
    try:
        with driver.pipeline():
            yield
    except errors.Error as fault:
        raise _as_sqlalchemys(connection, driver, fault, errors.Error) from fault


def _as_sqlalchemys(connection: Connection, driver: Any, fault: Any, family: Any) -> Exception:
    """A driver's error as SQLAlchemy would have raised it; a connection that is gone is let go."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415  rarely needed

    gone = connection.dialect.is_disconnect(fault, driver, None)
    if gone:
        connection.invalidate(fault)
    instance: Any = DBAPIError.instance
    error: Exception = instance(
        "what was sent ahead",
        None,
        fault,
        family,
        hide_parameters=True,
        connection_invalidated=gone,
        dialect=connection.dialect,
    )
    return error


class Live:
    """The views as of one moment, in one read transaction, whatever is written meanwhile."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._generations: dict[str, Generation] | None = None

    def generation(self, shape: Shape) -> Generation:
        """The generation that is read. Raises ViewMissing if there is none of this edition."""
        if self._generations is None:
            self._generations = live_generations(self.connection)
        found = self._generations.get(shape.name)
        if found is None or found.edition != shape.edition:
            raise ViewMissing(
                f"The view {shape.name} was never built by this version: "
                "'tieline project' and 'tieline projections rebuild' build it"
            )
        return found

    def checkpoint(self, shape: Shape) -> Checkpoint:
        """How far the live generation has read. Raises ViewMissing."""
        return checkpoint_of(self.connection, self.generation(shape))

    def tables(self, shape: Shape) -> Tables:
        """The live tables of a view, by their plain names. Raises ViewMissing."""
        return shape.tables(self.generation(shape).generation)

    def rows(self, query: Select[*tuple[Any, ...]]) -> Iterator[Row]:
        """The rows that a query finds."""
        return (dict(row) for row in self.connection.execute(query).mappings())

    def one(self, query: Select[*tuple[Any, ...]]) -> Row | None:
        """The first row that a query finds; None if it finds none."""
        return next(self.rows(query), None)


@contextmanager
def reading(engine: Engine) -> Generator[Live]:
    """The live views in one read transaction."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(**_ONE_MOMENT)
    with engine.connect() as connection, connection.begin():
        yield Live(connection)


def reached(live: Live, shape: Shape, stream: str) -> int:
    """The version of a stream that a view has reached, events it ignores counted too; 0 if none.

    It is counted only for views that are fed from topics; a view fed from the log has a checkpoint.
    """
    query = select(STREAMS.c.version).where(
        live.generation(shape).rows_in(STREAMS), STREAMS.c.stream == stream
    )
    return live.connection.execute(query).scalar() or 0
