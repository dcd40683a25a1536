"""From a command to the row that shows it: one command is sent and settles, with all views, and its
row is read; again and again, in a log that holds a year.
"""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from eventsourcing.persistence import Tracking

from adapters.clocks import MessageClock
from adapters.door import Door
from adapters.engine.embedded import Embedded
from adapters.engine.worker import Worker
from adapters.log import open_log
from adapters.log.recorder import WRITING
from adapters.speakers import everybody
from bench.library import Naive
from bench.record import reactors_of
from bench.views import trail_in
from bench.world import Sender, as_called
from bench.year import START, built, outside
from domain.decider.states import Terms
from projections import circuits
from projections.database import opened, reading
from projections.feed import LogFeed
from projections.runner import Runner
from projections.views import VIEWS

LOCATION = "visible"
UNCOUNTED = 5


def ours(folder: str, file: str, commands: int) -> list[float]:
    """Milliseconds for each command, until its circuit is shown as provisioned. By then the
    simulated network has answered twice.
    """
    with TemporaryDirectory(dir=folder) as place:
        database = f"sqlite:///{shutil.copy(file, place)}"
        log, engine = open_log(database), opened(database)
        worker = Worker(log, Terms(), MessageClock(START))
        door = Door(everybody(Terms().owner), Random(1).randbytes)
        runner = Runner(engine, LogFeed(log), VIEWS)

        def catch_up() -> None:
            runner.catch_up()

        parts = Embedded(worker, door, reactors_of(worker, engine), catch_up)

        def seen(line: bytes, name: str) -> bool:
            parts.submit([line])
            parts.settle()
            with reading(engine) as live:
                row = circuits.show(live, name)
            return row is not None and row["provider_state"] == "provisioned"

        def prepare(lines: list[bytes]) -> None:
            parts.submit(lines)
            parts.settle()

        times = _timed(prepare, commands, seen)
        log.close()
        engine.dispose()
    return times


def library(folder: str, file: str, commands: int) -> list[float]:
    """The library's way: commands are saved, and one view of its own follows, one transaction per
    event. No network answers and no process reacts, which favours it.
    """
    with TemporaryDirectory(dir=folder) as place:
        naive = Naive(Path(shutil.copy(file, place)), MessageClock(START))
        view = trail_in(Path(place, "view.db"), "FULL")
        position = naive.recorder.max_notification_id() or 0

        def seen(line: bytes, _: str) -> bool:
            nonlocal position
            naive.answer(outside(line))
            for each in naive.recorder.select_notifications(position + 1, 1000):
                event: Any = naive.mapper.to_domain_event(each)
                view.add(event, Tracking("naive", each.id))
                position = each.id
            with view.datastore.transaction(commit=False) as cursor:
                cursor.execute("SELECT * FROM trail WHERE position = ?", (position,))
                return cursor.fetchone() is not None

        times = _timed(lambda lines: [seen(each, "") for each in lines], commands, seen)
        view.datastore.close()
        naive.close()
    return times


def bare(folder: str, commands: int) -> list[float]:
    """The limit: one durable insert, one upsert in another transaction, one select."""
    with TemporaryDirectory(dir=folder) as place:
        connection = sqlite3.connect(Path(place, "bare.db"), isolation_level=None)
        for setting in WRITING:
            connection.execute(f"PRAGMA {setting}")
        connection.execute("CREATE TABLE log (at INTEGER PRIMARY KEY, line BLOB)")
        connection.execute("CREATE TABLE view (name TEXT PRIMARY KEY, line BLOB)")

        def seen(line: bytes, name: str) -> bool:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("INSERT INTO log (line) VALUES (?)", (line,))
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("INSERT OR REPLACE INTO view VALUES (?, ?)", (name, line))
            found = connection.execute("SELECT line FROM view WHERE name = ?", (name,))
            return found.fetchone() == (line,)

        times = _timed(lambda _: None, commands, seen)
        connection.close()
    return times


def _timed(
    prepare: Callable[[list[bytes]], object], commands: int, seen: Callable[[bytes, str], bool]
) -> list[float]:
    """Milliseconds for each order; a few orders before them are not counted."""
    built()
    sender = Sender(as_called, "/visible")
    prepare([sender.location(LOCATION), *sender.customers(commands + UNCOUNTED)])
    times: list[float] = []
    for number in range(commands + UNCOUNTED):
        name = f"visible-{number:06}"
        line = sender.order(number, name, LOCATION)
        started = perf_counter()
        shown = seen(line, name)
        times.append((perf_counter() - started) * 1000)
        assert shown, name
    return times[UNCOUNTED:]
