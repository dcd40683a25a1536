"""Runs the alarm process (domain/processes/alarms) over the log.

What it knows of a circuit it folds from the circuit's stream when it first needs it, as the log has
it then. So it remembers little: when a cause will have lasted long enough, wrong service keys, and
the changes that have not ended. All of that is disposable.
"""

from collections.abc import Callable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Any, ClassVar, Final

from msgspec import convert, to_builtins

from adapters.reactors.memory import Memory
from domain.catalogue import NOUNS
from domain.circuit.state import CIRCUIT
from domain.engine.outcomes import Outcome, Stored
from domain.engine.records import Recorded
from domain.processes.alarms.react import next_due, sends
from domain.processes.alarms.watch import Watch, WrongKey, followed, in_a_row, watched
from domain.processes.bandwidth_change.follow import Changes
from domain.processes.bandwidth_change.progress import Key, Progress, as_json, from_json
from domain.words.messages import Message
from projections.feed import Checkpoint

EventsOf = Callable[[str], Sequence[Recorded]]
"""All events of a stream, as the log has them."""

_WRONG: Final = "service-key-mismatch"
_CACHED: Final = 20_000
"""Circuits kept in memory; the others are folded again when they are needed."""


class AlarmProcess:
    """Raises and clears the alarms of every circuit."""

    kinds: Final = frozenset(each.kind for each in NOUNS[CIRCUIT.noun].events)
    hears: ClassVar[bool] = True

    def __init__(self, memory: Memory, events_of: EventsOf) -> None:
        self._memory = memory
        self._events_of = events_of
        self.recall()

    def recall(self) -> None:
        """Begin, or begin again, from what is remembered."""
        self.checkpoint = self._memory.checkpoint()
        self._watches: dict[str, Watch] = {}
        self._due: dict[str, str] = {}
        self._keys: dict[str, Sequence[WrongKey]] = {}
        changes: dict[Key, Progress] = {}
        for kept in self._memory.values():
            match kept:
                case {"due": str(due), "circuit_id": str(id)}:
                    self._due[id] = due
                case {"keys": keys, "circuit_id": str(id)}:
                    self._keys[id] = convert(keys, list[WrongKey])
                case _:
                    change = from_json(kept["change"])
                    changes[change.key] = change
        self._changes = Changes.of(changes.values())
        self._heap = [(due, id) for id, due in self._due.items()]
        heapify(self._heap)
        self._dirty: set[str] = set()
        self._moved: set[Key] = set()

    def react(self, events: Sequence[Recorded]) -> list[Message]:
        """What these events raise and clear, except what has to last before it counts."""
        touched: dict[str, Recorded] = {}
        for recorded in events:
            self._follow(recorded)
            touched[recorded.subject_id] = recorded
            if change := self._changes.follow(recorded):
                key = change[1].key
                self._moved.add(key)
                touched[key.circuit_id] = recorded
        return [each for id, last in touched.items() for each in self._sends(id, last)]

    def heard(self, refusals: Sequence[tuple[int, Stored]]) -> list[Message]:
        """What follows from wrong service keys among refused attempts."""
        messages: list[Message] = []
        for place, stored in refusals:
            attempt = stored.refused()
            if attempt.code == _WRONG and attempt.subject is not None:
                messages += self._wrong_key(attempt.subject.partition("/")[2], place, stored)
        return messages

    def tick(self, now: str) -> list[Message]:
        """What has lasted long enough by now."""
        messages: list[Message] = []
        while self._heap and self._heap[0][0] <= now:
            due, id = heappop(self._heap)
            if self._due.get(id) == due:
                messages += self._sends(id, None, now)
        return messages

    def answered(self, outcome: Outcome) -> list[Message]:
        """Nothing: what is refused was cleared already."""
        del outcome
        return []

    def save(self, checkpoint: Checkpoint, versions: Mapping[str, int] | None = None) -> None:
        """Keep what is due and the wrong keys of each circuit, and the changes that go on."""
        kept: dict[str, Any] = {}
        for id in self._dirty:
            due, keys = self._due.get(id), self._keys.get(id)
            kept[f"due/{id}"] = {"circuit_id": id, "due": due} if due else None
            told = to_builtins(keys)
            kept[f"keys/{id}"] = {"circuit_id": id, "keys": told} if keys else None
        for key in self._moved:
            change = self._changes.changes[key]
            name = f"change/{key.circuit_id}/{key.change_id}"
            kept[name] = None if change.ended else {"change": as_json(change)}
            if change.ended:
                del self._changes.changes[key]
        self._memory.save(checkpoint, kept, versions)
        self._dirty.clear()
        self._moved.clear()
        if len(self._watches) > _CACHED:
            self._watches.clear()
        self.checkpoint = checkpoint

    def _follow(self, recorded: Recorded) -> None:
        """Take in an event of a circuit; what is missing before it is read from the log."""
        id, known = recorded.subject_id, self._watches.get(recorded.subject_id)
        version = known.version if known else 0
        if recorded.version == version + 1:
            self._watches[id] = followed(known, recorded)
        elif recorded.version > version:
            self._look_again(id)

    def _look_again(self, id: str) -> Watch | None:
        """A circuit as the log has it now."""
        watch = watched(self._events_of(CIRCUIT.stream(id)))
        if watch is not None:
            self._watches[id] = watch
        return watch

    def _sends(self, id: str, last: Recorded | None, now: str = "") -> list[Message]:
        """What is to be sent for a circuit after its last event, or as time passes."""
        watch = self._watches.get(id) or self._look_again(id)
        if watch is None:
            return []
        self._note(id, watch)
        keys = self._keys.get(id, ())
        return [each.as_message(last) for each in sends(watch, self._change_of(id), keys, now)]

    def _note(self, id: str, watch: Watch) -> None:
        """Note when its next cause will have lasted, and which wrong keys still count."""
        due, keys = next_due(watch), self._keys.get(id, ())
        if due != self._due.get(id):
            self._dirty.add(id)
            if due is None:
                del self._due[id]
            else:
                self._due[id] = due
                heappush(self._heap, (due, id))
        counting = () if watch.circuit.removed_at else in_a_row(keys, watch)
        if len(counting) < len(keys):
            self._keep_keys(id, counting)

    def _keep_keys(self, id: str, keys: Sequence[WrongKey]) -> None:
        self._dirty.add(id)
        if keys:
            self._keys[id] = keys
        else:
            del self._keys[id]

    def _change_of(self, id: str) -> Progress | None:
        """The change of which a circuit is the old one, while it runs."""
        key = self._changes.open.get(id)
        return self._changes.changes[key] if key and key.circuit_id == id else None

    def _wrong_key(self, id: str, place: int, stored: Stored) -> list[Message]:
        """One more; the log says whether a step was accepted meanwhile."""
        keys, watch = self._keys.get(id, ()), self._look_again(id)
        if watch is None or place in [each.place for each in keys]:
            return []
        told = stored.outcome()
        new = WrongKey(place, stored.position, told.time, told.correlation_id or "")
        self._dirty.add(id)
        self._keys[id] = in_a_row([*keys, new], watch)
        return self._sends(id, None)
