"""The cluster as one process reaches it: makes its clients, as adapters/kafka/clients.py does."""

from collections.abc import Callable, Collection, Generator, Iterable
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.errors import KafkaTimeoutError

from adapters.kafka.admin import Admin, Described, TopicSpec
from adapters.kafka.api import Consumer, Partition, Producer
from adapters.kafka.clients import Brokers
from adapters.kafka.kafka_python import telling
from adapters.kafka.producer_thread import ProducerThread
from simulation.cluster import SimulatedCluster
from simulation.consumer import SimulatedConsumer
from simulation.groups import Groups
from simulation.processes import Fate, Process
from simulation.producer import SimulatedProducer

T = TypeVar("T")

MOST: Final = 500
"""Records in one poll, unless the reader sets another number."""


class SimulatedBrokers(Brokers):
    """The cluster as one process reaches it."""

    def __init__(
        self, process: Process, fate: Fate, cluster: SimulatedCluster, groups: Groups
    ) -> None:
        self.bootstrap = "simulated"
        self._process = process
        self._fate = fate
        self._cluster = cluster
        self._groups = groups

    def consumer(self, group: str | None = None, **options: Any) -> Consumer:
        """A consumer of committed records."""
        member = None
        if group is not None:
            assignors = options.get("partition_assignment_strategy", [RangePartitionAssignor])
            member = group, self._groups.group(group, assignors)
        most = options.get("max_poll_records", MOST)
        return SimulatedConsumer(self._process, self._fate, self._cluster, member, most)

    def producer(self, transactional_id: str | None = None, **options: Any) -> Producer:
        """A producer; with a name it writes transactions."""
        del options
        return SimulatedProducer(self._process, self._fate, self._cluster, transactional_id)

    def thread(self) -> ProducerThread:
        """No thread: a call that would hang raises TimeoutError at once."""
        return _AtOnce()

    @contextmanager
    def admin(self, **options: Any) -> Generator[Admin]:
        """An admin client for topics and groups."""
        del options
        yield _SimulatedAdmin(self._process, self._fate, self._cluster)


class _AtOnce(ProducerThread):
    def __init__(self) -> None:
        """Start no thread."""

    def within(self, patience: float, act: Callable[[], T]) -> T:
        """Make the call: it raises TimeoutError itself if it would hang."""
        del patience
        return act()

    def leave(self, producer: Producer) -> None:
        """Close the producer at once."""
        producer.close(timeout=0)


class _SimulatedAdmin(Admin):
    def __init__(self, process: Process, fate: Fate, cluster: SimulatedCluster) -> None:
        self._process = process
        self._fate = fate
        self._cluster = cluster

    def described(self, topics: Collection[str]) -> dict[str, Described]:
        """Each topic that exists; it has no id, as no topic of this cluster is made anew."""
        self._asks("describe-topics")
        known = self._cluster.topics
        return {name: Described(known[name]) for name in topics if name in known}

    def settings(self, topics: Collection[str]) -> dict[str, dict[str, str]]:
        """No settings: nothing is judged by them."""
        return {name: {} for name in topics}

    def brokers(self) -> int:
        """One broker."""
        return 1

    def create(self, specs: Iterable[TopicSpec]) -> None:
        """Create topics as specified."""
        for spec in specs:
            self._asks("create-topic")
            self._cluster.create(spec.name, spec.partitions)

    def group_offsets(self, group: str) -> dict[Partition, tuple[int, str]]:
        """The committed offsets of a group, with their metadata."""
        self._asks("group-offsets")
        noted = self._cluster.offsets.get(group, {})
        return {
            Partition(each.topic, each.partition): (at.offset, at.metadata)
            for each, at in noted.items()
        }

    def groups(self) -> list[str]:
        """The names of groups that have committed offsets."""
        self._asks("list-groups")
        return sorted(self._cluster.offsets)

    def close(self) -> None:
        """Do nothing: the client holds no resources."""

    def _asks(self, call: str) -> None:
        with telling(self._process.name):
            self._fate.before(self._process, call, KafkaTimeoutError)
