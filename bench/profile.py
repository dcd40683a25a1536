"""`python -m bench.profile [STAGE]`: where a command's time goes in our engine, on the year.

Each stage is timed in a run of its own, over the whole list, in processor time and as a share of
the whole; the cost of timing is taken off. `calls` shows the functions that are called most often
per command, and how often.
"""

import cProfile
import gc
import pstats
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import adapters.door
import domain.engine.decide
from adapters.clocks import MessageClock
from adapters.door import Door
from adapters.engine.worker import Worker
from adapters.log import open_log
from adapters.log.sqlite import SqliteAppend, SqliteLog
from adapters.speakers import everybody
from bench.record import record
from bench.year import FULL, START, Heard, Replayed, Year, arrivals_of, built
from domain.decider.states import Terms
from domain.engine.batch import Present
from domain.words import reading

BATCH = 500
ROUNDS = 3

STAGES: tuple[tuple[str, Any, str], ...] = (
    ("parse: envelope", adapters.door, "plain_line"),
    ("parse: data, digest", adapters.door, "command_in"),
    ("  of which digest", reading, "digest_of"),
    ("lookups: seen ids", SqliteLog, "known"),
    ("lookups: states, all", Present, "see"),
    ("  of which loaded", SqliteLog, "load_all"),
    ("decide", vars(domain.engine.decide)["_Batch"], "_judged"),
    ("  of which: which streams", domain.engine.decide, "reads"),
    ("  of which rights and rules", domain.engine.decide, "judge"),
    ("fold, check and encode events", vars(domain.engine.decide)["_Batch"], "_worked_out"),
    ("  of which heads", domain.engine.decide, "head_of"),
    ("  of which encoding", domain.engine.decide, "encoded"),
    ("append: rows", SqliteAppend, "insert"),
)
"""The functions that are timed, and where the engine finds them."""


def main(stage: str = "stages") -> None:
    """Record the year, then profile its list."""
    with TemporaryDirectory(prefix="tieline-profile-") as folder:
        year = record(Path(folder), FULL)
        built()
        if stage == "calls":
            _print_calls(year, folder)
        else:
            _print_stages(year, folder)


def _print_stages(year: Year, folder: str) -> None:
    whole = min(_run(year, folder) for _ in range(ROUNDS))
    _print("a command, all in all", whole, whole)
    for label, owner, name in STAGES:
        spent = min(_spent(year, folder, owner, name) for _ in range(ROUNDS))
        _print(label, spent, whole)


def _print(label: str, microseconds: float, whole: float) -> None:
    print(f"{label:32} {microseconds:7.2f} µs {microseconds / whole:6.1%}", flush=True)


def _print_calls(year: Year, folder: str) -> None:
    profile = cProfile.Profile()
    profile.enable()
    _run(year, folder)
    profile.disable()
    stats: dict[Any, tuple[int, int, float, float, Any]] = vars(pstats.Stats(profile))["stats"]
    commands = len(year.heard)
    print(f"{sum(each[1] for each in stats.values()) / commands:8.1f} calls a command")
    often = sorted(stats.items(), key=lambda each: -each[1][1])
    for (file, line, name), (_, calls, own, _, _) in often[:60]:
        where = "/".join(Path(file).parts[-2:])
        print(f"{calls / commands:8.2f}  {own / commands * 1e6:6.2f} µs  {where}:{line} {name}")


def _run(year: Year, folder: str) -> float:
    """Microseconds of processor time for one command of the list."""
    with TemporaryDirectory(dir=folder) as place, _quiet():
        log = open_log(f"sqlite:///{Path(place, 'profiled.db')}")
        worker = Worker(log, Terms(), MessageClock(START))
        door = Door(everybody(Terms().owner), Replayed(year.heard))
        started = process_time()
        for some in _batches(year.heard):
            worker.handle(arrivals_of(door, some), BATCH)
        seconds = process_time() - started
        log.close()
    return seconds / len(year.heard) * 1e6


def _batches(heard: Any) -> Iterator[list[Heard]]:
    for start in range(0, len(heard), BATCH):
        yield heard[start : start + BATCH]


def _spent(year: Year, folder: str, owner: Any, name: str) -> float:
    """Microseconds that a command spends in one function, less the cost of timing it."""
    spent, calls = 0.0, 0
    plain: Callable[..., Any] = getattr(owner, name)

    def timed(*arguments: Any, **options: Any) -> Any:
        nonlocal spent, calls
        calls += 1
        started = process_time()
        try:
            return plain(*arguments, **options)
        finally:
            spent += process_time() - started

    setattr(owner, name, timed)
    try:
        _run(year, folder)
    finally:
        setattr(owner, name, plain)
    return (spent - calls * _cost_of_timing()) / len(year.heard) * 1e6


def _cost_of_timing(times: int = 100_000) -> float:
    """Seconds between two readings of the clock, which a function of no cost would show."""
    spent = 0.0
    for _ in range(times):
        started = process_time()
        spent += process_time() - started
    return spent / times


@contextmanager
def _quiet() -> Generator[None]:
    """Without the garbage collector, which would run at any point."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


if __name__ == "__main__":
    main(*sys.argv[1:2])
