"""The list that both engines are timed on: every command decided in a generated year, the network's
and the process's too, in the order in which they were decided, each with its entropy.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import Engine, create_engine

from adapters.clocks import MessageClock
from adapters.demo.year import weeks
from adapters.embedded import Embedded
from adapters.log import open_log
from adapters.reactors.memory import Memory
from adapters.reactors.network import SimulatedNetwork
from adapters.reactors.process import BandwidthChangeProcess
from adapters.worker import Worker
from domain.catalogue import EVENTS, INSIDE_COMMANDS
from domain.decisions import Terms
from domain.engine import Arrival
from domain.messages import Attributes, load
from domain.outcomes import Outcome

START = "2026-01-01T00:00:00.000000Z"
FULL = {"customers": 200, "circuits": 1500}
SMALL = {"customers": 6, "circuits": 40}


class Heard(NamedTuple):
    """A message as it came: its bytes, whether a part of the engine sent it, its 128 bits."""

    line: bytes
    inside: bool
    entropy: bytes


def outside(line: bytes) -> Heard:
    """A message from outside, to an engine that is not asked for secrets."""
    return Heard(line, inside=False, entropy=bytes(16))


@dataclass(frozen=True)
class Year:
    """A recorded year: the list, and what became of each command."""

    heard: Sequence[Heard]
    verdicts: Sequence[str]

    @property
    def refused_share(self) -> float:
        return sum("." not in each for each in self.verdicts if each) / len(self.verdicts)

    def must_equal(self, verdicts: Sequence[str]) -> None:
        """Raises AssertionError at the first command that another engine answered otherwise."""
        assert len(verdicts) == len(self.verdicts), (len(verdicts), len(self.verdicts))
        for heard, mine, other in zip(self.heard, self.verdicts, verdicts, strict=True):
            assert mine == other, f"{heard.line.decode()}\n{mine!r} became {other!r}"


def verdict(outcome: Outcome) -> str:
    """What counts of an outcome when two engines are compared: the event types, or the code."""
    assert outcome.parked is None, outcome.parked
    if outcome.refusal:
        return outcome.refusal.code
    return " ".join(kind for _, kind in outcome.events)


class _Listening(Worker):
    """A worker that keeps whatever it reads."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.heard: list[Heard] = []
        self.outcomes: list[Outcome] = []

    def read_lines(self, lines: Sequence[str | bytes]) -> list[Arrival]:
        arrivals = super().read_lines(lines)
        written = [line.encode() if isinstance(line, str) else line for line in lines]
        self._hear(written, arrivals)
        return arrivals

    def read_inside(self, messages: Sequence[dict[str, Any]]) -> list[Arrival]:
        arrivals = super().read_inside(messages)
        self._hear([line_of(each) for each in messages], arrivals)
        return arrivals

    def handle(self, arrivals: Sequence[Arrival], batch: int = 500) -> list[Outcome]:
        outcomes = super().handle(arrivals, batch)
        self.outcomes.extend(outcomes)
        return outcomes

    def _hear(self, lines: Sequence[bytes], arrivals: Sequence[Arrival]) -> None:
        for line, arrival in zip(lines, arrivals, strict=True):
            self.heard.append(Heard(line, arrival.inside, arrival.entropy))


def line_of(message: Any) -> bytes:
    """A message as one compact line."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def record(folder: Path, size: dict[str, int]) -> Year:
    """Run a year once, week by week to rest, and keep all that was decided in a folder."""
    log = open_log(f"sqlite:///{folder / 'first.db'}")
    worker = _Listening(log, Terms(), MessageClock(START), Random(1).randbytes)
    parts = Embedded(worker, reactors_of(worker, create_engine("sqlite://")), lambda: None)
    for week in weeks(**size):
        parts.submit([line_of(command) for command in week])
        parts.settle()
    year = Year(worker.heard, [verdict(each) for each in worker.outcomes])
    _write(folder, year)
    return year


def reactors_of(worker: Worker, engine: Engine) -> list[Any]:
    """The process and the network, what they remember being kept in a database."""
    process = BandwidthChangeProcess(Memory(engine, "process"))
    return [process, SimulatedNetwork(worker.state, Memory(engine, "network"))]


def _write(folder: Path, year: Year) -> None:
    lines = [b"%d %s %s\n" % (h.inside, h.entropy.hex().encode(), h.line) for h in year.heard]
    (folder / "heard").write_bytes(b"".join(lines))
    (folder / "verdicts").write_text("".join(f"{each}\n" for each in year.verdicts))


def recorded(folder: Path) -> Year:
    """The year that `record` kept."""
    heard: list[Heard] = []
    for each in (folder / "heard").read_bytes().splitlines():
        inside, entropy, line = each.split(b" ", 2)
        heard.append(Heard(line, inside == b"1", bytes.fromhex(entropy.decode())))
    return Year(heard, (folder / "verdicts").read_text().splitlines())


def built() -> None:
    """Have every model built now; else each is when it is first used."""
    for model in (Attributes, *INSIDE_COMMANDS.values(), *EVENTS.values()):
        model.model_rebuild()


class Replayed:
    """Entropy that repeats a list's."""

    def __init__(self, heard: Sequence[Heard]) -> None:
        self._bits = iter([each.entropy for each in heard])

    def __call__(self, size: int) -> bytes:
        bits = next(self._bits)
        assert len(bits) == size
        return bits


def arrivals_of(worker: Worker, heard: Sequence[Heard]) -> list[Arrival]:
    """Messages read from their bytes, as the worker reads them."""
    arrivals: list[Arrival] = []
    for inside, some in groupby(heard, lambda each: each.inside):
        lines = [each.line for each in some]
        if inside:
            messages: list[Any] = [load(line) for line in lines]
            arrivals += worker.read_inside(messages)
        else:
            arrivals += worker.read_lines(lines)
    return arrivals
