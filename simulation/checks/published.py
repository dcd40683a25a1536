"""The topics: what is published is what the log holds, in each stream's order, for good."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from adapters.kafka.binding import Outgoing, event_of, outcome_of
from adapters.kafka.relay import published_checkpoint
from domain.engine.outcomes import PARKED
from simulation.cell import SOURCE, SimulatedCell
from simulation.checks.recorded import RecordedCheck
from simulation.checks.violation import demand
from simulation.cluster import KafkaRecord
from simulation.parts import RELAY
from simulation.processes import Process

PLACE: Final = ("ce_place", "ce_position")


class PublishedCheck:
    """Reads events and outcomes as readers of committed records are given them."""

    def __init__(self, cell: SimulatedCell, recorded: RecordedCheck) -> None:
        self._cell = cell
        self._recorded = recorded
        self._at: dict[Any, int] = {}
        self.reached: dict[str, int] = {}
        """The version of each stream that a reader reaches without passing a gap."""
        self.furthest: dict[str, int] = {}
        self._events: set[str] = set()
        self._places: set[int] = set()
        self.answers: dict[str, tuple[bytes | None, Any]] = {}
        """Every outcome that was published, by its id."""
        self.checked = 0

    @property
    def gaps(self) -> list[str]:
        """The streams in which an event before the furthest one is missing."""
        return [name for name, far in self.furthest.items() if far > self.reached.get(name, 0)]

    def goes_on(self, stream: str, version: int) -> int:
        """The version that a reader reaches which has this version already, from any source."""
        while f"{stream}/{version + 1}" in self._events:
            version += 1
        return version

    def look(self) -> None:
        """Check the records that are visible since the last look."""
        topics = self._cell.topics
        for record in self._new(topics.events):
            self._event(record)
        for record in self._new(topics.outcomes):
            self._outcome(record)

    def at_rest(self) -> None:
        """All that the log holds is published, and nothing is missing."""
        for name, version in self.furthest.items():
            said = f"{name} is published up to {self.reached.get(name, 0)} of {version}"
            demand(self.reached.get(name, 0) == version, "topic equals log", said)
        missing = [row for row in self._recorded.rows if _id(row) not in self._events]
        demand(not missing, "topic equals log", f"{len(missing)} events are not published")
        left = self._recorded.numbered.keys() - self._places
        demand(not left, "topic equals log", f"{len(left)} outcomes are not published")
        at = published_checkpoint(self._cell.brokers(Process("outside")), RELAY)
        head = len(self._recorded.rows)
        demand(at.position == head, "relay", f"it is at {at.position} of {head}")

    def _new(self, topic: str) -> Iterator[KafkaRecord]:
        cluster = self._cell.cluster
        for partition in cluster.partitions(topic):
            yield from cluster.visible(partition, self._at.get(partition, 0))
            self._at[partition] = cluster.stable(partition)

    def _event(self, record: KafkaRecord) -> None:
        self.checked += 1
        position = int(dict(record.headers)["ce_position"])
        is_there = position <= len(self._recorded.rows)
        demand(is_there, "topic equals log", f"{record.id} is published and not in the log")
        row = self._recorded.rows[position - 1]
        same = _same(record, event_of(position, row, SOURCE.encode()))
        demand(same, "topic equals log", f"{record.id} is published with other content")
        is_new = record.id not in self._events
        may_repeat = record.id in self._cell.cluster.repeatable
        demand(is_new or may_repeat, "out once", f"{record.id} is published again")
        self._events.add(record.id)
        self._reaches(row.stream, row.version)

    def _reaches(self, stream: str, version: int) -> None:
        reached = self.reached.get(stream, 0)
        self.furthest[stream] = max(version, self.furthest.get(stream, 0))
        if version == reached + 1:
            self.reached[stream] = version
        for missing in range(reached + 1, version):
            id = f"{stream}/{missing}"
            is_excused = id in self._events or id in self._cell.cluster.lost
            demand(is_excused, "out once", f"{id} was passed over")

    def _outcome(self, record: KafkaRecord) -> None:
        self.checked += 1
        told = dict(record.headers)
        if told["ce_type"] != PARKED.encode():
            self._answer(record, told)

    def _answer(self, record: KafkaRecord, told: dict[str, bytes]) -> None:
        stored = self._recorded.outcomes.get(UUID(record.id).bytes)
        said = f"the outcome {record.id} is published and not in the log"
        demand(stored is not None, "outcomes", said)
        assert stored is not None
        same = _same_answer(record, outcome_of(stored.outcome(), SOURCE))
        demand(same, "outcomes", f"{record.id} is published with other content")
        content = record.value, sorted(each for each in record.headers if each[0] not in PLACE)
        first = self.answers.setdefault(record.id, content)
        demand(first == content, "outcomes", f"{record.id} is published with two contents")
        if "ce_place" in told:
            place = int(told["ce_place"])
            may_repeat = record.id in self._cell.cluster.repeatable
            demand(place not in self._places or may_repeat, "out once", f"outcome {place} again")
            self._places.add(place)


def _same(record: KafkaRecord, wanted: Outgoing) -> bool:
    return (record.key, record.value, record.headers) == (wanted.key, wanted.value, wanted.headers)


def _same_answer(record: KafkaRecord, wanted: Outgoing) -> bool:
    """Whether it is as the log holds it, apart from its position and number in the log."""
    headers = [each for each in record.headers if each[0] not in PLACE]
    return (record.key, record.value, headers) == (wanted.key, wanted.value, wanted.headers)


def _id(row: Any) -> str:
    return f"{row.stream}/{row.version}"
