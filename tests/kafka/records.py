"""Records as a consumer would hand them over."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.kafka.binding import Outgoing
from adapters.kafka.clients import Brokers
from adapters.kafka.intake import Intake, Taken
from adapters.kafka.kafka_python import partition


@dataclass
class Heard:
    """A record that was read."""

    value: bytes | None = None
    key: bytes | None = None
    headers: Sequence[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    topic: str = "tieline.commands"
    partition: int = 0
    offset: int = 0
    timestamp: int = 0


def heard(record: Outgoing) -> Heard:
    """A written record, as a consumer reads it."""
    return Heard(record.value, record.key, list(record.headers))


def everything(brokers: Brokers, topic: str, *, committed: bool = True) -> list[Any]:
    """All records that a topic holds now."""
    with brokers.admin() as admin:
        count = admin.partitions([topic])[topic]
    level = "read_committed" if committed else "read_uncommitted"
    consumer = brokers.consumer(isolation_level=level)
    try:
        parts = [partition(topic, number) for number in range(count)]
        consumer.assign(parts)
        ends = consumer.end_offsets(parts)
        for each in parts:
            consumer.seek(each, 0)
        records: list[Any] = []
        while any(consumer.position(each) < ends[each] for each in parts):
            for some in consumer.poll(500).values():
                records.extend(some)
        return records
    finally:
        consumer.close(autocommit=False)


def publish(brokers: Brokers, topic: str, *records: Outgoing) -> None:
    """Write records, one after another."""
    producer = brokers.producer()
    for each in records:
        producer.send(topic, value=each.value, key=each.key, headers=each.headers).get(10)
    producer.close()


def taken(intake: Intake, count: int) -> int:
    """Take in `count` records; returns how many of them are dead letters."""
    sums = Taken()
    for _ in range(100):
        now = intake.turn(100)
        sums = Taken(sums.records + now.records, sums.dead + now.dead)
        if sums.records >= count:
            return sums.dead
    raise AssertionError(f"{sums} of {count}")
