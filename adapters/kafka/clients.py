"""Kafka's clients as this project uses them: made in one place, with one kind of error."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, cast

from adapters.kafka.admin import Admin
from adapters.kafka.api import Consumer, Producer, Record
from adapters.kafka.batches import Undecoded
from adapters.kafka.binding import Outgoing
from adapters.kafka.kafka_python import (
    Undecodable,
    Unreachable,
    group_consumer,
    leaving_nothing,
    partition,
    record_producer,
    telling,
)
from adapters.kafka.producer_thread import ProducerThread
from adapters.kafka.security import Security
from adapters.kafka.topic_settings import LARGEST

POLL_BYTES: Final = 16 * 1024 * 1024
"""The most bytes in one answer of a broker: they bound a reader's memory."""

PARTITION_BYTES: Final = 1024 * 1024

SESSION_MS: Final = 10_000
"""How long a member of a group may be silent before others take its partitions."""

LEAST_SESSION_MS: Final = 6_000
"""What brokers accept at least, unless they are told otherwise (group.min.session.timeout.ms)."""

TURN_MS: Final = 60_000
"""How long a member may take between two polls, and so how long its group waits in a rebalance for
a member that does not rejoin: the library's default is five minutes.
"""

BLOCK_MS: Final = 20_000
"""How long a producer waits for a broker that it has reached before."""

REACH_MS: Final = 4_000
"""How long a new client tries to reach a broker: whoever waits at a terminal is told within 5 s."""


CLOSING: Final = 5
"""Seconds that a producer may take to write what is under way when it is closed."""

_SILENCE_MS: Final = 500
_SILENCES: Final = 60
"""Polls in a row that may bring nothing before a topic counts as unreadable."""


class Brokers:
    """Where the cluster is and how to speak with it: makes all clients.

    `haste` is for tests: so many times as soon a group gives up a silent member. What was handed to
    a producer is not given up sooner.
    """

    haste = 1.0

    def __init__(
        self, bootstrap: str, security: Security | None = None, *, haste: float = 1.0
    ) -> None:
        self.bootstrap = bootstrap
        self.haste = haste
        self._session_ms = max(LEAST_SESSION_MS, round(SESSION_MS / haste))
        self._common: dict[str, Any] = {
            "bootstrap_servers": bootstrap.split(","),
            "client_id": "tieline",
            **(security or Security()).options(),
        }

    def consumer(self, group: str | None = None, **options: Any) -> Consumer:
        """A reader of committed records that commits nothing by itself. Raises Unreachable."""
        return cast(
            "Consumer",
            self._made(
                group_consumer(),
                group_id=group,
                **{
                    "enable_auto_commit": False,
                    "auto_offset_reset": "earliest",
                    "isolation_level": "read_committed",
                    "fetch_max_bytes": POLL_BYTES,
                    "max_partition_fetch_bytes": PARTITION_BYTES,
                    "session_timeout_ms": self._session_ms,
                    "heartbeat_interval_ms": self._session_ms // 5,
                    "max_poll_interval_ms": TURN_MS,
                    "metrics_enabled": False,
                    **options,
                },
            ),
        )

    def producer(self, transactional_id: str | None = None, **options: Any) -> Producer:
        """A writer that waits for all replicas and never writes a record twice.

        Raises Unreachable.
        """
        return cast(
            "Producer",
            self._made(
                record_producer(),
                transactional_id=transactional_id,
                **{
                    "acks": "all",
                    "enable_idempotence": True,
                    "batch_size": 256 * 1024,
                    "max_request_size": LARGEST,
                    "max_block_ms": BLOCK_MS,
                    "delivery_timeout_ms": 2 * BLOCK_MS,
                    "request_timeout_ms": BLOCK_MS,
                    "metrics_enabled": False,
                    **options,
                },
            ),
        )

    def thread(self) -> ProducerThread:
        """A thread for a producer whose calls may hang."""
        return ProducerThread()

    @contextmanager
    def admin(self, **options: Any) -> Generator[Admin]:
        """Questions about topics and groups. Raises Unreachable."""
        from kafka.admin import KafkaAdminClient

        made = Admin(self._made(KafkaAdminClient, **options))
        try:
            yield made
        finally:
            made.close()

    def _made(self, kind: Callable[..., Any], **options: Any) -> Any:
        with telling(self.bootstrap), leaving_nothing() as connects:
            return kind(
                **self._common, kafka_client=connects, bootstrap_timeout_ms=REACH_MS, **options
            )


def deliver(producer: Producer, records: Iterable[tuple[str, Outgoing]]) -> None:
    """Write records, each on its topic, and wait until all are written. Raises Unreachable."""
    with telling():
        sent = [
            producer.send(topic, value=each.value, key=each.key, headers=each.headers)
            for topic, each in records
        ]
        for each in sent:
            each.get(BLOCK_MS / 1000)


def in_order(polled: Mapping[Any, Any]) -> list[Record]:
    """The records of a poll, partition by partition, each partition in its order."""
    return [record for records in polled.values() for record in records]


def sound(record: Record) -> Record:
    """The record, which may not be passed over. Raises Undecodable if it stands for a batch that
    can't be decoded.
    """
    if isinstance(record.value, Undecoded):
        raise Undecodable(
            f"In the topic {record.topic}, partition {record.partition}, {record.value.told}, and "
            "nothing there may be passed over (docs/operations.md, Records that can't be decoded)"
        )
    return record


def start_at_end(consumer: Consumer, parts: Sequence[Any]) -> None:
    """Read these partitions from their end as of now. Raises Unreachable."""
    with telling():
        consumer.assign(parts)
        for each, end in consumer.end_offsets(parts).items():
            consumer.seek(each, end)


def everything_in(brokers: Brokers, topic: str, page: int) -> Iterator[Record]:
    """A topic from its beginning to its end as of now, as `read_committed` readers see it, about
    `page` records in memory at once. Raises Unreachable.
    """
    with brokers.admin() as admin:
        count = admin.partitions([topic]).get(topic, 0)
    parts = [partition(topic, number) for number in range(count)]
    consumer = brokers.consumer(max_poll_records=page)
    try:
        with telling():
            consumer.assign(parts)
            ends = consumer.end_offsets(parts)
            for each, begin in consumer.beginning_offsets(parts).items():
                consumer.seek(each, begin)
        silences = 0
        while any(consumer.position(each) < ends[each] for each in parts):
            with telling():
                records = in_order(consumer.poll(_SILENCE_MS))
            silences = 0 if records else silences + 1
            if silences > _SILENCES:
                raise Unreachable(f"the topic {topic} can't be read to its end")
            yield from records
    finally:
        consumer.close(autocommit=False)
