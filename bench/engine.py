"""The recorded year into SQLite, durable: by our engine, the library's way, and as a bare insert.

Each runs in a process of its own and writes to a new file. The figures leave out what happens once
per process (models are built when they are first used) and reading the list itself.
"""

import json
import resource
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from adapters.clocks import MessageClock
from adapters.door import Door
from adapters.engine.worker import Worker
from adapters.log import open_log
from adapters.log.recorder import WRITING
from adapters.speakers import everybody
from bench.library import Naive
from bench.startup import peak
from bench.year import START, TERMS, Replayed, arrivals_of, ready, recorded, verdict

BATCH = 500

_EVENTS = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events"
_OUTCOMES = "SELECT seq, key, digest, position, count, body FROM outcomes"
_INSERT_EVENTS = (
    "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) "
    "VALUES (?, ?, ?, ?, ?)"
)
_INSERT_OUTCOMES = "INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?)"


def ours(folder: str, file: str | None = None) -> float:
    """Seconds that our engine takes for the list. With `file`, the log is kept there, and the end
    of each batch in a file beside it.
    """
    year = recorded(Path(folder))
    verdicts: list[str] = []
    ends: list[tuple[int, int]] = []
    seconds = 0.0
    with TemporaryDirectory(dir=folder) as place:
        log = open_log(f"sqlite:///{file or Path(place, 'ours.db')}")
        worker = Worker(log, TERMS, MessageClock(START))
        door = Door(everybody(TERMS.owner), Replayed(year.heard))
        ready()
        for start in range(0, len(year.heard), BATCH):
            heard = year.heard[start : start + BATCH]
            started = perf_counter()
            outcomes = worker.handle(arrivals_of(door, heard), BATCH)
            seconds += perf_counter() - started
            verdicts += map(verdict, outcomes)
            if file:
                mark = log.mark()
                ends.append((mark.position, mark.outcome))
        log.close()
    year.must_equal(verdicts)
    if file:
        Path(folder, "ends").write_text(json.dumps(ends))
    return seconds


def library(folder: str, file: str | None = None) -> float:
    """Seconds that the library's Application takes for the same list."""
    year = recorded(Path(folder))
    with TemporaryDirectory(dir=folder) as place:
        naive = Naive(Path(file or Path(place, "library.db")), MessageClock(START))
        answer = naive.answer
        ready()
        started = perf_counter()
        verdicts = [answer(each) for each in year.heard]
        seconds = perf_counter() - started
        naive.close()
    year.must_equal(verdicts)
    return seconds


def library_peak(folder: str) -> float:
    """Megabytes at the peak while the library takes the list."""
    library(folder)
    return peak(resource.RUSAGE_SELF)


def bare(folder: str, file: str) -> float:
    """Seconds for inserting the rows that our engine wrote to `file`, in the same batches."""
    batches = _rows_of(Path(file), json.loads(Path(folder, "ends").read_text()))
    with TemporaryDirectory(dir=folder) as place:
        new = Path(place, "bare.db")
        open_log(f"sqlite:///{new}").close()
        connection = sqlite3.connect(new, isolation_level=None)
        for setting in WRITING:
            connection.execute(f"PRAGMA {setting}")
        ready()
        started = perf_counter()
        for events, outcomes in batches:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_INSERT_EVENTS, events)
            connection.executemany(_INSERT_OUTCOMES, outcomes)
            connection.execute("COMMIT")
        seconds = perf_counter() - started
        connection.close()
    return seconds


def _rows_of(file: Path, ends: list[tuple[int, int]]) -> list[tuple[list[Any], list[Any]]]:
    connection = sqlite3.connect(file)
    events = connection.execute(f"{_EVENTS} ORDER BY rowid").fetchall()
    outcomes = connection.execute(f"{_OUTCOMES} ORDER BY seq").fetchall()
    connection.close()
    batches: list[tuple[list[Any], list[Any]]] = []
    before = 0, 0
    for end in ends:
        batches.append((events[before[0] : end[0]], outcomes[before[1] : end[1]]))
        before = end
    return batches
