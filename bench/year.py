"""The list on which both engines are timed: every command decided in a generated year, including
the network's and the process's, in the order of their decisions, each with its entropy.
"""

import gc
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from adapters.collecting import collect_rarely
from adapters.door import Door
from adapters.keys.sealing import sealed, symmetric
from domain.catalogue import EVENTS, INSIDE_COMMANDS
from domain.decider.states import Terms
from domain.engine.batch import Arrival
from domain.engine.outcomes import Outcome
from domain.words.data import model_of
from domain.words.messages import Attributes, load
from domain.words.sealed import Sealed
from domain.words.secret import Secret

START = "2026-01-01T00:00:00.000000Z"
Size = Mapping[str, Any]
"""What a year is generated with (demo.year.weeks)."""

FULL: Size = {"customers": 200, "circuits": 1500, "networks": False}
SMALL: Size = {"customers": 4, "circuits": 20, "networks": False}

_KEY = symmetric(bytes(32))


def one_key(customer_id: str, field: str, secret: Secret, entropy: bytes) -> Sealed:
    """Seals under one key for all customers: a year gives the same bytes whenever it is run."""
    return sealed(customer_id, field, secret, entropy, _KEY)


TERMS = Terms(seal=one_key)


class Heard(NamedTuple):
    """A message as it came: its bytes, whether a part of the engine sent it, its 128 bits."""

    line: bytes
    inside: bool
    entropy: bytes


def outside(line: bytes) -> Heard:
    """A message from outside that needs no entropy for secrets."""
    return Heard(line, inside=False, entropy=bytes(16))


@dataclass(frozen=True)
class Year:
    """A recorded year: the list, and the verdict on each command."""

    heard: Sequence[Heard]
    verdicts: Sequence[str]

    @property
    def refused_share(self) -> float:
        return sum("." not in each for each in self.verdicts if each) / len(self.verdicts)

    def must_equal(self, verdicts: Sequence[str]) -> None:
        """Raises AssertionError at the first command that another engine answered differently."""
        assert len(verdicts) == len(self.verdicts), (len(verdicts), len(self.verdicts))
        for heard, mine, other in zip(self.heard, self.verdicts, verdicts, strict=True):
            assert mine == other, f"{heard.line.decode()}\n{mine!r} became {other!r}"


def verdict(outcome: Outcome) -> str:
    """What two engines must agree on in an outcome: the event types, or the refusal code."""
    assert outcome.parked is None, outcome.parked
    if outcome.refusal:
        return outcome.refusal.code
    return " ".join(kind for _, kind in outcome.events)


def line_of(message: Any) -> bytes:
    """A message as one compact line."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def recorded(folder: Path) -> Year:
    """The year that `record` kept."""
    heard: list[Heard] = []
    for each in (folder / "heard").read_bytes().splitlines():
        inside, entropy, line = each.split(b" ", 2)
        heard.append(Heard(line, inside == b"1", bytes.fromhex(entropy.decode())))
    return Year(heard, (folder / "verdicts").read_text().splitlines())


def built() -> None:
    """Build every model now; otherwise each is built when it is first used."""
    for model in (Attributes, *INSIDE_COMMANDS.values(), *map(model_of, EVENTS.values())):
        model.model_rebuild()


def ready() -> None:
    """Finish everything that exists before the clock starts, garbage collection included, which is
    then as rare as in `tieline`.
    """
    built()
    collect_rarely()
    gc.collect()
    gc.freeze()


class Replayed:
    """Entropy that repeats the bits of a list."""

    def __init__(self, heard: Sequence[Heard]) -> None:
        self._bits = iter([each.entropy for each in heard])

    def __call__(self, size: int) -> bytes:
        bits = next(self._bits)
        assert len(bits) == size
        return bits


def arrivals_of(door: Door, heard: Sequence[Heard]) -> list[Arrival]:
    """Messages read from their bytes, as they come through the door."""
    arrivals: list[Arrival] = []
    for inside, some in groupby(heard, lambda each: each.inside):
        lines = [each.line for each in some]
        if inside:
            messages: list[Any] = [load(line) for line in lines]
            arrivals += door.from_own_parts(messages)
        else:
            arrivals += door.from_lines(lines)
    return arrivals
