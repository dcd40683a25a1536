"""Runs the bandwidth-change process (domain/bandwidth_change) over the log.

Keeps the changes that have not ended, and how far it has reacted; both are disposable, since they
fold from the log again and a command sent twice changes nothing.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from adapters.reactors.memory import Memory
from adapters.reactors.reactor import Message
from domain.bandwidth_change.evolve import FOLLOWED, Changes
from domain.bandwidth_change.react import Send, react, refused_at, tick
from domain.bandwidth_change.state import (
    Change,
    Key,
    as_json,
    from_json,
    step_of,
)
from domain.outcomes import Outcome
from domain.records import Recorded


class BandwidthChangeProcess:
    """Follows every change of bandwidth and sends what comes next."""

    kinds: Final = FOLLOWED

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.position = memory.position
        kept = {_name(change.key): change for change in map(from_json, memory.values())}
        self._changes = Changes({change.key: change for change in kept.values()}, _open(kept))
        self._dirty: set[Key] = set()
        self._sent: dict[str, Send] = {}
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
        return self._messages(send for send in sends if self._is_due(send))

    def tick(self, now: str) -> list[Message]:
        """Starts scheduled changes whose time has come and reports overdue steps, each once."""
        due = [send for change in self._changes.changes.values() for send in tick(change, now)]
        new = [each for each in self._messages(due) if each["id"] not in self._ticked]
        self._ticked.update(each["id"] for each in new)
        return new

    def answered(self, message: Message, outcome: Outcome) -> list[Message]:
        """A command of its own that was refused stalls its change, with the reason."""
        send = self._sent.pop(message["id"], None)
        if send is None or outcome.refusal is None:
            return []
        change = self._changes.changes.get(send.change.key)
        stall = refused_at(change, send.step, outcome.refusal) if change else None
        return self._messages([stall] if stall else [])

    def save(self, position: int) -> None:
        """Ended changes are let go; the others are kept as they are."""
        kept: dict[str, object] = {}
        for key in self._dirty:
            change = self._changes.changes[key]
            kept[_name(key)] = None if change.ended else as_json(change)
            if change.ended:
                del self._changes.changes[key]
        self._dirty.clear()
        self.position = position
        self._memory.save(position, kept)

    def _is_due(self, send: Send) -> bool:
        """Whether the change is still at that step; it may have been abandoned right after."""
        change = self._changes.changes[send.change.key]
        return (step_of(change), change.attempt) == (step_of(send.change), send.attempt)

    def _messages(self, sends: Iterable[Send]) -> list[Message]:
        messages: list[Message] = []
        for send in sends:
            message = send.as_message()
            self._sent[message["id"]] = send
            messages.append(message)
        return messages


def _name(key: Key) -> str:
    return f"{key.circuit_id}/{key.change_id}"


def _open(kept: dict[str, Change]) -> dict[str, Key]:
    """Which change each circuit is part of: its old circuit and, once ordered, its successor."""
    opened: dict[str, Key] = {}
    for change in kept.values():
        if change.kind in ("increase", "decrease"):
            opened[change.circuit_id] = change.key
        if any(each.circuit_id == change.successor for each in change.done):
            opened[str(change.successor)] = change.key
    return opened
