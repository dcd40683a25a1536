"""Runs the bandwidth-change process (domain/processes) over the log.

Keeps the changes that have not ended, and how far it has reacted; both are disposable, since they
fold from the log again and a command sent twice changes nothing.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from adapters.reactors.memory import Memory
from domain.decider.decisions import PROCESS_SOURCE
from domain.engine.outcomes import Outcome, Stored
from domain.engine.records import Recorded
from domain.processes.bandwidth_change.follow import FOLLOWED, Changes
from domain.processes.bandwidth_change.progress import (
    Key,
    as_json,
    from_json,
    step_of,
)
from domain.processes.bandwidth_change.react import Send, react, refused_at, tick
from domain.words.content import pair_of
from domain.words.messages import Message
from projections.feed import Checkpoint


class BandwidthChangeProcess:
    """Follows every change of bandwidth and sends what comes next."""

    kinds: Final = FOLLOWED
    hears: ClassVar[bool] = False

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.recall()

    def recall(self) -> None:
        """Begin, or begin again, from what is remembered."""
        self.checkpoint = self._memory.checkpoint()
        self._changes = Changes.of(map(from_json, self._memory.values()))
        self._dirty: set[Key] = set()
        self._ticked: set[str] = set()

    def react(self, events: Sequence[Recorded]) -> list[Message]:
        """The next command of every change that these events brought forward."""
        sends: list[Send] = []
        for recorded in events:
            followed = self._changes.follow(recorded)
            if followed is None:
                continue
            before, after = followed
            self._dirty.add(after.key)
            sends.extend(react(before, after, recorded))
        return [send.as_message() for send in sends if self._is_due(send)]

    def tick(self, now: str) -> list[Message]:
        """Starts scheduled changes whose time has come and reports overdue steps, each once."""
        due = [send for change in self._changes.changes.values() for send in tick(change, now)]
        new = [each for send in due if (each := send.as_message())["id"] not in self._ticked]
        self._ticked.update(each["id"] for each in new)
        return new

    def heard(self, refusals: Sequence[tuple[int, Stored]]) -> list[Message]:
        """Nothing: only its own commands concern it."""
        del refusals
        return []

    def answered(self, outcome: Outcome) -> list[Message]:
        """A command of its own that was refused stalls its change, with the reason: what it was
        for stands in its id.
        """
        if outcome.refusal is None or not _is_own(outcome):
            return []
        circuit_id, change_id, step, attempt = str(outcome.command_id).split("/")
        change = self._changes.changes.get(Key(circuit_id, change_id))
        if change is None or str(change.attempt) != attempt:
            return []
        stall = refused_at(change, step, outcome.refusal)
        return [stall.as_message()] if stall else []

    def save(self, checkpoint: Checkpoint, versions: Mapping[str, int] | None = None) -> None:
        """Ended changes are forgotten; the others are kept as they are."""
        kept: dict[str, object] = {}
        for key in self._dirty:
            change = self._changes.changes[key]
            kept[_name(key)] = None if change.ended else as_json(change)
            if change.ended:
                del self._changes.changes[key]
        self._dirty.clear()
        self._memory.save(checkpoint, kept, versions)
        self.checkpoint = checkpoint

    @property
    def overdue(self) -> int:
        """How many changes wait longer than they should."""
        return sum(change.is_overdue for change in self._changes.changes.values())

    def _is_due(self, send: Send) -> bool:
        """Whether the change is still at that step; it may have been abandoned right after."""
        change = self._changes.changes[send.change.key]
        return (step_of(change), change.attempt) == (step_of(send.change), send.attempt)


def _is_own(outcome: Outcome) -> bool:
    """Whether it answers a command of the process: another that names its source is refused, under
    a key of its own.
    """
    named = pair_of(PROCESS_SOURCE, str(outcome.command_id))
    return outcome.source == PROCESS_SOURCE and outcome.key == named.key


def _name(key: Key) -> str:
    return f"{key.circuit_id}/{key.change_id}"
