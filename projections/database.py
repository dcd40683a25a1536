"""The database of the views: opening it, reading the views as they are, paging through them.

Heavy imports are kept out: a command that shows one row waits for little else.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    inspect,
    select,
)

from projections.projection import Row, Shape, Tables

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Select

GENERATIONS: Final = Table(
    "view_generations",
    MetaData(),
    Column("view", Text, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("edition", Integer, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    Column("outcomes", Integer, nullable=False),
)
"""Each view's generations of tables: the live one is read; the places in the log up to which each
has applied events, and outcomes, move in the transaction that writes its rows."""

_WRITES: Final = "tieline_writes"


class ViewMissing(LookupError):
    """The view has no tables of this edition yet: let a runner catch up first."""


class Generation(NamedTuple):
    """One generation of a view's tables, and how far it has come."""

    view: str
    generation: int
    edition: int
    live: bool
    position: int
    outcomes: int


def opened(url: str) -> Engine:
    """An engine for the views, e.g. of `sqlite:///var/tieline.db` (the log's own file will do).

    Views can be built anew, so their commits need not wait for the disk (synchronous=NORMAL); in
    WAL mode rows and position still survive or go together.
    """
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


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
    """A writer takes the lock at once: nothing it has read can move before it writes."""
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Generator[Connection]:
    """A transaction that writes; commits on leaving, rolls back on an exception."""
    with engine.execution_options(**{_WRITES: True}).begin() as connection:
        yield connection


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
            raise ViewMissing(f"the view {shape.name} was never built by this version")
        return found

    def tables(self, shape: Shape) -> Tables:
        """The live tables of a view, by their plain names. Raises ViewMissing."""
        return shape.tables(self.generation(shape).generation)

    def rows(self, query: Select[*tuple[Any, ...]]) -> Iterator[Row]:
        """What a query finds."""
        return (dict(row) for row in self.connection.execute(query).mappings())

    def one(self, query: Select[*tuple[Any, ...]]) -> Row | None:
        """The first that a query finds."""
        return next(self.rows(query), None)


@contextmanager
def reading(engine: Engine) -> Generator[Live]:
    """The live views in one read transaction."""
    with engine.connect() as connection, connection.begin():
        yield Live(connection)


def live_generations(connection: Connection) -> dict[str, Generation]:
    """The generation of each view that is read."""
    return {each.view: each for each in generations(connection) if each.live}


def generations(connection: Connection) -> list[Generation]:
    """Every generation there is; none in a database without views."""
    if not inspect(connection).has_table(GENERATIONS.name):
        return []
    return [Generation(*row) for row in connection.execute(select(GENERATIONS))]


def shown(live: Live, shape: Shape, id: str) -> Row | None:
    """The row of a view that has one table, named as the view is, by its one key."""
    table = live.tables(shape)[shape.name]
    (key,) = table.primary_key
    return live.one(select(table).where(key == id))


def page_of(
    live: Live,
    shape: Shape,
    filters: Mapping[str, Any],
    allowed: Collection[str],
    *,
    after: str,
    limit: int,
) -> Sequence[Row]:
    """Such rows after a key, in the order of their keys, narrowed by the filters allowed."""
    table = live.tables(shape)[shape.name]
    (key,) = table.primary_key
    query = filtered(select(table), table, filters, allowed).where(key > after)
    return list(live.rows(query.order_by(key).limit(limit)))


def filtered(
    query: Select[Any], table: Table, filters: Mapping[str, Any], allowed: Collection[str]
) -> Select[Any]:
    """A query narrowed to rows with these values; several in a list mean any of them.

    Raises ValueError for a column that can't be filtered on.
    """
    for name, value in filters.items():
        if name not in allowed:
            raise ValueError(f"there is no filter {name}; there are {', '.join(sorted(allowed))}")
        column = table.c[name]
        if isinstance(value, list | tuple | set | frozenset):
            query = query.where(column.in_(cast("Collection[Any]", value)))
        else:
            query = query.where(column == value)
    return query
