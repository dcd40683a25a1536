"""The topics as a feed (projections/feed.py): events and refused attempts, a lane per partition.

Lanes interleave, may repeat what they gave and, at worst, miss an event; readers count versions per
stream. In a group, one member reads everything and the others stand by.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any, Final

from adapters.clocks import Every, Gathering
from adapters.kafka.api import Consumer, Record
from adapters.kafka.clients import Brokers
from adapters.kafka.feed_pages import page_of
from adapters.kafka.kafka_python import (
    PartitionLost,
    Unreachable,
    committed_offset,
    eldest_takes_all,
    listener,
    telling,
    while_ours,
)
from adapters.kafka.lanes import Lanes
from adapters.kafka.membership import Member
from projections.feed import EVERYTHING, Checkpoint, Page, Selection, is_of_outcomes

POLL_MS: Final = 100
JOIN_MS: Final = 1500
"""How long a member without partitions polls: joining a group advances only within a poll."""

NOTED_EVERY: Final = 0.1
"""Seconds between two commits of offsets while there is more to read: each is a record to Kafka."""

PATIENCE: Final = 60.0
"""Seconds without any progress after which a reader that must reach a checkpoint gives up."""


class KafkaFeed:
    """Reads the events and outcomes of one cell, alone or as a member of `group`."""

    def __init__(
        self,
        brokers: Brokers,
        lanes: Lanes,
        *,
        cell: str,
        group: str | None = None,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self.group = group
        self.whole = False
        self._cell = cell.encode()
        self._of = lanes
        self._lanes, self._names = lanes.partitions, lanes.names
        self._at: dict[str, int] = {}
        self._noted: dict[str, int] = {}
        self._notes = Every(NOTED_EVERY, seconds)
        self._noting: Any = None
        self._rebalanced = False
        self._idle = True
        self.last: Page = Page((), (), {})
        """What was read last."""
        self.poll_ms = POLL_MS
        self.gathering = Gathering()
        self._consumer = self._opened(brokers)

    @property
    def active(self) -> bool:
        """Whether this member of its group is the one that reads."""
        return self.group is None or set(self._lanes.values()) <= self._consumer.assignment()

    @property
    def member(self) -> Member:
        """This reader as a member of its group."""
        assert self.group is not None, "it reads alone"
        return Member(self._consumer, self.group, sorted(self._of.topics.values()))

    def end(self) -> Checkpoint:
        """The end of every lane as of now, as far as it is committed. Raises Unreachable."""
        with telling():
            ends = self._consumer.end_offsets(list(self._lanes.values()))
        return self._of.marked({self._names[each]: offset for each, offset in ends.items()})

    def read(
        self,
        after: Checkpoint,
        limit: int,
        wanted: Selection = EVERYTHING,
        upto: Checkpoint | None = None,
    ) -> Page:
        """What comes after a checkpoint, from all lanes. With `upto` it waits until there is
        something, or every lane has reached it. Raises Unreachable, Undecodable, PlaceLost.
        """
        self._of.refuse_others(after)
        self._of.refuse_others(upto or {})
        lanes = [lane for lane in self._lanes if wanted.refusals or not is_of_outcomes(lane)]
        checkpoint = {lane: after.get(lane, 0) for lane in lanes}
        deadline = monotonic() + PATIENCE
        while True:
            polled, now = self._polled(checkpoint, limit, upto)
            if polled or upto is None or _reached(now, upto):
                self.last = page_of(polled, now, self._names, self._cell)
                return self.last._replace(checkpoint=self._of.marked(now))
            if now != checkpoint:
                checkpoint, deadline = now, monotonic() + PATIENCE
            elif monotonic() > deadline:
                raise Unreachable(f"Kafka gave nothing more for {PATIENCE:g} s")

    def commit(self) -> None:
        """Commit offsets in the group now and then, for whoever watches; the reader's own
        checkpoint is beside what it wrote.
        """
        if self._noting is not None and self._noting.failed():
            self._noted.clear()
        if self.group is None or self._at == self._noted or not self.active:
            return
        if self._idle or self._notes.is_due():
            self._notes.done()
            self._noted = dict(self._at)
            self._noting = self._consumer.commit_async(
                {self._lanes[lane]: committed_offset(offset) for lane, offset in self._at.items()}
            )

    def lag(self) -> dict[tuple[str, int], int]:
        """How many records lie ahead, by topic and partition, as far as the brokers told."""
        ahead: dict[tuple[str, int], int] = {}
        for lane, at in self._at.items():
            each = self._lanes[lane]
            with suppress(PartitionLost), while_ours():
                if (end := self._consumer.highwater(each)) is not None:
                    ahead[each.topic, each.partition] = max(0, end - at)
        return ahead

    def close(self) -> None:
        """Leave the group; a member that stands by takes over at once."""
        self._consumer.close(autocommit=False)

    def _opened(self, brokers: Brokers) -> Consumer:
        """The consumer, alone or about to join."""
        if self.group is None:
            return brokers.consumer(max_poll_records=5000)
        consumer = brokers.consumer(
            self.group,
            max_poll_records=5000,
            partition_assignment_strategy=[eldest_takes_all()],
            auto_offset_reset="earliest",
        )
        try:
            topics = list(self._of.topics.values())
            consumer.subscribe(topics, listener=listener(self._note_rebalance))
        except BaseException:
            consumer.close(autocommit=False)
            raise
        return consumer

    def _note_rebalance(self) -> None:
        self._rebalanced = True

    def _polled(
        self, checkpoint: Checkpoint, limit: int, upto: Checkpoint | None
    ) -> tuple[Mapping[Any, Sequence[Record]], Checkpoint]:
        """The next records by partition, and the checkpoint after them. Without records if
        partitions were rebalanced meanwhile, as the records may be from other offsets.
        """
        with suppress(PartitionLost):
            with while_ours():
                self._go_to(checkpoint, upto)
            if upto is None:
                self.gathering.wait()
            with telling():
                wait_ms = self.poll_ms if self.active else max(self.poll_ms, JOIN_MS)
                polled = self._consumer.poll(wait_ms, limit)
            self._idle = not polled
            self.gathering.came(sum(map(len, polled.values())), limit)
            with while_ours():
                now = self._places(checkpoint, upto, polled)
            if not self._rebalanced and not self._went_back(checkpoint):
                return polled, now
        self._rebalanced = False
        self._at.clear()
        self._noted.clear()
        return {}, checkpoint

    def _go_to(self, checkpoint: Checkpoint, upto: Checkpoint | None) -> None:
        """Read from a checkpoint; pause lanes that it does not name or that have reached `upto`.
        Which are paused only the client knows: lanes stay paused when others are assigned beside
        them.
        """
        asked = [self._lanes[lane] for lane in checkpoint]
        if self.group is None and self._consumer.assignment() != set(asked):
            self._consumer.assign(asked)
            self._at.clear()
        ours, paused = self._consumer.assignment(), self._consumer.paused()
        for lane, each in self._lanes.items():
            if each not in ours:
                self._at.pop(lane, None)
                continue
            if lane in checkpoint and self._at.get(lane) != checkpoint[lane]:
                self._consumer.seek(each, checkpoint[lane])
                self._at[lane] = checkpoint[lane]
            stays = lane not in checkpoint or (
                upto is not None and checkpoint[lane] >= upto.get(lane, 0)
            )
            if stays and each not in paused:
                self._consumer.pause(each)
            elif not stays and each in paused:
                self._consumer.resume(each)

    def _went_back(self, checkpoint: Checkpoint) -> bool:
        """Whether the client reads a lane from further back than it was told to: it does so by
        itself where the place that it was told is beyond the end. Raises PlaceLost if it is.
        """
        if all(at >= checkpoint.get(lane, 0) for lane, at in self._at.items()):
            return False
        self._of.refuse_beyond(checkpoint, self.end())
        return True

    def _places(
        self, before: Checkpoint, upto: Checkpoint | None, polled: Mapping[Any, Sequence[Record]]
    ) -> dict[str, int]:
        """The offset of each lane now; no further than `upto`, and unchanged if the lane is not
        ours.

        A lane without records moves only over the markers of transactions, so while other lanes
        bring records it is not asked, unless somebody waits for its end.
        """
        everywhere = upto is not None or not polled
        moved = self._at.keys() if everywhere else {self._names[each] for each in polled}
        now = dict(before)
        for lane in moved & before.keys() & self._at.keys():
            at = self._consumer.position(self._lanes[lane])
            self._at[lane] = at
            now[lane] = at if upto is None else max(before[lane], min(at, upto.get(lane, 0)))
        return now


def _reached(checkpoint: Checkpoint, upto: Checkpoint) -> bool:
    return all(at >= upto.get(lane, 0) for lane, at in checkpoint.items())
