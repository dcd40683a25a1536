"""What a command of the year leaves for good: bytes in the log on both databases, and in topics."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from adapters.kafka.binding import Outgoing
from bench.stack_cell import Cell
from bench.stack_year import LOG, as_published_by_us, recorded
from bench.table import Line, Shown

_POSTGRES = "SELECT pg_table_size(%(table)s), pg_indexes_size(%(table)s)"
_SQLITE = """
SELECT coalesce(sum(pgsize) FILTER (WHERE type = 'table'), 0),
       coalesce(sum(pgsize) FILTER (WHERE type = 'index'), 0)
FROM dbstat JOIN sqlite_master AS made ON made.name = dbstat.name WHERE tbl_name = :table"""

TABLES = ("stored_events", "outcomes")
_ONE_BYTE = 63  # the longest whose length takes one byte
_AROUND = 6  # length, attributes, time, offset, number of headers

Sizes = dict[str, tuple[int, int]]
"""Bytes of rows and of indexes, by table."""


def lines(folder: Path, cell: Cell) -> Iterator[Line]:
    """Bytes per command of the recorded year."""
    published = as_published_by_us(str(folder))
    commands = len(recorded(str(folder)).commands)
    events = sum(kind == "events" for kind, _ in published)
    yield Line("events per command", Shown(f"{events / commands:.2f}"))
    for name, sizes in (("PostgreSQL", _on_postgres(cell.database)), ("SQLite", _in(folder / LOG))):
        for table, (rows, indexes) in sizes.items():
            each = f"{rows / commands:.0f} + {indexes / commands:.0f} B"
            yield Line(f"bytes per command, {table} on {name}, rows + indexes", Shown(each))
        total = sum(map(sum, sizes.values()))
        yield Line(f"bytes per command, all on {name}", Shown(f"{total / commands:.0f} B"))
    for kind in ("events", "outcomes"):
        sent = sum(_bytes(each) for topic, each in published if topic == kind)
        yield Line(f"bytes per command, topic of {kind}", Shown(f"{sent / commands:.0f} B"))


def _on_postgres(url: str) -> Sizes:
    with psycopg.connect(url) as connection:
        return {each: _sizes(connection.execute(_POSTGRES, {"table": each})) for each in TABLES}


def _in(file: Path) -> Sizes:
    with closing(sqlite3.connect(file)) as connection:
        return {each: _sizes(connection.execute(_SQLITE, {"table": each})) for each in TABLES}


def _sizes(cursor: Any) -> tuple[int, int]:
    rows, indexes = cursor.fetchone()
    return int(rows), int(indexes)


def _bytes(record: Outgoing) -> int:
    """Key, value and headers with their length prefixes; what a batch adds is little."""
    parts = [record.key or b"", record.value or b""]
    for name, value in record.headers:
        parts += [name.encode(), value]
    return sum(len(each) + 1 + (len(each) > _ONE_BYTE) for each in parts) + _AROUND
