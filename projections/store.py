"""Writing views: their generations of tables, and the rows of a page in one go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, Table, delete, func, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from projections.database import (
    GENERATIONS,
    Generation,
    generations,
    live_generations,
    writing,
)
from projections.projection import Row, Shape

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect, Engine

_KEYS_AT_ONCE: Final = 500
"""Keys named in one query: well below what SQLite takes as variables."""

_UPSERTS: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Moved(Exception):
    """Somebody else brought this generation forward, or replaced it: look again."""


def prepare(engine: Engine, shapes: Iterable[Shape]) -> None:
    """Make sure that each view has live tables of its edition; new ones are empty, at position 0.

    Tables of another edition go: nobody of this version could read them.
    """
    with engine.connect() as connection:
        live = live_generations(connection)
    missing = [each for each in shapes if _edition(live.get(each.name)) != each.edition]
    if not missing:
        return
    with writing(engine) as connection:
        GENERATIONS.create(connection, checkfirst=True)
        live = live_generations(connection)
        for shape in missing:
            before = live.get(shape.name)
            if _edition(before) == shape.edition:
                continue
            _retire(connection, shape, shape.name)
            create(connection, shape, live=True)


def _edition(generation: Generation | None) -> int | None:
    return generation.edition if generation else None


def create(connection: Connection, shape: Shape, *, live: bool) -> Generation:
    """Empty tables of the next generation."""
    numbers = select(func.max(GENERATIONS.c.generation)).where(GENERATIONS.c.view == shape.name)
    number: int = (connection.execute(numbers).scalar() or 0) + 1
    for table in shape.tables(number).values():
        table.drop(connection, checkfirst=True)
        table.create(connection)
    made = Generation(shape.name, number, shape.edition, live, 0, 0)
    connection.execute(insert(GENERATIONS).values(**made._asdict()))
    return made


def beside(engine: Engine, shape: Shape) -> Generation:
    """Empty tables beside the live ones. What an interrupted rebuild left behind goes."""
    with writing(engine) as connection:
        for each in generations(connection):
            if each.view == shape.name and not each.live:
                drop(connection, shape, each)
        return create(connection, shape, live=False)


def switch(engine: Engine, shape: Shape, new: Generation) -> bool:
    """Let readers see another generation from here on, unless it is behind the live one."""
    with writing(engine) as connection:
        old = live_generations(connection).get(shape.name)
        if old and (new.position < old.position or new.outcomes < old.outcomes):
            return False
        if old:
            drop(connection, shape, old)
        row = (GENERATIONS.c.view == new.view) & (GENERATIONS.c.generation == new.generation)
        if connection.execute(update(GENERATIONS).where(row).values(live=True)).rowcount != 1:
            raise Moved(f"another rebuild of {shape.name} took over")
    return True


def drop(connection: Connection, shape: Shape, generation: Generation) -> None:
    """A generation's tables, and all that is known of it."""
    for table in shape.tables(generation.generation).values():
        table.drop(connection, checkfirst=True)
    connection.execute(
        delete(GENERATIONS).where(
            GENERATIONS.c.view == generation.view,
            GENERATIONS.c.generation == generation.generation,
        )
    )


def _retire(connection: Connection, shape: Shape, name: str) -> None:
    for each in generations(connection):
        if each.view == name:
            drop(connection, shape, each)


def fetched(connection: Connection, table: Table, keys: Collection[Any]) -> Iterable[Row]:
    """The rows with these primary keys, in no order."""
    columns = list(table.primary_key.columns)
    key: Any = columns[0] if len(columns) == 1 else tuple_(*columns)
    wanted = sorted(keys)
    for start in range(0, len(wanted), _KEYS_AT_ONCE):
        query = select(table).where(key.in_(wanted[start : start + _KEYS_AT_ONCE]))
        yield from (dict(row) for row in connection.execute(query).mappings())


def upsert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, or replace those with the same primary key, in one statement."""
    if rows:
        _upsert_into(table, connection.dialect)(connection, rows)


class _Upsert:
    """The statement for one table, compiled once.

    Where the driver takes values by place, as SQLite's does, they are handed to it directly:
    SQLAlchemy's way takes longer over a row than SQLite over writing it.
    """

    def __init__(self, table: Table, dialect: Dialect) -> None:
        self._statement = _statement(table, dialect.name)
        compiled = self._statement.compile(dialect=dialect)
        self._sql = str(compiled)
        self._places: Sequence[str] | None = compiled.positiontup
        self._encoders = [
            (column.name, encoder)
            for column in table.columns
            if isinstance(column.type, JSON)
            and (encoder := column.type.dialect_impl(dialect).bind_processor(dialect))
        ]

    def __call__(self, connection: Connection, rows: Sequence[Row]) -> None:
        if self._places is None:
            connection.execute(self._statement, list(rows))
        else:
            values = itemgetter(*self._places)
            connection.exec_driver_sql(self._sql, [values(row) for row in self._encoded(rows)])

    def _encoded(self, rows: Sequence[Row]) -> Iterable[Row]:
        """Rows with lists and dicts as the text that the driver takes."""
        if not self._encoders:
            return rows
        return (
            {**row, **{name: encoder(row[name]) for name, encoder in self._encoders}}
            for row in rows
        )


_upsert_into = lru_cache(maxsize=64)(_Upsert)


def _statement(table: Table, dialect: str) -> Any:
    statement = _UPSERTS[dialect](table)
    others = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if not column.primary_key
    }
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns), set_=others
    )


def advance(connection: Connection, before: Generation, position: int, outcomes: int) -> Generation:
    """Note how far a generation has come, in the transaction that writes its rows.

    Raises Moved if it is not where it was when the rows were read.
    """
    known = GENERATIONS.c
    statement = (
        update(GENERATIONS)
        .where(
            known.view == before.view,
            known.generation == before.generation,
            known.position == before.position,
            known.outcomes == before.outcomes,
        )
        .values(position=position, outcomes=outcomes)
    )
    if connection.execute(statement).rowcount != 1:
        raise Moved(f"somebody else brought {before.view} forward, or replaced it")
    return before._replace(position=position, outcomes=outcomes)
