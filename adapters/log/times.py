"""Times within a batch: recorded time never runs backwards, whoever wrote in between.

Stored events and the bodies of outcomes begin with their time, in one width
(domain/engine/records.py), so that a time can be replaced without reading the rest.
"""

from typing import Final

from msgspec.structs import replace

from domain.engine.log import Insertion

_BEGIN: Final = '{"time":"'
_TIME: Final = slice(len(_BEGIN), len(_BEGIN) + len("2026-01-05T09:00:00.000000Z"))


def first_time(insertion: Insertion) -> str:
    """The earliest recorded time in a batch. Without one, a time before every other, so that
    whoever appended the batch learns the time of what others wrote.
    """
    times = [row.state[_TIME].decode() for row in insertion.rows[:1]]
    times += [body[_TIME] for body in _bodies(insertion)[:1]]
    return min(times, default="")


def not_before(time: str, insertion: Insertion) -> Insertion:
    """The batch with each earlier time replaced, and without snapshots, which may hold one."""
    rows = [
        replace(row, state=_raised(row.state.decode(), time).encode()) for row in insertion.rows
    ]
    outcomes = [
        replace(each, body=each.body and _raised(each.body, time)) for each in insertion.outcomes
    ]
    return replace(insertion, rows=rows, outcomes=outcomes, snapshots=())


def _bodies(insertion: Insertion) -> list[str]:
    return [each.body for each in insertion.outcomes if each.body is not None]


def _raised(text: str, time: str) -> str:
    if text[_TIME] >= time:
        return text
    return f"{_BEGIN}{time}{text[_TIME.stop :]}"
