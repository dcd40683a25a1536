"""Effective routes as of a moment long ago, in a log that has gone on since: beside them the naive
way, which folds all that was recorded up to the moment.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any

from adapters.log import open_log
from bench.routed import CIRCUITS, NETWORK, SUBNET, a_network, advertised
from bench.world import fill
from domain.decider.decisions import Written
from domain.engine.records import encoded, fold, head_of
from domain.routing.surroundings import Surroundings
from domain.routing.table import effective_routes
from domain.words.content import pair_of
from domain.words.messages import Command
from projections.questions import Asked, routes

BEFORE, THEN, SINCE = (f"2026-01-01T0{hour}:00:00.000000Z" for hour in (0, 1, 2))
PAGE = 1000


def made(file: str, events: int, routes: int) -> int:
    """Make a log: as many events of others, the network, as many events again, then what has become
    of the network since: so the moment is neither its first nor its last.
    """
    fill(Path(file), events, lambda name: f"early-{name}", BEFORE)
    versions = Counter[str]()
    _write(file, [*a_network(), *advertised(routes)], THEN, versions)
    fill(Path(file), events, lambda name: f"late-{name}", SINCE)
    _write(file, advertised(routes, seed=2), SINCE, versions)
    return routes


def ours(file: str) -> list[float]:
    """Milliseconds for the first question of a process, and how many routes it answers."""
    with closing(open_log(f"sqlite:///{file}")) as log:
        started = perf_counter()
        rows = routes(log, Asked(NETWORK, SUBNET, THEN))
        return [(perf_counter() - started) * 1000, len(rows)]


def naive(file: str) -> list[float]:
    """The same, from everything in the log up to the moment."""
    with closing(open_log(f"sqlite:///{file}")) as log:
        started = perf_counter()
        states: dict[str, Any] = {}
        position = 0
        while page := [each for each in log.feed(position, PAGE) if each.time <= THEN]:
            fold(states, page)
            position = page[-1].position
        circuits = {id: states[f"circuit/{id}"] for id in CIRCUITS}
        around = Surroundings(states[f"network/{NETWORK}"], {}, circuits)
        rows = effective_routes(around, SUBNET).rows
        return [(perf_counter() - started) * 1000, len(rows)]


def _write(file: str, events: Iterable[Written], time: str, versions: Counter[str]) -> None:
    """Write events of the network at the end of a log."""
    rows: list[tuple[str, int, str, bytes]] = []
    for stream, event in events:
        versions[stream] += 1
        pair = pair_of("/network", f"{stream}/{versions[stream]}")
        command = Command(pair, "", "", "user:owner", event, b"", correlation_id=pair.id)
        state = encoded(head_of(command, time), event)
        rows.append((stream, versions[stream], event.kind, state))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
            "VALUES (?, ?, ?, ?)",
            rows,
        )
