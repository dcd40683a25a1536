"""The relay publishes what the log holds, once, in the order of the log.

Events and outcomes are published in Kafka transactions that carry the relay's own checkpoint, so
that a restart goes on exactly after the last one that was committed. Kafka's transaction protocol
as our client speaks it can in rare cases lose or repeat a transaction; readers notice, and `repair`
heals.
"""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from time import monotonic, time_ns
from typing import Final, NamedTuple

import orjson

from adapters.kafka.binding import Outgoing, event_of, outcome_of
from adapters.kafka.clients import Brokers
from adapters.kafka.kafka_python import committed_offset, partition
from adapters.kafka.topics import Topics
from adapters.kafka.transactions import Fenced, Transactions
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


class LogForked(Exception):
    """The log holds another event under an id that was published: it was restored from a backup
    older than what was published, or is another log. Nothing more is published.
    """


class Checkpoint(NamedTuple):
    """How far the relay has published, and what the last event was."""

    position: int = 0
    outcome: int = 0
    digest: str = ""
    """Of the last published event, as it is stored."""

    def as_metadata(self) -> str:
        """The metadata to commit beside the position."""
        return orjson.dumps({"outcome": self.outcome, "digest": self.digest}).decode()

    @classmethod
    def of(cls, position: int, metadata: str) -> "Checkpoint":
        """A checkpoint from what was committed."""
        noted = orjson.loads(metadata)
        return cls(position, noted["outcome"], noted["digest"])


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
            self._seen = published_checkpoint(self._brokers, self._group), self._seconds()
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
        self.checkpoint = published_checkpoint(self._brokers, self._group)
        self._stands_by = False
        self._noted_at = self._seconds()
        check_forked(self._log, self.checkpoint)

    def _takes_over(self) -> bool:
        """Whether the active relay has stopped moving although there is something to publish."""
        if self._seconds() < self._looks_at:
            return False
        now = published_checkpoint(self._brokers, self._group)
        seen, since = self._seen
        is_moving = now != seen or now[:2] == self._look()
        self._looks_at = self._seconds() + LOOK
        if is_moving:
            self._seen = now, self._seconds()
            return False
        return self._seconds() - since > TAKEOVER

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
    """How far a log was published, as committed in Kafka. Raises Unreachable."""
    with brokers.admin() as admin:
        noted = admin.group_offsets(group)
    for position, metadata in noted.values():
        return Checkpoint.of(position, metadata)
    return Checkpoint()


def check_forked(log: Log, at: Checkpoint) -> None:
    """Raises LogForked if the last published event is not the one that the log holds there."""
    mark = log.mark()
    if mark.position < at.position or mark.outcome < at.outcome:
        raise LogForked(
            f"log-forked: {at.position} events and {at.outcome} outcomes were published, the log "
            f"holds {mark.position} and {mark.outcome}. It was restored from a backup older than "
            "what was published (docs/operations.md, Restore)"
        )
    if at.position:
        refuse_another(log.rows(at.position - 1, 1), at)


def refuse_another(rows: Sequence[tuple[int, EventRow]], at: Checkpoint) -> None:
    """Raises LogForked unless the first of these rows is the last published event."""
    if rows and digest_of(rows[0][1]) == at.digest:
        return
    holds = f"{rows[0][1].stream}/{rows[0][1].version}" if rows else "nothing"
    raise LogForked(
        f"log-forked: position {at.position} holds {holds}, which is "
        "another event than the one that was published there (docs/operations.md, Restore)"
    )


def digest_of(row: EventRow) -> str:
    """A hash that tells one stored event from another."""
    content = f"{row.stream}/{row.version}\0{row.kind}\0".encode() + row.state
    return blake2b(content, digest_size=16).hexdigest()
