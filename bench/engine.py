"""Commands per second into SQLite, durable, on the recorded year: ours, the library's way, the limit.

All three parse from bytes (the limit does not), run in one process each and write to a new file.
"""

import json
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from adapters.clocks import MessageClock
from adapters.log import open_log
from adapters.log.recorder import SETTINGS
from adapters.worker import Worker
from bench.library import Naive
from bench.year import START, Replayed, arrivals_of, recorded, verdict
from domain.decisions import Terms
from domain.outcomes import Outcome

BATCH = 500

EVENTS = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events"
OUTCOMES = "SELECT seq, key, digest, position, count, body FROM outcomes"


def ours(folder: str, file: str | None = None) -> float:
    """Seconds that our engine takes for the list. With `file`, the log is kept there, and where
    each batch ended beside it."""
    year = recorded(Path(folder))
    with TemporaryDirectory(dir=folder) as place:
        log = open_log(f"sqlite:///{file or Path(place, 'ours.db')}")
        worker = Worker(log, Terms(), MessageClock(START), Replayed(year.heard))
        outcomes: list[Outcome] = []
        ends: list[tuple[int, int]] = []
        started = perf_counter()
        for start in range(0, len(year.heard), BATCH):
            outcomes += worker.handle(arrivals_of(worker, year.heard[start : start + BATCH]), BATCH)
            if file:
                ends.append(log.mark()[:2])
        seconds = perf_counter() - started
        log.close()
    year.must_equal([verdict(each) for each in outcomes])
    if file:
        Path(folder, "ends").write_text(json.dumps(ends))
    return seconds


def library(folder: str, file: str | None = None) -> float:
    """Seconds that the library's own way takes for the same list."""
    year = recorded(Path(folder))
    with TemporaryDirectory(dir=folder) as place:
        naive = Naive(Path(file or Path(place, "library.db")), MessageClock(START))
        answer = naive.answer
        started = perf_counter()
        verdicts = [answer(each) for each in year.heard]
        seconds = perf_counter() - started
        naive.close()
    year.must_equal(verdicts)
    return seconds


def bare(folder: str, file: str) -> float:
    """Seconds for inserting the rows that our engine wrote to `file`, in the same batches."""
    batches = _rows_of(Path(file), json.loads(Path(folder, "ends").read_text()))
    with TemporaryDirectory(dir=folder) as place:
        new = Path(place, "bare.db")
        open_log(f"sqlite:///{new}").close()
        connection = sqlite3.connect(new, isolation_level=None)
        for setting in SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        started = perf_counter()
        for events, outcomes in batches:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(f"INSERT INTO stored_events ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)", events)
            connection.executemany("INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?)", outcomes)
            connection.execute("COMMIT")
        seconds = perf_counter() - started
        connection.close()
    return seconds


_COLUMNS = "rowid, originator_id, originator_version, topic, state"


def _rows_of(file: Path, ends: list[tuple[int, int]]) -> list[tuple[list[Any], list[Any]]]:
    connection = sqlite3.connect(file)
    events = connection.execute(f"{EVENTS} ORDER BY rowid").fetchall()
    outcomes = connection.execute(f"{OUTCOMES} ORDER BY seq").fetchall()
    connection.close()
    batches: list[tuple[list[Any], list[Any]]] = []
    before = 0, 0
    for end in ends:
        batches.append((events[before[0] : end[0]], outcomes[before[1] : end[1]]))
        before = end
    return batches
