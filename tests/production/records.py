"""The records of a topic as they are kept there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from adapters.kafka.clients import Brokers
from adapters.kafka.kafka_python import partition

PATIENCE: Final = 90.0
"""Seconds within which a cell that nobody disturbs must come to rest, and a topic be read."""

_PAGE: Final = 1000


@dataclass
class Kept:
    """One record of a topic."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]

    @property
    def told(self) -> Mapping[str, str]:
        """Its headers as text."""
        return {name: value.decode(errors="replace") for name, value in self.headers}

    @property
    def content(self) -> tuple[bytes | None, bytes | None, Sequence[tuple[str, bytes]]]:
        """What its writer wrote."""
        return self.key, self.value, self.headers

    @property
    def origin(self) -> str:
        """Its topic, partition and offset, as a dead letter names them."""
        return f"{self.topic}/{self.partition}/{self.offset}"


def everything_on(brokers: Brokers, topic: str) -> list[Kept]:
    """All records of a topic that readers of committed records see."""
    with brokers.admin() as admin:
        count = admin.partitions([topic])[topic]
    consumer = brokers.consumer(max_poll_records=_PAGE)
    try:
        parts = [partition(topic, number) for number in range(count)]
        consumer.assign(parts)
        ends = consumer.end_offsets(parts)
        for each, begin in consumer.beginning_offsets(parts).items():
            consumer.seek(each, begin)
        kept: list[Kept] = []
        deadline = monotonic() + PATIENCE
        while any(consumer.position(each) < ends[each] for each in parts):
            assert monotonic() < deadline, f"{topic} can't be read to its end"
            for records in consumer.poll(500).values():
                kept += map(_kept, records)
        return kept
    finally:
        consumer.close(autocommit=False)


def _kept(record: Any) -> Kept:
    return Kept(
        record.topic,
        record.partition,
        record.offset,
        record.timestamp,
        record.key,
        record.value,
        tuple(record.headers),
    )
