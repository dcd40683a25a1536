"""Writing and deleting the rows of a page in one go, and reading those that it touches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    Dialect,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    delete,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects import sqlite

from projections.json_text import json_text

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from projections.projection import Row, RowKey

_KEYS_AT_ONCE: Final = 500
"""Keys named in one query: well below the number of variables that SQLite takes."""

_Write = Callable[["Connection", "Sequence[Row]"], None]


def fetched(connection: Connection, table: Table, keys: Collection[Any]) -> Iterable[Row]:
    """The rows with these primary keys, in no order."""
    names = table.columns.keys()
    found = among(connection, select(table), list(table.primary_key.columns), keys)
    return (dict(zip(names, row, strict=True)) for row in found)


def among(
    connection: Connection,
    query: Select[*tuple[Any, ...]],
    columns: Sequence[ColumnElement[Any]],
    keys: Collection[Any],
) -> Iterable[Any]:
    """What a query finds where columns have any of these values (tuples for several columns)."""
    wanted = sorted(keys)
    if len(columns) > 1 and connection.dialect.name == "sqlite":
        yield from connection.execute(_joined(query, columns, wanted)).all()
        return
    if len(columns) == 1 and connection.dialect.name == "postgresql":
        some = columns[0] == any_(literal(wanted, ARRAY(Text)))
        yield from connection.execute(query.where(some)).all()
        return
    key: Any = columns[0] if len(columns) == 1 else tuple_(*columns)
    for start in range(0, len(wanted), _KEYS_AT_ONCE):
        some = key.in_(wanted[start : start + _KEYS_AT_ONCE])
        yield from connection.execute(query.where(some)).all()


def _joined(
    query: Select[*tuple[Any, ...]], columns: Sequence[ColumnElement[Any]], keys: Sequence[Any]
) -> Select[*tuple[Any, ...]]:
    """SQLite scans every row for an `IN` of tuples, but finds joined keys by index."""
    given = func.json_each(json_text(keys)).table_valued("value", name="given")
    same = [
        column == func.json_extract(given.c.value, literal_column(f"'$[{at}]'"))
        for at, column in enumerate(columns)
    ]
    return query.where(*same)


def remove(connection: Connection, table: Table, keys: Collection[RowKey]) -> None:
    """Delete the rows with these primary keys; a key without its last columns means every row that
    it begins.
    """
    for width, some in groupby(sorted(keys, key=len), len):
        columns = list(table.primary_key.columns)[:width]
        same = and_(*(column == bindparam(f"key_{column.name}") for column in columns))
        names = [f"key_{column.name}" for column in columns]
        given = [dict(zip(names, key, strict=True)) for key in some]
        connection.execute(delete(table).where(same), given)


def upsert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, each key once, or replace those with the same primary key, in one statement."""
    if rows:
        _upsert_into(table, connection.dialect)(connection, rows)


@lru_cache(maxsize=64)
def _upsert_into(table: Table, dialect: Dialect) -> _Write:
    return _as_json(table) if dialect.name == "postgresql" else _by_rows(table, dialect)


def _as_json(table: Table) -> _Write:
    """PostgreSQL takes all rows as one JSON text: one round trip, and little work per row."""
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415  not needed for SQLite

    names = table.columns.keys()
    rows = func.json_populate_recordset(
        literal_column(f"NULL::{table.name}"), cast(bindparam("rows", type_=Text), postgresql.JSON)
    )
    source = select(*rows.table_valued(*names).columns)
    statement = _or_replace(postgresql.insert(table).from_select(names, source), table)

    def write(connection: Connection, rows: Sequence[Row]) -> None:
        connection.execute(statement, {"rows": json_text(rows)})

    return write


def _by_rows(table: Table, dialect: Dialect) -> _Write:
    """For SQLite, rows go directly to the driver: SQLAlchemy would spend more time on a row than
    SQLite spends on writing it.
    """
    compiled = _or_replace(sqlite.insert(table), table).compile(dialect=dialect)
    names: Sequence[str] = compiled.positiontup
    sql, values = str(compiled), itemgetter(*names)
    encoders = [
        (names.index(each.name), encoder)
        for each in table.columns
        if isinstance(each.type, JSON)
        and (encoder := each.type.dialect_impl(dialect).bind_processor(dialect))
    ]

    def encoded(row: Row) -> tuple[Any, ...]:
        """The values of a row with its lists and dicts as text, which the driver takes."""
        given = list(values(row))
        for at, encoder in encoders:
            given[at] = encoder(given[at])
        return tuple(given)

    def write(connection: Connection, rows: Sequence[Row]) -> None:
        connection.exec_driver_sql(sql, list(map(encoded if encoders else values, rows)))

    return write


def _or_replace(statement: Any, table: Table) -> Any:
    others = {
        each.name: statement.excluded[each.name] for each in table.columns if not each.primary_key
    }
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns), set_=others
    )
