"""A Kafka cluster in memory: topics, transactions, the offsets of groups.

It keeps Kafka's promises and shows Kafka's weaknesses: a transaction's marker takes an offset,
readers of committed records stop at the first open transaction, a newer epoch fences off an older
one, and a transaction of the protocol's first version may be lost or repeated (KIP-890).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from kafka.errors import InvalidProducerEpochError, ProducerFencedError

from adapters.kafka.binding import Outgoing
from adapters.kafka.kafka_python import partition
from simulation.clock import SimulatedClock

ABANDONED_AFTER: Final = 60.0
"""Seconds after which a transaction that nobody ends is aborted."""


class KafkaRecord(NamedTuple):
    """One record, as stored in its partition."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]

    @property
    def id(self) -> str:
        """The id in its headers; empty if there is none."""
        return dict(self.headers).get("ce_id", b"").decode(errors="replace")


@dataclass
class Transaction:
    """What one producer writes atomically."""

    name: str
    epoch: int
    begun: float
    status: Literal["open", "committed", "aborted"] = "open"
    first: dict[Any, int] = field(default_factory=dict[Any, int])
    """The offset of its first record, by partition."""
    offsets: dict[str, Mapping[Any, Any]] = field(default_factory=dict[str, Mapping[Any, Any]])
    lost: set[Any] = field(default_factory=set[Any])
    """Partitions in which its records are aborted although it was committed."""


class Entry(NamedTuple):
    """One offset of a partition: a record, or the marker of a transaction's end."""

    record: KafkaRecord | None
    transaction: Transaction | None

    def is_visible(self, partition: Any) -> bool:
        """Whether readers of committed records are given it."""
        transaction = self.transaction
        if self.record is None or transaction is None:
            return self.record is not None
        return transaction.status == "committed" and partition not in transaction.lost


