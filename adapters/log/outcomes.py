"""Outcomes in SQLite: one row per command, most of them without words (adapters/log/tables.py)."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.outcomes import Stored

CHUNK = 500
"""Keys asked for at once: under every SQLite's limit of variables, and one cached statement."""

_INSERT = "INSERT INTO outcomes (key, digest, position, count, body) VALUES (?, ?, ?, ?, ?)"
_KNOWN = """
SELECT o.key, o.digest, o.position, o.count, o.body,
       e.originator_id || '/' || e.originator_version, e.topic,
       CASE WHEN e.rowid = o.position + 1 THEN e.state END
FROM outcomes o
LEFT JOIN stored_events e ON e.rowid > o.position AND e.rowid <= o.position + o.count
WHERE o.key IN ({keys})
ORDER BY o.seq, e.rowid"""
REFUSALS = """
SELECT seq, key, digest, position, count, body FROM outcomes
WHERE body IS NOT NULL AND seq > ? AND json_extract(body, '$.code') IS NOT NULL
ORDER BY seq LIMIT ?"""

Read = Callable[..., list[Any]]
"""`read(sql, *values)`: all rows of a query."""


def insert(cursor: sqlite3.Cursor, stored: Sequence[Stored], head: int) -> None:
    """Write the outcomes of a batch whose first event comes after `head`."""
    rows = [(each.key, each.digest, head + each.position, each.count, each.body) for each in stored]
    cursor.executemany(_INSERT, rows)


def known(read: Read, keys: Sequence[bytes]) -> Mapping[bytes, Stored]:
    """The outcomes that were given before, each with its events."""
    found: dict[bytes, Stored] = {}
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        for row in read(_KNOWN.format(keys=",".join("?" * len(some))), *some):
            _gather(found, row)
    return found


def refusals(read: Read, after: int, limit: int) -> Sequence[tuple[int, Stored]]:
    """Refused attempts in order, each with its place."""
    return [(row[0], Stored(*row[1:])) for row in read(REFUSALS, after, limit)]


def time_of(told: bytes | str | None) -> str:
    """The time in a stored event or in the words of an outcome; empty if there is none."""
    return json.loads(told)["time"] if told else ""


def _gather(found: dict[bytes, Stored], row: tuple[Any, ...]) -> None:
    """Take in one row: an outcome without events, or with its first, or its next one."""
    key, digest, position, count, body, event_id, kind, first = row
    if event_id is None:
        found[key] = Stored(key, digest, position, count, body)
        return
    event = (event_id, kind)
    if first is None:
        before = found[key]
        found[key] = Stored(
            key,
            digest,
            position,
            count,
            body,
            (*before.events, event),
            before.time,
            before.correlation_id,
        )
        return
    head = json.loads(first)
    found[key] = Stored(
        key, digest, position, count, body, (event,), head["time"], head["correlationid"]
    )
