"""The relay publishes what the log holds, once, in the order of the log.

Events and outcomes are published in Kafka transactions that carry the relay's own checkpoint, so
that a restart goes on exactly after the last one that was committed. Kafka's transaction protocol
as our client speaks it can in rare cases lose or repeat a transaction; readers notice, and `repair`
heals.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from time import monotonic, time_ns
from typing import Final, NamedTuple

from adapters.kafka.api import Partition
from adapters.kafka.binding import Outgoing, event_of, outcome_of
from adapters.kafka.checkpoint import Checkpoint, check_forked, digest_of, refuse_another
from adapters.kafka.clients import Brokers
from adapters.kafka.kafka_python import committed_offset, partition
from adapters.kafka.topics import Topics
from adapters.kafka.transactions import Fenced, Transactions
from adapters.observe.logs import logger
from domain.engine.log import EventRow, Log
from domain.engine.outcomes import Stored

LIMIT: Final = 1000
"""The most events, and the most outcomes, in one transaction."""

LOOK: Final = 1.0
"""Seconds between two looks of a relay that stands by."""

KEPT: Final = 3600.0
"""Seconds after which a checkpoint that did not move is committed again: Kafka forgets offsets that
were not committed for days (offsets.retention.minutes, a week), and all of the log would be
published again.
"""

TAKEOVER: Final = 10.0
"""Seconds without progress of the active relay after which one that stands by takes over."""


OnCommitted = Callable[[Sequence[tuple[str, Outgoing]], int], None]


def _untold(records: Sequence[tuple[str, Outgoing]], began: int) -> None:
    del records, began


class CheckpointLost(Exception):
    """The relay's group has offsets without what the relay notes beside them: another tool has set
    them. The text says where, and what becomes of it.
    """


class Published(NamedTuple):
    """What one transaction published."""

    events: int = 0
    outcomes: int = 0


class Behind(NamedTuple):
    """How far the log is ahead of what was published."""

    events: int
    outcomes: int


class Relay:
    """Publishes one log. Any number may run: one is active, the others stand by."""

    def __init__(
        self,
        log: Log,
        brokers: Brokers,
        topics: Topics,
        *,
        cell: str,
        group: str,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._log = log
        self._brokers = brokers
        self._topics = topics
        self._cell = cell
        self._group = group
        self.transactions = Transactions(brokers, group)
        self._stands_by = False
        self._seconds = seconds
        self._seen: tuple[Checkpoint, float] = (Checkpoint(), seconds())
        self._mark = (0, 0)
        self._looks_at = 0.0
        self._noted_at = 0.0
        self._told_lost = False
        self.checkpoint: Checkpoint | None = None
        """Up to where it has published; None while it is not active."""
        self.committed: OnCommitted = _untold
        """Called after each committed transaction with its records, their topics, and when it began
        (in nanoseconds since 1970).
        """

    def turn(self) -> Published:
        """Publish what is new, up to one transaction.

        Raises LogForked, LogError, Unreachable.
        """
        if self._stands_by and not self._takes_over():
            return Published()
        try:
            if not self.transactions.is_open:
                self._open()
            return self._publish()
        except Fenced:
            self.checkpoint = None
            self._stands_by = True
            self._seen = self._noted(), self._seconds()
            return Published()
        except BaseException:
            self.checkpoint = None
            self.transactions.give_up()
            raise

    @property
    def stands_by(self) -> bool:
        """Whether another relay is the active one."""
        return self._stands_by

    def behind(self) -> Behind:
        """How far the log was ahead at the last look, of this relay or of the active one."""
        (position, outcome), at = self._mark, self.checkpoint or self._seen[0]
        return Behind(max(0, position - at.position), max(0, outcome - at.outcome))

    def close(self) -> None:
        """Let go; the next relay aborts an open transaction."""
        self.transactions.give_up()

    def _open(self) -> None:
        self.transactions.open()
        self.checkpoint = self._noted()
        self._stands_by = False
        self._noted_at = self._seconds()
        check_forked(self._log, self.checkpoint)

    def _takes_over(self) -> bool:
        """Whether the active relay has stopped moving although there is something to publish."""
        if self._seconds() < self._looks_at:
            return False
        now = self._noted()
        seen, since = self._seen
        is_moving = now != seen or now[:2] == self._look()
        self._looks_at = self._seconds() + LOOK
        if is_moving:
            self._seen = now, self._seconds()
            return False
        return self._seconds() - since > TAKEOVER

    def _noted(self) -> Checkpoint:
        """The checkpoint as committed. One that was lost is none, loudly: the whole log is
        published again, byte for byte, which readers skip.
        """
        try:
            at = published_checkpoint(self._brokers, self._group)
        except CheckpointLost as lost:
            if not self._told_lost:
                logger(__name__).error("checkpoint-lost", group=self._group, said=str(lost))
            self._told_lost = True
            return Checkpoint()
        self._told_lost = False
        return at

    def _look(self) -> tuple[int, int]:
        """How far the log has come."""
        mark = self._log.mark()
        self._mark = mark.position, mark.outcome
        return self._mark

    def _publish(self) -> Published:
        assert self.checkpoint is not None
        if self._look() == self.checkpoint[:2]:
            self._note_again(self.checkpoint)
            return Published()
        began = time_ns()
        rows = self._next(self.checkpoint)
        position = rows[-1][0] if rows else self.checkpoint.position
        outcomes = [
            each
            for each in self._log.outcomes(self.checkpoint.outcome, LIMIT)
            if each[1].position + each[1].count <= position
        ]
        if not rows and not outcomes:
            return Published()
        after = Checkpoint(
            position,
            outcomes[-1][0] if outcomes else self.checkpoint.outcome,
            digest_of(rows[-1][1]) if rows else self.checkpoint.digest,
        )
        records = [
            *((self._topics.events, event_of(at, row, self._cell.encode())) for at, row in rows),
            *((self._topics.outcomes, self._outcome(each)) for each in outcomes),
        ]
        self._write(records, after)
        self.checkpoint = after
        self.committed(records, began)
        return Published(len(rows), len(outcomes))

    def _next(self, at: Checkpoint) -> Sequence[tuple[int, EventRow]]:
        """The events after those that were published, read together with the last of these: so no
        other log can take this one's place unnoticed. Raises LogForked.
        """
        if self._mark[0] < at.position or self._mark[1] < at.outcome:
            check_forked(self._log, at)
        if not at.position:
            return self._log.rows(0, LIMIT)
        rows = self._log.rows(at.position - 1, LIMIT + 1)
        refuse_another(rows, at)
        return rows[1:]

    def _note_again(self, at: Checkpoint) -> None:
        if at.position and self._seconds() - self._noted_at > KEPT:
            self._write((), at)

    def _write(self, records: Sequence[tuple[str, Outgoing]], after: Checkpoint) -> None:
        noted = {
            partition(self._topics.events, 0): committed_offset(after.position, after.as_metadata())
        }
        self.transactions.write(records, noted, self._group)
        self._noted_at = self._seconds()

    def _outcome(self, numbered: tuple[int, Stored]) -> Outgoing:
        number, stored = numbered
        return outcome_of(stored.outcome(), self._cell, (stored.position, number))


def published_checkpoint(brokers: Brokers, group: str) -> Checkpoint:
    """How far a log was published, as committed in Kafka. Raises CheckpointLost, Unreachable."""
    with brokers.admin() as admin:
        noted = admin.group_offsets(group)
    for offset, metadata in noted.values():
        with suppress(ValueError):
            return Checkpoint.of(offset, metadata)
    if noted:
        raise CheckpointLost(_lost(group, noted))
    return Checkpoint()


def _lost(group: str, noted: Mapping[Partition, tuple[int, str]]) -> str:
    at, (offset, _) = min(noted.items())
    return (
        f"The relay's checkpoint is lost: its group {group} has offset {offset} in {at.topic}/"
        f"{at.partition} and nothing beside it, as where kafka-consumer-groups has reset it. A "
        "relay that runs notes its checkpoint again within the hour; one that starts publishes the "
        "whole log again, byte for byte the same records, which readers skip. Once 'tieline relay "
        "status' shows nothing behind, all is as before (docs/operations.md, The relay's "
        "checkpoint is lost)"
    )
