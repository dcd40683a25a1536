"""What a test does with a cell: commands decided on its log, parts made and thrown away."""

import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from time import monotonic, sleep
from typing import Any

from adapters.clocks import MessageClock
from adapters.door import Door
from adapters.engine.worker import Worker
from adapters.kafka.clients import Brokers
from adapters.kafka.feed import KafkaFeed
from adapters.kafka.healing import Cell
from adapters.kafka.intake import Intake
from adapters.kafka.kafka_python import Unreachable, committed_offset, partition
from adapters.kafka.lanes import Lanes
from adapters.kafka.relay import Published, Relay
from adapters.speakers import Speakers, everybody
from domain.decider.states import Terms
from domain.engine.outcomes import Outcome
from tests.doors import a_door

START = "2026-01-05T09:00:00.000000Z"


class ACells:
    """A cell, with the parts that a test needs."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.worker = Worker(cell.log, Terms(), MessageClock(START))

    def decide(self, *messages: dict[str, Any]) -> list[Outcome]:
        """Decide messages on the log, as if they had arrived."""
        lines = [json.dumps(each).encode() for each in messages]
        return self.worker.handle(a_door().from_lines(lines))

    def customers(self, first: int, last: int) -> list[Outcome]:
        """Register the customers from `first` to `last`, with two events each."""
        return self.decide(*(register(f"acme-{number}") for number in range(first, last + 1)))

    @contextmanager
    def relay(self, seconds: Callable[[], float] = monotonic) -> Generator[Relay]:
        """A relay of the cell."""
        _, brokers, topics, source, group = self.cell
        relay = Relay(self.cell.log, brokers, topics, cell=source, group=group, seconds=seconds)
        try:
            yield relay
        finally:
            relay.close()

    @contextmanager
    def intake(self, speakers: Speakers | None = None) -> Generator[Intake]:
        """An engine worker of the cell."""
        cell = self.cell
        group = f"{cell.source[1:]}-engine"
        door = Door(speakers or everybody("user:owner"), bytes)
        intake = Intake(self.worker, door, cell.brokers, cell.topics, cell=cell.source, group=group)
        try:
            yield intake
        finally:
            intake.close()

    def publish_all(self) -> None:
        """Publish everything that the log holds."""
        with self.relay() as relay:
            while relay.turn() != Published():
                pass
        for _ in range(100):  # readers see a committed transaction a moment later
            if self._end("read_committed") == self._end("read_uncommitted"):
                return
            sleep(0.02)

    def _end(self, level: str) -> Mapping[Any, int]:
        topics = self.cell.topics
        with self.cell.brokers.admin() as admin:
            counts = admin.partitions([topics.events, topics.outcomes])
        consumer = self.cell.brokers.consumer(isolation_level=level)
        try:
            return consumer.end_offsets([partition(t, n) for t in counts for n in range(counts[t])])
        finally:
            consumer.close(autocommit=False)

    def feed(self, group: str | None = None) -> KafkaFeed:
        """A reader of the cell's topics; the caller closes it."""
        cell = self.cell
        with cell.brokers.admin() as admin:
            lanes = Lanes(cell.topics, admin.described(cell.topics))
        return KafkaFeed(cell.brokers, lanes, cell=cell.source, group=group)


def answering(bootstrap: str) -> Brokers:
    """A cluster, once it answers for groups: it starts to when first asked for a group."""
    brokers = Brokers(bootstrap)
    with brokers.admin() as admin:
        for _ in range(100):
            with suppress(Unreachable):
                admin.group_offsets("nobody")
                break
            sleep(0.1)
    return brokers


def reset_group(cell: Cell) -> None:
    """Reset the relay's group to the beginning of each partition, as Kafka's own tool does: offsets
    without metadata.
    """
    with cell.brokers.admin() as admin:
        counts = admin.partitions([cell.topics.events])
    consumer = cell.brokers.consumer(cell.relay)
    try:
        parts = [partition(topic, n) for topic in counts for n in range(counts[topic])]
        consumer.commit({each: committed_offset(0) for each in parts})
    finally:
        consumer.close(autocommit=False)


def register(customer: str, **more: Any) -> dict[str, Any]:
    """The command that registers a customer."""
    return {
        "specversion": "1.0",
        "id": f"register-{customer}",
        "source": "/portal",
        "type": "tieline.command.register-customer.v1",
        "subject": f"customer/{customer}",
        "data": {"name": customer, "model": "connect-through"},
        **more,
    }
