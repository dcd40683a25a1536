"""The intake of an engine worker: what a poll brings is a batch, decided in one transaction.

Offsets are committed after the log's transaction, so that a crash anywhere means redelivery, and
redelivery means the first outcome again. The relay publishes outcomes; the worker itself publishes
only outcomes that are given again, notices of parked commands, and dead letters.
"""

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import Any, Final, NamedTuple

from adapters.clocks import Gathering
from adapters.door import Door
from adapters.engine.worker import BATCH, Worker
from adapters.kafka.api import Consumer, Record
from adapters.kafka.batches import Undecoded
from adapters.kafka.binding import Outgoing, message_of, outcome_of
from adapters.kafka.clients import Brokers, in_order
from adapters.kafka.dead_letters import aside
from adapters.kafka.handed_on import NotHandedOn, handed_on
from adapters.kafka.kafka_python import (
    PartitionLost,
    committed_offset,
    partition,
    telling,
    while_ours,
)
from adapters.kafka.membership import Member
from adapters.kafka.noted import as_metadata
from adapters.kafka.topics import Topics
from adapters.kafka.writer import Writer
from adapters.observe.logs import logger
from domain.engine.batch import Arrival
from domain.words.messages import Unreadable

POLL_MS: Final = 500
"""How long a poll waits for records."""


class Taken(NamedTuple):
    """What one poll brought: records, and how many of them could not be read."""

    records: int = 0
    dead: int = 0


class Intake:
    """Reads commands as a member of the engines' group and has them decided."""

    def __init__(
        self,
        worker: Worker,
        door: Door,
        brokers: Brokers,
        topics: Topics,
        *,
        cell: str,
        group: str,
    ) -> None:
        self.worker = worker
        self._topics = topics
        self._door = door
        self._cell = cell
        self.group = group
        self._read: dict[Any, int] = {}
        self.gathering = Gathering()
        with ExitStack() as opened:
            self.consumer: Consumer = brokers.consumer(group, max_poll_records=BATCH)
            opened.callback(self.consumer.close, autocommit=False)
            self._writer = Writer(brokers)
            opened.callback(self._writer.close)
            self.consumer.subscribe(topics.taken_in)
            self._opened = opened.pop_all()

    def turn(self, poll_ms: int = POLL_MS) -> Taken:
        """Decide what one poll brings.

        Where it raises, nothing was committed and the records will be read again. Raises
        Unreachable and LogError.
        """
        self.gathering.wait()
        with telling():
            records = in_order(self.consumer.poll(poll_ms, BATCH))
        self.gathering.came(len(records), BATCH)
        if not records:
            return Taken()
        try:
            return self._take(records)
        except BaseException:
            self._rewind(records)
            raise

    @property
    def member(self) -> Member:
        """This worker as a member of its group; it may have no partition all the same."""
        return Member(self.consumer, self.group, self._topics.taken_in)

    def lag(self) -> dict[tuple[str, int], int]:
        """How many records lie ahead in each partition of this worker, as far as known."""
        ahead: dict[tuple[str, int], int] = {}
        for each in self.consumer.assignment():
            with suppress(PartitionLost), while_ours():
                end = self.consumer.highwater(each) or 0
                ahead[each.topic, each.partition] = max(0, end - self._read.get(each, end))
        return ahead

    def close(self) -> None:
        """Leave the group, so that others take over at once."""
        self._opened.close()

    def _take(self, records: Sequence[Record]) -> Taken:
        arrivals, dead = self._arrivals(records)
        outcomes = self.worker.handle(arrivals)
        answers = [
            (self._topics.outcomes, outcome_of(each, self._cell))
            for each in outcomes
            if each.again or each.parked
        ]
        self._writer.write([*dead, *answers])
        self._commit(records)
        return Taken(len(records), len(dead))

    def _arrivals(
        self, records: Sequence[Record]
    ) -> tuple[list[Arrival], list[tuple[str, Outgoing]]]:
        """The records that can be read, as arrivals; the others, as they go to the dead topic."""
        arrivals: list[Arrival] = []
        dead: list[tuple[str, Outgoing]] = []
        for record in records:
            read = self._arrival(record)
            if isinstance(read, Unreadable):
                dead.append((self._topics.dead, aside(record, read.fault)))
            else:
                arrivals.append(read)
        return arrivals, dead

    def _arrival(self, record: Record) -> Arrival | Unreadable:
        """A record as an arrival, or what is wrong with it."""
        if isinstance(record.value, Undecoded):
            logger(__name__).error(
                "undecoded", topic=record.topic, partition=record.partition, said=record.value.told
            )
            return Unreadable(record.value.told)
        try:
            arrival = self._let_in(record)
        except NotHandedOn as fault:
            return Unreadable(str(fault))
        return arrival.read if isinstance(arrival.read, Unreadable) else arrival

    def _let_in(self, record: Record) -> Arrival:
        """A record through the door of its topic. Raises NotHandedOn."""
        if record.topic == self._topics.http:
            return self._door.from_server(handed_on(record))
        message, written = message_of(record)
        inside = record.topic == self._topics.internal
        let_in = self._door.from_inside if inside else self._door.from_outside
        return let_in(message, written)

    def _commit(self, records: Sequence[Record]) -> None:
        """Commit offsets; if the group was rebalanced meanwhile, the next owner reads again."""
        from kafka.errors import (
            CommitFailedError,
            IllegalGenerationError,
            RebalanceInProgressError,
            UnknownMemberIdError,
        )

        ends = {partition(each.topic, each.partition): each.offset + 1 for each in records}
        self._read.update(ends)
        noted = as_metadata(self.worker.mark)
        after = {each: committed_offset(offset, noted) for each, offset in ends.items()}
        try:
            with telling():
                self.consumer.commit(after)
        except (
            CommitFailedError,
            IllegalGenerationError,
            RebalanceInProgressError,
            UnknownMemberIdError,
        ) as moved:
            logger(__name__).info("partitions-moved", records=len(records), said=str(moved))

    def _rewind(self, records: Sequence[Record]) -> None:
        """Read these records again at the next turn, if their partitions are still ours."""
        first: dict[Any, int] = {}
        for each in records:
            first.setdefault(partition(each.topic, each.partition), each.offset)
        for each, offset in first.items():
            with suppress(PartitionLost), while_ours():
                self.consumer.seek(each, offset)
