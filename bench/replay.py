"""Replaying a log: stored events decoded and folded, beside the library's notification log."""

import sqlite3
from pathlib import Path
from time import perf_counter
from typing import Any

from adapters.clocks import MessageClock
from adapters.log import open_log
from bench.library import Naive
from bench.year import START, built
from domain.catalogue import NOUNS

PAGE = 5000


def ours(file: str) -> float:
    """Events per second, decoded into typed events and folded into every stream's state."""
    built()
    log = open_log(f"sqlite:///{file}")
    log.feed(0, 100)
    states: dict[str, Any] = {}
    nouns = {name: (noun.evolve, noun.initial) for name, noun in NOUNS.items()}
    position = 0
    started = perf_counter()
    while page := log.feed(position, PAGE):
        for recorded in page:
            stream = recorded.stream
            noun, _, id = stream.partition("/")
            evolve, initial = nouns[noun]
            state = states.get(stream, initial)
            states[stream] = evolve(state, recorded.event, recorded.time, id)
        position = page[-1].position
    return position / (perf_counter() - started)


def library(file: str) -> float:
    """Events per second through the library's notification log into its events, not folded."""
    naive = Naive(Path(file), MessageClock(START))
    log, event_of = naive.notification_log, naive.mapper.to_domain_event
    count = 0
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
