"""How far engines saw the log come, noted beside the offsets that they commit: so a log that went
back is noticed by an engine that starts on it, too, also where what is lost was never published.
"""

from collections.abc import Iterable
from typing import Final

import orjson
from msgspec.structs import astuple

from adapters.kafka.clients import Brokers
from domain.engine.log import Log, Mark

NOTHING: Final = ""


def as_metadata(mark: Mark | None) -> str:
    """The metadata to commit beside an offset; a few hundred characters."""
    return NOTHING if mark is None else orjson.dumps(astuple(mark)).decode()


def noted_marks(brokers: Brokers, group: str) -> Iterable[Mark]:
    """The furthest mark of each epoch that engines of a group have noted. Raises Unreachable."""
    with brokers.admin() as admin:
        noted = admin.group_offsets(group)
    furthest: dict[str, Mark] = {}
    for _, metadata in noted.values():
        if metadata.startswith("["):  # who sets a group back may write something else
            position, outcome, parked, epoch, trace = orjson.loads(metadata)
            mark = Mark(position, outcome, tuple(parked), epoch, trace)
            known = furthest.get(epoch, mark)
            furthest[epoch] = max(mark, known, key=lambda each: (each.position, each.outcome))
    return furthest.values()


def refuse_lost(log: Log, brokers: Brokers, group: str) -> None:
    """Raise LogWentBack where the log does not hold what an engine of this group has seen of it,
    unless that was accepted. Raises Unreachable.
    """
    for mark in noted_marks(brokers, group):
        log.mark(mark)
