"""Accepting that a log went back: the command, as an operator gives it."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from adapters.door import Door
from adapters.engine.worker import Worker
from domain.csp.commands import MOST_NAMED, AcceptRestore
from domain.csp.events import Missing
from domain.decider.rights import SELF
from domain.engine.outcomes import Outcome
from domain.words.messages import Message
from domain.words.structs import as_json

SOURCE = "/tieline/log"
"""The source of what is decided on the machine of the log."""


class Acceptance(NamedTuple):
    """What an operator accepts: with what others know, and why."""

    actor: str
    known_position: int | None
    missing: Sequence[Missing]
    reason: str | None


def accept_restore(worker: Worker, door: Door, bits: bytes, accepts: Acceptance) -> Outcome:
    """Begin the next epoch of the worker's log, named by 128 random bits."""
    mark = worker.log.mark()
    data = {
        "epoch": bits.hex(),
        "epoch_before": mark.epoch,
        "position": mark.position,
        "known_position": accepts.known_position,
        "missing": [as_json(each) for each in accepts.missing[:MOST_NAMED]],
        "missing_streams": len(accepts.missing),
        "reason": accepts.reason,
    }
    message: Message = {
        "specversion": "1.0",
        "id": str(UUID(bytes=bits)),
        "source": SOURCE,
        "type": AcceptRestore.type,
        "subject": SELF,
        "actor": accepts.actor,
        "data": data,
    }
    (outcome,) = worker.handle(door.from_own_parts([message]))
    return outcome
