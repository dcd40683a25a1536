"""A life of a cell, drawn from all commands of the contract; who draws looks at what there is."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import orjson

from adapters.engine.embedded import Embedded
from domain.engine.records import Recorded
from domain.words.values import format_time
from simulation.chance import Chance
from simulation.drawing import beginnings, commands
from simulation.drawing.known import Asked, Known
from tests.laws.parts import START, a_cell, everything

SEED: Final = 3
COUNT: Final = 450
_CAPACITY: Final = 4000
_SETTLED_EVERY: Final = 7


@cache
def lived(seed: int = SEED, count: int = COUNT) -> Sequence[Recorded]:
    """The events of a life."""
    return _lived(seed, count)[0]


@cache
def asked(seed: int = SEED, count: int = COUNT) -> Sequence[Sequence[str]]:
    """The commands of the same life as lines, in the parts after which the cell came to rest."""
    return _lived(seed, count)[1]


@cache
def _lived(seed: int, count: int) -> tuple[Sequence[Recorded], Sequence[Sequence[str]]]:
    with TemporaryDirectory() as folder, a_cell(Path(folder)) as cell:
        lines: list[list[str]] = [[]]
        for number, each in enumerate(_drawn(cell, Chance(seed, "lived"), count)):
            lines[-1].append(_line(number, each))
            cell.submit(lines[-1][-1:])
            if number % _SETTLED_EVERY == 0:
                cell.settle()
                lines.append([])
        cell.settle()
        return everything(cell.worker.log), lines


def _drawn(cell: Embedded, chance: Chance, count: int) -> Iterator[Asked]:
    hours = 0

    def later(by: timedelta) -> str:
        """An hour passes with each observation; by the clock, none is ahead of its time."""
        nonlocal hours
        hours += 1
        return format_time(_BEFORE + timedelta(hours=hours) + by)

    known = Known(chance, later, cell.worker.state)
    first = (beginnings.parties(_CAPACITY), beginnings.estates(known), beginnings.lines(known))
    yield from chain(*first)
    every = list(commands.EVERY.values())
    for _ in range(count):
        yield chance.weighted(every)(known)


_BEFORE: Final = datetime.fromisoformat(START) - timedelta(days=3650)


def _line(number: int, asked: Asked) -> str:
    message = {
        "specversion": "1.0",
        "id": f"l-{number}",
        "source": "/lived",
        "type": f"tieline.command.{asked.verb}.v1",
        "subject": asked.subject,
        "data": asked.data,
    }
    return orjson.dumps(message).decode()