class SimulatedCluster:
    """The brokers' side. A call to it always arrives; its answer may still get lost on the way."""

    def __init__(self, clock: SimulatedClock) -> None:
        self._clock = clock
        self.topics: dict[str, int] = {}
        self.entries: dict[Any, list[Entry]] = {}
        self.offsets: dict[str, dict[Any, Any]] = {}
        self.epochs: dict[str, int] = {}
        self._open: dict[str, Transaction] = {}
        self.delayed: list[tuple[str, int]] = []
        """Commits that are on their way: the producer's name and epoch."""
        self.lost: set[str] = set()
        """Ids of records that went with a lost transaction."""
        self.repeatable: set[str] = set()
        """Ids of records that may come again: an offset was lost, or a repair published them."""
        self.committed_to: Callable[[str, Mapping[Any, int]], None] | None = None
        """Called when a group commits its offsets."""

    def create(self, topic: str, partitions: int) -> None:
        """Create a topic, unless it exists."""
        if self.topics.setdefault(topic, partitions) == partitions:
            for each in self.partitions(topic):
                self.entries.setdefault(each, [])

    def partitions(self, topic: str) -> Sequence[Any]:
        """The partitions of a topic."""
        return [partition(topic, number) for number in range(self.topics[topic])]

    def end(self, partition: Any) -> int:
        """The next offset."""
        return len(self.entries[partition])

    def stable(self, partition: Any) -> int:
        """Where readers of committed records stop: at the first record of an open transaction."""
        begun = [each.first[partition] for each in self._open.values() if partition in each.first]
        return min(begun, default=self.end(partition))

    def visible(self, partition: Any, after: int) -> Iterator[KafkaRecord]:
        """What readers of committed records are given from an offset on."""
        for entry in self.entries[partition][after : self.stable(partition)]:
            if entry.is_visible(partition):
                assert entry.record is not None
                yield entry.record

    def write(self, partition: Any, records: Sequence[Outgoing]) -> None:
        """Write records outside any transaction."""
        self._append(partition, records, None)

    def takes_over(self, name: str) -> int:
        """A producer begins under a name: it gets a new epoch; an older transaction is aborted."""
        self.epochs[name] = self.epochs.get(name, 0) + 1
        if name in self._open:
            self._ends(self._open[name], "aborted")
        return self.epochs[name]

    def write_within(
        self, name: str, epoch: int, partition: Any, records: Sequence[Outgoing]
    ) -> None:
        """Write records within a transaction."""
        transaction = self._transaction(name, epoch)
        transaction.first.setdefault(partition, self.end(partition))
        self._append(partition, records, transaction)

    def note_within(self, name: str, epoch: int, group: str, offsets: Mapping[Any, Any]) -> None:
        """Note offsets of a group that hold once the transaction is committed."""
        self._transaction(name, epoch).offsets[group] = offsets

    def commit_transaction(self, name: str, epoch: int) -> None:
        """Commit a transaction: readers see all of it from here on."""
        self._ends(self._transaction(name, epoch), "committed")

    def loses(self, name: str, partitions: Sequence[Any]) -> None:
        """Let the open transaction be lost in some partitions, without anybody being told."""
        transaction = self._open[name]
        transaction.lost.update(partitions)
        self.lost.update(self._ids(transaction, partitions))

    def forgets_place(self, name: str) -> None:
        """Let the open transaction be seen without the offsets in it."""
        transaction = self._open[name]
        transaction.offsets.clear()
        self.repeatable.update(self._ids(transaction, list(transaction.first)))

    def repeats(self, records: Sequence[Outgoing]) -> None:
        """Note that these records are published again, by a repair."""
        self.repeatable.update(dict(each.headers)["ce_id"].decode() for each in records)

    def written(self, name: str) -> Sequence[Any]:
        """The partitions that the open transaction wrote to."""
        return list(self._open[name].first)

    def commit(self, group: str, offsets: Mapping[Any, Any]) -> None:
        """Commit the offsets of a group."""
        if self.committed_to is not None:
            self.committed_to(group, {each: noted.offset for each, noted in offsets.items()})
        self.offsets.setdefault(group, {}).update(offsets)

    def abandons(self) -> None:
        """Abort transactions that nobody ends, and fence off their producers."""
        for each in list(self._open.values()):
            if self._clock.seconds() - each.begun > ABANDONED_AFTER:
                self.epochs[each.name] += 1
                self._ends(each, "aborted")

    def delivers(self) -> None:
        """Let delayed commits arrive; a commit of a former epoch is void."""
        arriving, self.delayed = self.delayed, []
        for name, epoch in arriving:
            if self.epochs[name] == epoch and name in self._open:
                self._ends(self._open[name], "committed")

    def _transaction(self, name: str, epoch: int) -> Transaction:
        if self.epochs[name] != epoch:
            newer = self.epochs[name] - epoch
            raise (ProducerFencedError if newer % 2 else InvalidProducerEpochError)(name)
        if name not in self._open:
            self._open[name] = Transaction(name, epoch, self._clock.seconds())
        return self._open[name]

    def _ends(self, transaction: Transaction, status: Literal["committed", "aborted"]) -> None:
        del self._open[transaction.name]
        transaction.status = status
        for each in transaction.first:
            self.entries[each].append(Entry(None, transaction))
        if status == "committed":
            for group, offsets in transaction.offsets.items():
                self.offsets.setdefault(group, {}).update(offsets)

    def _append(
        self, partition: Any, records: Sequence[Outgoing], transaction: Transaction | None
    ) -> None:
        entries, at = self.entries[partition], int(self._clock.seconds() * 1000)
        for each in records:
            kept = KafkaRecord(
                topic=partition.topic,
                partition=partition.partition,
                offset=len(entries),
                timestamp=at,
                key=each.key,
                value=each.value,
                headers=list(each.headers),
            )
            entries.append(Entry(kept, transaction))

    def _ids(self, transaction: Transaction, partitions: Sequence[Any]) -> Iterator[str]:
        for each in partitions:
            for entry in self.entries[each][transaction.first[each] :]:
                if entry.transaction is transaction and entry.record is not None:
                    yield entry.record.id
