# pyright: basic, reportAttributeAccessIssue=false, reportAssignmentType=false
"""What is taken from kafka-python itself, which carries no types: the one module where that shows.

A library that takes long to load, so each function loads what it needs.
"""

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from time import time_ns
from typing import Any, Final

_BORN: Final = time_ns()
"""The age of this process, which its groups go by."""


class Unreachable(Exception):
    """No broker answers just now; the text says which were asked. Wait, and try again."""


def partition(topic: str, number: int) -> Any:
    """kafka-python's own name of a partition."""
    from kafka import TopicPartition

    return TopicPartition(topic, number)


def place(offset: int, metadata: str = "") -> Any:
    """kafka-python's form of an offset to commit."""
    from kafka import OffsetAndMetadata

    return OffsetAndMetadata(offset, metadata, -1)


@contextmanager
def telling(bootstrap: str = "") -> Generator[None]:
    """Turns what means "not just now" into Unreachable."""
    from kafka import errors

    try:
        yield
    except (errors.RetriableError, errors.BrokerNotAvailableError) as fault:
        where = f" at {bootstrap}" if bootstrap else ""
        raise Unreachable(
            f"Kafka{where} does not answer ({type(fault).__name__}: {fault})"
        ) from fault


def group_consumer() -> Any:
    """A consumer that joins its group when it knows where its topics lie. One that is made to deal
    out partitions that it has not heard of deals out none, and nobody takes notice.
    """
    from kafka import KafkaConsumer

    class GroupConsumer(KafkaConsumer):
        def subscribe(self, topics: Any = (), **options: Any) -> None:
            with telling():
                for topic in topics:
                    if not self.partitions_for_topic(topic):
                        raise Unreachable(f"the brokers do not say yet where {topic} lies")
            super().subscribe(topics, **options)

    return GroupConsumer


def eldest_takes_all() -> Any:
    """An assignor that gives every partition to the member that has lived longest."""
    from kafka.coordinator.assignors.abstract import (
        AbstractPartitionAssignor,
        ConsumerProtocolAssignment,
        ConsumerProtocolSubscription,
    )

    class EldestTakesAll(AbstractPartitionAssignor):
        name = "tieline-eldest-takes-all"
        version = 0

        def assign(self, cluster: Any, members: Any) -> Any:
            eldest = min(members, key=lambda each: (each.metadata.user_data, each.member_id))
            dealt = [
                (topic, sorted(cluster.partitions_for_topic(topic) or ()))
                for topic in sorted(eldest.metadata.topics)
            ]
            return {
                each.member_id: ConsumerProtocolAssignment(
                    self.version, dealt if each is eldest else [], b""
                )
                for each in members
            }

        def metadata(self, topics: Any) -> Any:
            return ConsumerProtocolSubscription(
                self.version, sorted(topics), _BORN.to_bytes(8, "big")
            )

        def on_assignment(self, assignment: Any, generation: Any) -> None:
            del assignment, generation

    return EldestTakesAll


def listener(note: Callable[[], None]) -> Any:
    """What a consumer tells of partitions that were dealt anew."""
    from kafka import ConsumerRebalanceListener

    class Noting(ConsumerRebalanceListener):
        """Runs on the client's own thread: it only notes that partitions were dealt anew."""

        def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
            del revoked
            note()

        def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
            del assigned
            note()

    return Noting()
