"""Replaying a log: stored events decoded and folded, beside the library's notification log."""

import sqlite3
from pathlib import Path
from time import perf_counter
from typing import Any

from adapters.clocks import MessageClock
from adapters.collecting import without_collection
from adapters.log import open_log
from bench.library import Naive
from bench.year import START, ready
from domain.engine.log import Log
from domain.engine.records import fold

PAGE = 1000
"""As many events as the library returns at once."""


def ours(file: str) -> float:
    """Events per second, decoded into typed events and folded into every stream's state."""
    log = open_log(f"sqlite:///{file}")
    log.feed(0, 100)
    states: dict[str, Any] = {}
    position = 0
    ready()
    started = perf_counter()
    while after := _folded_page(log, states, position):
        position = after
    return position / (perf_counter() - started)


@without_collection()
def _folded_page(log: Log, states: dict[str, Any], position: int) -> int:
    """Fold a page as the log folds a stream (`Log.load`); returns its end, 0 if it is empty."""
    page = log.feed(position, PAGE)
    fold(states, page)
    return page[-1].position if page else 0


def library(file: str) -> float:
    """Events per second through the library's notification log into its events, not folded."""
    naive = Naive(Path(file), MessageClock(START))
    log, event_of = naive.notification_log, naive.mapper.to_domain_event
    count = 0
    ready()
    started = perf_counter()
    next_id: str | None = f"1,{PAGE}"
    while next_id:
        section = log[next_id]
        count += len([event_of(each) for each in section.items])
        next_id = section.next_id
    per_second = count / (perf_counter() - started)
    naive.close()
    return per_second


def scan(file: str) -> float:
    """Events per second read by a bare scan that decodes nothing: the limit."""
    connection = sqlite3.connect(file)
    query = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events"
    started = perf_counter()
    rows = connection.execute(f"{query} ORDER BY rowid").fetchall()
    per_second = len(rows) / (perf_counter() - started)
    connection.close()
    return per_second
