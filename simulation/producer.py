"""A producer on the simulated cluster. It writes when it is flushed, partition by partition."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from kafka.errors import KafkaError, KafkaTimeoutError

from adapters.kafka.binding import Outgoing
from simulation.cluster import SimulatedCluster
from simulation.processes import Fate, Process


class Promise:
    """The promise of one record."""

    def __init__(self, producer: "SimulatedProducer", partition: Any, record: Outgoing) -> None:
        self._producer = producer
        self.partition = partition
        self.record = record
        self.fault: Exception | None = None

    def get(self, timeout: float | None = None) -> None:
        """Return once the record is written. Raises the error that kept it from being written."""
        del timeout
        self._producer.flush()
        if self.fault is not None:
            raise self.fault


class SimulatedProducer:
    """The used part of a producer (adapters/kafka/api.py); with a name it writes transactions."""

    def __init__(
        self, process: Process, fate: Fate, cluster: SimulatedCluster, name: str | None
    ) -> None:
        self._process = process
        self._fate = fate
        self._cluster = cluster
        self._name = name
        self._epoch = 0
        self._waiting: list[Promise] = []

    def send(
        self, topic: str, value: bytes | None, key: bytes | None, headers: list[tuple[str, bytes]]
    ) -> Promise:
        """Take a record in; its partition follows from the key, if it has one."""
        parts = self._cluster.partitions(topic)
        where = parts[crc32(key) % len(parts)] if key is not None else self._fate.chance.one(parts)
        promise = Promise(self, where, Outgoing(key, value, headers))
        self._waiting.append(promise)
        return promise

    def flush(self, timeout: float | None = None) -> None:
        """Write what was taken in; each promise tells whether its record was written."""
        del timeout
        waiting, self._waiting = self._waiting, []
        batches: dict[Any, list[Promise]] = {}
        for each in waiting:
            batches.setdefault(each.partition, []).append(each)
        for partition, promises in self._fate.chance.shuffled(batches.items()):
            try:
                self._write(partition, [each.record for each in promises])
            except KafkaError as fault:
                for each in promises:
                    each.fault = fault

    def init_transactions(self) -> None:
        """Take over the transactional id, with a new epoch."""
        self._before("init-transactions")
        self._epoch = self._cluster.takes_over(self._named)
        self._after("init-transactions")

    def begin_transaction(self) -> None:
        """Do nothing yet: the transaction begins with its first record."""

    def send_offsets_to_transaction(self, offsets: Mapping[Any, Any], group: str) -> None:
        """Note offsets within the transaction."""
        self._before("send-offsets")
        self._cluster.note_within(self._named, self._epoch, group, offsets)
        self._after("send-offsets")

    def commit_transaction(self) -> None:
        """Commit, or hang while the commit is under way, or silently lose some of it."""
        self._before("commit-transaction")
        faults, name = self._fate.faults, self._named
        if faults.strikes("hanging-transaction", self._process.name):
            if self._fate.chance.happens(0.5):
                self._cluster.delayed.append((name, self._epoch))
            raise TimeoutError(name)
        is_last = self._cluster.epochs[name] == self._epoch
        if is_last and faults.strikes("lost-transaction", self._process.name):
            written = self._fate.chance.shuffled(self._cluster.written(name))
            self._cluster.loses(name, written[: self._fate.chance.between(1, len(written))])
        elif is_last and faults.strikes("repeated-transaction", self._process.name):
            self._cluster.forgets_place(name)
        self._cluster.commit_transaction(name, self._epoch)
        self._fate.trace.notes(f"{self._process.name} committed a transaction")
        self._after("commit-transaction")

    def abort_transaction(self) -> None:
        """Never called: a producer whose result is unclear is discarded."""
        raise NotImplementedError

    def close(self, timeout: float | None = None) -> None:
        """Drop the records that were not written."""
        del timeout
        self._waiting.clear()

    @property
    def _named(self) -> str:
        assert self._name is not None, "made without a transactional id"
        return self._name

    def _write(self, partition: Any, records: list[Outgoing]) -> None:
        where = f"write to {partition.topic}"
        self._before(where)
        if self._name is None:
            self._cluster.write(partition, records)
        else:
            self._cluster.write_within(self._named, self._epoch, partition, records)
            if self._process.heals:
                self._cluster.repeats(records)
        self._after(where)

    def _before(self, call: str) -> None:
        self._fate.before(self._process, call, KafkaTimeoutError)

    def _after(self, call: str) -> None:
        self._fate.after(self._process, call, KafkaTimeoutError)
