"""Whether a command's cost grows with the log, or with the circuits at a location: orders and
deletions are timed on an empty log and a large one, at a location with few circuits and with many.
"""

import gc
from pathlib import Path
from random import Random
from time import perf_counter

from adapters.clocks import MessageClock
from adapters.door import Door
from adapters.engine.worker import Worker
from adapters.log import open_log
from adapters.speakers import everybody
from bench.world import NAMES, Sender, as_called, fill
from bench.year import START, built
from domain.decider.states import Terms

BATCH = 500
CUSTOMERS_FOR = 1000
"""The number of circuits for which the customers of one run have room."""


def filled(file: str, events: int, names: str) -> int:
    """Make a log of `events` events of other streams."""
    fill(Path(file), events, NAMES[names])
    return events


def settled(file: str, circuits: int) -> int:
    """Make a log with a location of `circuits` circuits."""
    sender = Sender(as_called, "/settling")
    worker = _worker(Path(file))
    _send(worker, [sender.location(), *sender.customers(circuits)])
    _send(worker, [sender.order(each, f"settled-{each:06}") for each in range(circuits)])
    return circuits


def timed(file: str, names: str, run: int, commands: int) -> float:
    """Microseconds for one command in a log; every run is a publisher with streams of its own.

    Orders and deletions alternate; the first batch, which loads everything, is not counted.
    """
    named = NAMES[names]
    sender = Sender(lambda name: named(f"run-{run}-{name}"), f"/run/{run}")
    worker = _worker(Path(file))
    _send(worker, [sender.location(), *sender.customers(CUSTOMERS_FOR)])
    lines = [
        line
        for each in range((commands + BATCH) // 2)
        for line in (
            sender.order(each % CUSTOMERS_FOR, f"c-{each:06}"),
            sender.delete(f"c-{each:06}"),
        )
    ]
    _send(worker, lines[:BATCH])
    gc.collect()
    gc.freeze()
    started = perf_counter()
    _send(worker, lines[BATCH:])
    return (perf_counter() - started) / commands * 1e6


def _worker(file: Path) -> Worker:
    built()
    log = open_log(f"sqlite:///{file}")
    return Worker(log, Terms(), MessageClock(START))


_door = Door(everybody(Terms().owner), Random(1).randbytes)


def _send(worker: Worker, lines: list[bytes]) -> None:
    for start in range(0, len(lines), BATCH):
        outcomes = worker.handle(_door.from_lines(lines[start : start + BATCH]), BATCH)
        refused = {each.refusal.code for each in outcomes if each.refusal}
        assert refused <= {"already-exists"}, refused
