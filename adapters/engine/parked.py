"""Parked commands: as documents, without what they say; decided again, or given up."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from domain.engine.log import Insertion, Log, Parked

if TYPE_CHECKING:
    from adapters.door import Door
    from adapters.engine.worker import Worker
    from domain.engine.outcomes import Outcome


class NotParked(LookupError):
    """Nothing is parked with a number; the text says which."""


def row_of(parked: Parked) -> dict[str, Any]:
    """One parked command. What was sent is left out, as a secret may stand in it."""
    message = orjson.loads(parked.message)
    return {
        "number": parked.seq,
        "subject": parked.subject,
        "command": message["type"].removeprefix("tieline.command.").removesuffix(".v1"),
        "command_id": message["id"],
        "source": message["source"],
        "parked_at": parked.parked_at,
        "error": parked.error,
        "waits": parked.error is None,
    }


def retried(worker: "Worker", door: "Door", numbers: Collection[int]) -> "Sequence[Outcome]":
    """Decide these parked commands again, or all if none is named, in the order they came; with one
    go the earlier ones of its subject. Raises NotParked.
    """
    parked = worker.log.parked()
    chosen = _with_those_before(parked, numbers) if numbers else parked
    return worker.retry([door.from_parked(each) for each in chosen])


def dropped(log: Log, numbers: Collection[int]) -> Sequence[Parked]:
    """Forget these parked commands undecided; gives them. Raises NotParked."""
    chosen = numbered(log.parked(), numbers)
    with log.appending() as tx:
        tx.insert(Insertion(unparked=[each.seq for each in chosen]))
    return chosen


def numbered(parked: Sequence[Parked], numbers: Collection[int]) -> Sequence[Parked]:
    """The parked commands with these numbers, in the order they came. Raises NotParked."""
    known = {each.seq for each in parked}
    for number in numbers:
        if number not in known:
            raise NotParked(f"nothing is parked with number {number}")
    return [each for each in parked if each.seq in numbers]


def _with_those_before(parked: Sequence[Parked], numbers: Collection[int]) -> Sequence[Parked]:
    last = {each.subject: each.seq for each in numbered(parked, numbers)}
    return [each for each in parked if each.seq <= last.get(each.subject, 0)]
