"""The database of the views: opening it, reading the views as they are, paging through them.

Heavy imports are kept out: a command that shows one row waits for little else.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, cast

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    inspect,
    make_url,
    select,
)

from projections.projection import Row, Shape, Tables

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, FromClause, Select

    from projections.feed import Places

TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Text in the order of its characters, as in Python, whatever the language of the database."""

PLACE: Final = BigInteger().with_variant(Integer, "sqlite")
"""A position in the log, or a place in a lane. In SQLite every integer is wide enough."""

_METADATA: Final = MetaData()

GENERATIONS: Final = Table(
    "views",
    _METADATA,
    Column("view", TEXT, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("edition", Integer, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("moves", PLACE, nullable=False),
)
"""Each view's generations of tables. One is live: it is read. Others are building, or retired: they
go as soon as nobody reads them any more. Whoever writes a generation's rows counts a move in the
same transaction, so that of two writers one finds that it was overtaken."""

PLACES: Final = Table(
    "view_places",
    _METADATA,
    Column("view", TEXT, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("lane", TEXT, primary_key=True),
    Column("place", PLACE, nullable=False),
)
"""How far each generation has read in each lane of its feed."""

STREAMS: Final = Table(
    "view_streams",
    _METADATA,
    Column("view", TEXT, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("stream", TEXT, primary_key=True),
    Column("version", PLACE, nullable=False),
)
"""The version that each generation has reached of each stream, where its feed needs counting."""

GAPS: Final = Table(
    "view_gaps",
    _METADATA,
    Column("view", TEXT, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("stream", TEXT, primary_key=True),
    Column("wanted", PLACE, nullable=False),
    Column("position", PLACE, nullable=False),
    Column("time", TEXT, nullable=False),
)
"""Streams that a generation has stopped: the version it waits for, and where in the log and when
the event stands that came instead."""

NUMBERS: Final = Table(
    "view_numbers",
    _METADATA,
    Column("view", TEXT, primary_key=True),
    Column("last", Integer, nullable=False),
)
"""The number of each view's last generation: none is given twice, so that whoever still holds one
that is gone can do nothing to another."""

BESIDE_GENERATIONS: Final = (PLACES, STREAMS, GAPS)

State = Literal["building", "live", "retired"]

_WRITES: Final = "tieline_writes"
_ONE_MOMENT: Final = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


_UNLESS_TOLD: Final = {
    "connect_timeout": "10",
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""What an address may say otherwise: a way that was cut is noticed within half a minute."""


class ViewMissing(LookupError):
    """The view has no tables of this edition yet: let a runner catch up first."""


class Generation(NamedTuple):
    """One generation of a view's tables."""

    view: str
    generation: int
    edition: int
    state: State
    moves: int

    @property
    def is_live(self) -> bool:
        """Whether it is the one that is read."""
        return self.state == "live"

    def rows_in(self, table: FromClause) -> Any:
        """The condition that a row beside the generations is this one's."""
        return (table.c.view == self.view) & (table.c.generation == self.generation)


def opened(url: str) -> Engine:
    """An engine for the views, e.g. of `sqlite:///var/tieline.db` (the log's own file will do), or
    of `postgresql://tieline@db/tieline`.

    Views can be built anew, so their commits need not wait for the disk (synchronous=NORMAL, and
    synchronous_commit=off); rows and places still survive or go together.
    """
    if url.startswith("postgresql:"):
        url = url.replace("postgresql:", "postgresql+psycopg:", 1)
    address = make_url(url)
    if address.drivername.startswith("postgresql"):
        address = address.set(query={**_UNLESS_TOLD, **address.query})
    engine = create_engine(address, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _configure_postgres)
    return engine


def answers(engine: Engine) -> None:
    """Raises DBAPIError if the database is not there just now."""
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")


def _configure_postgres(connection: Any, _: object) -> None:
    connection.autocommit = True
    connection.execute("SET synchronous_commit = off")
    connection.execute("SET plan_cache_mode = force_custom_plan")
    connection.autocommit = False


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

    def places(self, shape: Shape) -> Places:
        """How far the live generation has read. Raises ViewMissing."""
        return places_of(self.connection, self.generation(shape))

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
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(**_ONE_MOMENT)
    with engine.connect() as connection, connection.begin():
        yield Live(connection)


def live_generations(connection: Connection) -> dict[str, Generation]:
    """The generation of each view that is read."""
    return {each.view: each for each in generations(connection) if each.is_live}


def generations(connection: Connection) -> list[Generation]:
    """Every generation there is; none in a database without views."""
    if not inspect(connection).has_table(GENERATIONS.name):
        return []
    return [Generation(*row) for row in connection.execute(select(GENERATIONS))]


def places_of(connection: Connection, generation: Generation) -> Places:
    """How far a generation has read, by lane."""
    query = select(PLACES.c.lane, PLACES.c.place).where(generation.rows_in(PLACES))
    return dict(connection.execute(query).all())


def reached(live: Live, shape: Shape, stream: str) -> int:
    """The version of a stream that a view has reached, events it ignores counted too; 0 if none.

    It is known of views that are fed from topics; one that is fed from the log has its places.
    """
    query = select(STREAMS.c.version).where(
        live.generation(shape).rows_in(STREAMS), STREAMS.c.stream == stream
    )
    return live.connection.execute(query).scalar() or 0


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
