# pyright: basic, reportAttributeAccessIssue=false, reportAssignmentType=false
"""What is taken from kafka-python itself, which has no types: here that shows, and in batches.py.

The library takes long to load, so each function loads what it needs.
"""

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from time import monotonic, time_ns
from typing import Any, Final

from adapters.kafka.batches import partition_records
from domain.engine.log import EventUnreadable

_BORN: Final = time_ns()
"""When this process began: an assignor of ours goes by the age of members."""


class Unreachable(Exception):
    """No broker answers just now; the text says which were asked. Wait, and try again."""


class Undecodable(Unreachable, EventUnreadable):
    """A topic holds what can't be read, and nobody may pass over it. Whoever needs the topic waits
    until somebody acts, as if it were away.
    """


def partition(topic: str, number: int) -> Any:
    """kafka-python's own form of a partition."""
    from kafka import TopicPartition

    return TopicPartition(topic, number)


def committed_offset(offset: int, metadata: str = "") -> Any:
    """kafka-python's form of an offset to commit."""
    from kafka import OffsetAndMetadata

    return OffsetAndMetadata(offset, metadata, -1)


@contextmanager
def telling(bootstrap: str = "") -> Generator[None]:
    """Turns errors that mean "not just now" into Unreachable, and so missing permissions."""
    from kafka import errors

    where = f" at {bootstrap}" if bootstrap else ""
    try:
        yield
    except errors.UnknownTopicOrPartitionError as fault:
        raise Unreachable(f"Kafka{where} has no such topic ({fault})") from fault
    except (errors.RetriableError, errors.BrokerNotAvailableError) as fault:
        raise Unreachable(
            f"Kafka{where} does not answer ({type(fault).__name__}: {fault})"
        ) from fault
    except (errors.AuthorizationError, errors.SaslAuthenticationFailedError) as fault:
        raise Unreachable(f"Kafka{where} refuses ({type(fault).__name__}: {fault})") from fault


@contextmanager
def leaving_nothing() -> Generator[Callable[..., Any]]:
    """How a new client connects. If it can't be made, what it has opened is closed: the library
    would leave connections and a thread behind each time that the brokers are away.

    No client of ours has the brokers make a topic because it names one: that topic would have one
    partition, and expire. The library has an option for that and drops it on the way
    (docs/decisions/0013), so it is set here.
    """
    from kafka.net.compat import KafkaNetClient

    opened: list[Any] = []

    def connects(**options: Any) -> Any:
        client = KafkaNetClient(**options)
        opened.append(client)
        client.cluster.config["allow_auto_create_topics"] = False
        return client

    try:
        yield connects
    except BaseException:
        for each in opened:
            each.close()
        raise


def forget_coordinator(client: Any, group: str) -> None:
    """Have an admin client find a group's coordinator again. It remembers the one that it found for
    as long as it lives, and would go on asking it after the group has moved to another broker
    (docs/decisions/0013).
    """
    known = client._manager.cluster._coordinators  # noqa: SLF001
    for each in [kind_and_key for kind_and_key in known if kind_and_key[1] == group]:
        del known[each]


class PartitionLost(Exception):
    """A partition went to another member of the group between two calls."""


@contextmanager
def while_ours() -> Generator[None]:
    """Turns the client's errors about a partition that it no longer has into PartitionLost: its own
    thread may rebalance the group at any time.
    """
    from kafka import errors

    try:
        yield
    except (errors.IllegalStateError, KeyError, ValueError) as fault:
        raise PartitionLost(str(fault)) from fault


def group_consumer() -> Any:
    """A consumer that joins its group once it knows the partitions of its topics. A group's leader
    that has not heard of them assigns none, and nobody notices. It gives batches that can't be
    decoded as records (adapters/kafka/batches.py).
    """
    from kafka import KafkaConsumer

    class GroupConsumer(KafkaConsumer):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self._fetcher.PartitionRecords = partition_records()
            _give_paused_again(self._fetcher)
            if options.get("group_id") is not None:
                _keep_joins(self._coordinator)

        def subscribe(self, topics: Any = (), **options: Any) -> None:
            with telling():
                for topic in topics:
                    if not self.partitions_for_topic(topic):
                        raise Unreachable(f"the brokers do not say yet where {topic} lies")
            super().subscribe(topics, **options)

        def poll(self, timeout_ms: int = 0, *args: Any, **options: Any) -> Any:
            """The library waits for records to the end. Here a member without partitions waits for
            them, and no longer.
            """
            begun = monotonic()
            while self.subscription() and not self.assignment():
                left_ms = timeout_ms - round(1000 * (monotonic() - begun))
                polled = super().poll(max(0, min(left_ms, _SLICE_MS)), *args, **options)
                if polled or self.assignment() or left_ms <= _SLICE_MS:
                    return polled
            return super().poll(timeout_ms, *args, **options)

    return GroupConsumer


