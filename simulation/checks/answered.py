"""The commands: each gets one outcome, is parked, or is a dead letter; none is passed over."""

from collections.abc import Iterator, Mapping
from typing import Any, cast
from uuid import UUID

from adapters.kafka.api import Record
from adapters.kafka.binding import message_of
from domain.catalogue import COMMANDS, INSIDE_COMMANDS
from domain.words.content import derived_key
from domain.words.messages import Unreadable
from domain.words.reading import read_command as as_read
from simulation.cell import OWNER, SimulatedCell
from simulation.checks.published import PublishedCheck
from simulation.checks.recorded import RecordedCheck
from simulation.checks.violation import demand
from simulation.cluster import KafkaRecord
from simulation.parts import ENGINES


class AnsweredCheck:
    """Follows the offsets that engines commit, and at rest demands every command's outcome."""

    def __init__(
        self, cell: SimulatedCell, recorded: RecordedCheck, published: PublishedCheck
    ) -> None:
        self._cell = cell
        self._recorded = recorded
        self._published = published
        self._noted: dict[Any, int] = {}
        self._dead_at: dict[Any, int] = {}
        self.dead: set[str] = set()
        """The origins of dead letters: topic, partition and offset."""
        self.checked = 0
        cell.cluster.committed_to = self.notes

    def notes(self, group: str, offsets: Mapping[Any, int]) -> None:
        """The engines commit offsets: every command before them must be decided, parked or dead."""
        if group != ENGINES:
            return
        self._recorded.look()
        self._buries()
        for partition, offset in offsets.items():
            for record in self._between(partition, self._noted.get(partition, 0), offset):
                self.checked += 1
                keys = self._keys(record)
                handled = _origin(record) in self.dead if not keys else self._is_known(keys)
                said = f"{_origin(record)} is noted as handled and is not"
                demand(handled, "nothing passed over", said)
            self._noted[partition] = max(offset, self._noted.get(partition, 0))

    def at_rest(self) -> None:
        """Every command was answered, or is a dead letter; nothing is parked any more."""
        for topic in self._cell.topics.taken_in:
            for partition in self._cell.cluster.partitions(topic):
                for record in self._cell.cluster.visible(partition, 0):
                    self._is_answered(record)
        parked = self._cell.log.parked()
        demand(not parked, "parked", f"{len(parked)} commands are still parked")

    def _is_answered(self, record: KafkaRecord) -> None:
        self.checked += 1
        keys = self._keys(record)
        if not keys:
            demand(_origin(record) in self.dead, "dead", f"{_origin(record)} is not listed as dead")
            return
        own, other = (str(UUID(bytes=key)) for key in keys)
        answers = self._published.answers
        digest = (
            self._recorded.outcomes[keys[0]].digest if keys[0] in self._recorded.outcomes else b""
        )
        id = own if digest == self._digest(record) else other
        demand(id in answers, "every command is answered", f"{_origin(record)} has no outcome")

    def _between(self, partition: Any, after: int, upto: int) -> Iterator[KafkaRecord]:
        for record in self._cell.cluster.visible(partition, after):
            if record.offset >= upto:
                return
            yield record

    def _buries(self) -> None:
        for partition in self._cell.cluster.partitions(self._cell.topics.dead):
            for record in self._cell.cluster.visible(partition, self._dead_at.get(partition, 0)):
                self.dead.add(dict(record.headers)["tieline-origin"].decode())
            self._dead_at[partition] = self._cell.cluster.end(partition)

    def _is_known(self, keys: tuple[bytes, ...]) -> bool:
        known, parked = self._recorded.outcomes, self._recorded.parked
        return any(key in known or key in parked for key in keys)

    def _keys(self, record: KafkaRecord) -> tuple[bytes, ...]:
        """The keys under which it may be answered: its own, or the one of this very attempt."""
        got = self._as_read(record)
        if isinstance(got, Unreadable):
            return ()
        return got.pair.key, derived_key(got.pair, got.digest)

    def _digest(self, record: KafkaRecord) -> bytes:
        got = self._as_read(record)
        assert not isinstance(got, Unreadable)
        return got.digest

    def _as_read(self, record: KafkaRecord) -> Any:
        message, written = message_of(cast("Record", record))
        inside = record.topic == self._cell.topics.internal
        kinds = INSIDE_COMMANDS if inside else COMMANDS
        return as_read(message, kinds, OWNER, written, keys=self._cell.keyring.digests)


def _origin(record: KafkaRecord) -> str:
    return f"{record.topic}/{record.partition}/{record.offset}"
