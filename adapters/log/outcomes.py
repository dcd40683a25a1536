"""Outcomes in SQLite: one row per command, most of them without a body (adapters/log/tables.py)."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from domain.engine.outcomes import Stored

CHUNK = 500
"""Values in one query: below every SQLite's limit on variables, and always one cached statement."""

_INSERT = "INSERT INTO outcomes (key, digest, position, count, body) VALUES (?, ?, ?, ?, ?)"
ROWS = """
SELECT seq, key, digest, position, count, body FROM outcomes WHERE seq > ? ORDER BY seq LIMIT ?"""
_WITH_EVENTS = """
SELECT o.seq, o.key, o.digest, o.position, o.count, o.body,
       e.originator_id, e.originator_version, e.topic,
       CASE WHEN e.rowid = o.position + 1 THEN e.state END
FROM {outcomes} o
LEFT JOIN stored_events e ON e.rowid > o.position AND e.rowid <= o.position + o.count
ORDER BY o.seq, e.rowid"""
_KNOWN = _WITH_EVENTS.format(outcomes="(SELECT * FROM outcomes WHERE key IN ({}))")
AFTER = _WITH_EVENTS.format(outcomes="(SELECT * FROM outcomes WHERE seq > ? ORDER BY seq LIMIT ?)")
RECORDED = "SELECT key FROM outcomes WHERE seq > ?"
REFUSALS = """
SELECT seq, key, digest, position, count, body FROM outcomes
WHERE body IS NOT NULL AND seq > ? AND json_extract(body, '$.code') IS NOT NULL
ORDER BY seq LIMIT ?"""

Query = Callable[..., list[Any]]
"""`read(sql, *values)`: all rows of a query."""


def insert(cursor: sqlite3.Cursor, stored: Sequence[Stored], head: int) -> None:
    """Write the outcomes of a batch whose first event comes after `head`."""
    rows = [(each.key, each.digest, head + each.position, each.count, each.body) for each in stored]
    cursor.executemany(_INSERT, rows)


def known(read: Query, keys: Sequence[bytes]) -> Mapping[bytes, Stored]:
    """The outcomes that were given before, by key, each with its events."""
    return {stored.key: stored for _, stored in gathered(among(read, _KNOWN, keys))}


def among(read: Query, sql: str, values: Sequence[Any]) -> list[Any]:
    """All rows of an `IN ({})` query over any number of values, some hundreds in each query."""
    rows: list[Any] = []
    for start in range(0, len(values), CHUNK):
        some = values[start : start + CHUNK]
        rows += read(sql.format(",".join("?" * len(some))), *some)
    return rows


def after(read: Query, place: int, limit: int) -> Sequence[tuple[int, Stored]]:
    """All outcomes in order, each with its place and its events."""
    return gathered(read(AFTER, place, limit))


def refusals(read: Query, after: int, limit: int) -> Sequence[tuple[int, Stored]]:
    """Refused attempts in order, each with its place."""
    return [(row[0], Stored(*row[1:])) for row in read(REFUSALS, after, limit)]


def time_of(told: bytes | str | None) -> str:
    """The time in a stored event or in an outcome's body; empty if there is none."""
    return json.loads(told)["time"] if told else ""


def gathered(rows: Iterable[tuple[Any, ...]]) -> list[tuple[int, Stored]]:
    """Outcomes, each with its place, from rows of one event each: the outcome's columns, then the
    event's stream, version and type, and the stored form of the outcome's first event.
    """
    found: list[tuple[int, Stored]] = []
    for seq, key, digest, position, count, body, stream, version, kind, first in rows:
        event = (f"{stream}/{version}", kind)
        if stream is None:
            found.append((seq, Stored(key, digest, position, count, body)))
        elif first is None:
            stored = found[-1][1]
            stored.events = (*stored.events, event)
        else:
            head = json.loads(first)
            told = (head["time"], head["correlationid"], head["causationid"], stream)
            found.append((seq, Stored(key, digest, position, count, body, (event,), *told)))
    return found