def _give_paused_again(fetcher: Any) -> None:
    """The library keeps records that it had when their partition was paused, and after `resume`
    looks for them only while no other partition was read to its end: nobody would get them, nor
    anything after them (docs/decisions/0013). Here it looks whenever it has no other records.
    """
    given = fetcher.fetched_records

    def fetched_records(*args: Any, **options: Any) -> Any:
        if not fetcher._next_partition_records:  # noqa: SLF001 - empty, and not None
            fetcher._next_partition_records = None  # noqa: SLF001
        return given(*args, **options)

    fetcher.fetched_records = fetched_records


_SLICE_MS: Final = 50
"""How long until a consumer that has joined its group notices it."""


def _keep_joins(coordinator: Any) -> None:
    """The library throws away a join that ended between two polls, and begins another: a member
    that polls briefly and seldom would never get a partition, nor say so. Here the library waits
    for the join that it has already.

    It also forgets a join under way if the leader's view of the topics changed meanwhile: nothing
    would take the join up, and the member would send no heartbeat again (docs/decisions/0013). Here
    a member that has begun to rejoin needs to until it has.
    """
    from kafka.future import Future

    join, needs_to = coordinator.join_group_async, coordinator.need_rejoin

    async def join_group_async(timeout_ms: Any = None) -> Any:
        joined = coordinator._join_task  # noqa: SLF001 - it has no other name
        if joined is not None and joined.succeeded():
            again = coordinator._join_task = Future()  # noqa: SLF001
            coordinator._manager.call_soon(again.success, joined.value)  # noqa: SLF001
        return await join(timeout_ms)

    def need_rejoin() -> bool:
        return coordinator.rejoining or needs_to()

    coordinator.join_group_async = join_group_async
    coordinator.need_rejoin = need_rejoin


_UNHEARD_MS: Final = 3000
"""How long brokers may not have heard of a topic that was just made."""

_NOTHING: Final = b"neither key nor value"


def record_producer() -> Any:
    """A producer that also writes a record with neither key nor value, which others may have
    written and the library refuses: the dead topic keeps it as it came.
    """
    from kafka import KafkaProducer, errors
    from kafka.serializer import Serializer

    class AsGiven(Serializer):
        def serialize(self, topic: str, headers: Any, data: Any) -> Any:
            del topic, headers
            return None if data is _NOTHING else data

    class RecordProducer(KafkaProducer):
        def __init__(self, **options: Any) -> None:
            super().__init__(value_serializer=AsGiven(), **options)

        def send(self, topic: str, value: Any = None, key: Any = None, **options: Any) -> Any:
            given = _NOTHING if value is None and key is None else value
            return super().send(topic, value=given, key=key, **options)

        def _wait_on_metadata(self, topic: str, max_wait_ms: float) -> Any:
            """The library waits as long for a topic that is not there as for brokers that are
            away. Here whoever writes to it is told once brokers have answered without it.
            """
            until = monotonic() + max_wait_ms / 1000
            while True:
                begun = monotonic()
                slice_ms = max(0, min(_UNHEARD_MS, 1000 * (until - begun)))
                try:
                    return super()._wait_on_metadata(topic, slice_ms)
                except errors.KafkaTimeoutError:
                    told = self._metadata._last_successful_refresh_ms / 1000 >= begun  # noqa: SLF001
                    if told:
                        raise errors.UnknownTopicOrPartitionError(topic) from None
                    if monotonic() >= until:
                        raise

        def close(self, timeout: Any = None, **options: Any) -> None:
            """The library leaves its thread at work if something is still under way in the end: it
            would be written later, or never given up.
            """
            try:
                super().close(timeout=timeout, **options)
            finally:
                sender = getattr(self, "_sender", None)
                if sender is not None and sender.is_alive():
                    sender.force_close()

    return RecordProducer


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
    """A listener that calls `note` when partitions are rebalanced."""
    from kafka import ConsumerRebalanceListener

    class Noting(ConsumerRebalanceListener):
        """Runs on the client's own thread: it only notes that partitions were rebalanced."""

        def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
            del revoked
            note()

        def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
            del assigned
            note()

    return Noting()
