"""What a command leaves behind for ever: bytes of the log on both databases, and of the topics."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg

from bench.stack_cell import Cell
from bench.stack_year import as_published_by_us, recorded
from bench.table import Line, Shown

_TABLES = ("stored_events", "outcomes")
_POSTGRES = "SELECT pg_total_relation_size(%s), pg_indexes_size(%s)"
_SQLITE = "SELECT sum(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name = ?)"


def lines(folder: Path, cell: Cell) -> Iterator[Line]:
    """Bytes per command, of the recorded year."""
    commands = len(recorded(str(folder)).commands)
