"""Recording the list: a generated year is run once with seeded entropy, each week until it has
settled, and every command decided meanwhile is kept in order.
"""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine, create_engine

from adapters.clocks import MessageClock
from adapters.door import Door, Entropy
from adapters.engine.embedded import Embedded
from adapters.engine.worker import Worker
from adapters.log import open_log
from adapters.reactors.alarms import AlarmProcess
from adapters.reactors.memory import Memory
from adapters.reactors.network import SimulatedNetwork
from adapters.reactors.process import BandwidthChangeProcess
from adapters.speakers import Speakers, everybody
from bench.year import START, TERMS, Heard, Size, Year, line_of, verdict
from demo.year import weeks
from domain.decider.states import Terms
from domain.engine.batch import Arrival, Clock
from domain.engine.log import Log
from domain.engine.outcomes import Outcome


def record(folder: Path, size: Size) -> Year:
    """Run a year once, settling each week, and keep every decided command in a folder."""
    log = open_log(f"sqlite:///{folder / 'first.db'}")
    worker = Telling(log, MessageClock(START))
    door = ListeningDoor(everybody(Terms().owner), Random(1).randbytes)
    reactors = reactors_of(worker, create_engine("sqlite://"), alarms=size["networks"])
    parts = Embedded(worker, door, reactors, lambda: None)
    for week in weeks(**size):
        parts.submit([line_of(command) for command in week])
        parts.settle()
    year = Year(door.heard, [verdict(each) for each in worker.outcomes])
    _write(folder, year)
    return year


def reactors_of(worker: Worker, engine: Engine, *, alarms: bool = False) -> list[Any]:
    """The processes and the network, which keep their memory in a database; that of alarms only
    where it is asked for.
    """
    process = BandwidthChangeProcess(Memory(engine, "process"))
    watching = [AlarmProcess(Memory(engine, "alarms"), worker.log.events)] if alarms else []
    return [process, *watching, SimulatedNetwork(worker.look, Memory(engine, "network"))]


def _write(folder: Path, year: Year) -> None:
    lines = [b"%d %s %s\n" % (h.inside, h.entropy.hex().encode(), h.line) for h in year.heard]
    (folder / "heard").write_bytes(b"".join(lines))
    (folder / "verdicts").write_text("".join(f"{each}\n" for each in year.verdicts))


class ListeningDoor(Door):
    """A door that keeps every message that comes through it."""

    def __init__(self, speakers: Speakers, entropy: Entropy, *, seed: str | None = None) -> None:
        super().__init__(speakers, entropy, seed=seed)
        self.heard: list[Heard] = []

    def from_lines(self, lines: Sequence[str | bytes]) -> list[Arrival]:
        arrivals = super().from_lines(lines)
        written = [line.encode() if isinstance(line, str) else line for line in lines]
        self._hear(written, arrivals)
        return arrivals

    def from_own_parts(self, messages: Sequence[dict[str, Any]]) -> list[Arrival]:
        arrivals = super().from_own_parts(messages)
        self._hear([line_of(each) for each in messages], arrivals)
        return arrivals

    def _hear(self, lines: Sequence[bytes], arrivals: Sequence[Arrival]) -> None:
        for line, arrival in zip(lines, arrivals, strict=True):
            self.heard.append(Heard(line, arrival.inside, arrival.entropy))


class Telling(Worker):
    """A worker that keeps every outcome that it gives."""

    def __init__(self, log: Log, clock: Clock) -> None:
        super().__init__(log, TERMS, clock)
        self.outcomes: list[Outcome] = []

    def handle(self, arrivals: Sequence[Arrival], batch: int = 500) -> list[Outcome]:
        outcomes = super().handle(arrivals, batch)
        self.outcomes.extend(outcomes)
        return outcomes
