"""`tieline process`: a reactor that reads events and publishes the commands that follow.

Its checkpoint is saved now and then, after its commands are written. If it dies in between, it
reacts again: its commands have the same ids, so that the second time changes nothing.
"""

from collections.abc import Callable, Sequence
from time import monotonic, time_ns
from typing import Final

from adapters.clocks import Every
from adapters.kafka.binding import written
from adapters.kafka.feed import KafkaFeed
from adapters.kafka.membership import Member
from adapters.kafka.writer import Writer
from adapters.observe.behind import Behind
from adapters.observe.health import Health
from adapters.observe.logs import logger
from adapters.observe.metrics import CLOCK_BEHIND, OVERDUE, READER_ACTIVE, Lag
from adapters.observe.traces import UNTRACED, Traced, Tracing
from adapters.observe.witness import unwitnessed
from adapters.reactors.memory import Memory, Replaced
from adapters.reactors.process import BandwidthChangeProcess
from adapters.reactors.reactor import Reactor
from domain.engine.records import Recorded
from domain.words.messages import Message
from projections.feed import Checkpoint, Page, Selection

NEEDS: Final = ("kafka", "views", "log", "group", "clock")
PAGE: Final = 1000
TICK: Final = 1.0
"""Seconds between two looks at the clock."""

SAVED_EVERY: Final = 0.2
"""Seconds between two saves: after a crash it reacts to as much again, to no effect."""


class ReactorPart:
    """One reactor over one feed. Of several parts in a group one is active, the others stand by."""

    def __init__(  # noqa: PLR0913 - everything a reactor is put together from
        self,
        reactor: Reactor,
        memory: Memory,
        *,
        feed: KafkaFeed,
        writer: Writer,
        topic: str,
        now: Callable[[], str],
        health: Health,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._reactor = reactor
        self._memory = memory
        self._feed = feed
        self._writer = writer
        self._topic = topic
        self._now = now
        self._health = health
        self._wanted = Selection(reactor.kinds, refusals=True)
        self._ticks, self._reports = Every(TICK, seconds), Every(TICK, seconds)
        self._saves = Every(SAVED_EVERY, seconds)
        self._behind, self._recorded = Behind(CLOCK_BEHIND.inc), ""
        self._lag = Lag(str(feed.group))
        self._remembers = False
        self._checkpoint: Checkpoint = reactor.checkpoint
        self._versions: dict[str, int] = {}
        self.tracing: Tracing = UNTRACED
        self.check: Callable[[], object] = unwitnessed
        """Raises ClockAhead while the clock may not be gone by."""

    def turn(self) -> bool:
        """React to a page of events, and to the time. Raises ClockAhead without polling, so that
        one that stands by takes over.
        """
        self.check()
        self._health.answers("clock")
        page = self._feed.read(self._checkpoint, PAGE, self._wanted)
        if page.events or page.refusals:
            self._health.answers("kafka")
        READER_ACTIVE.labels(str(self._feed.group)).set(self._feed.active)
        if not self._feed.active:
            self._stand_by()
            return False
        if not self._remembers:
            self._recall()
            return True
        try:
            messages = self._react(page)
        except Replaced as replaced:
            logger(__name__).warning("replaced", said=str(replaced))
            self._remembers = False
            return True
        except BaseException:
            self._remembers = False
            raise
        self._feed.commit()
        if self._reports.is_due():
            self._report()
            self._reports.done()
        return bool(page.events or page.refusals or messages)

    @property
    def member(self) -> Member:
        """This reactor's reader as a member of its group."""
        return self._feed.member

    def close(self) -> None:
        """Leave the group."""
        self._feed.close()
        self._writer.close()

    def _recall(self) -> None:
        self._reactor.recall()
        self._checkpoint = self._reactor.checkpoint
        self._versions.clear()
        self._remembers = True

    def _react(self, page: Page) -> Sequence[Message]:
        """React, and return the commands sent; if anything fails, it reads the page again."""
        streams = {each.stream for each in page.events} - self._versions.keys()
        if streams:
            self._versions.update(self._memory.versions(streams))
        messages = self._reactor.react(self._next(page.events))
        if page.refusals and self._reactor.hears:
            messages += self._reactor.heard(page.refusals)
        for _, stored in page.refusals:
            messages += self._reactor.answered(stored.outcome())
        self._recorded = max((each.time for each in page.events), default=self._recorded)
        if self._ticks.is_due():
            self._ticks.done()
            messages += self._reactor.tick(self._by_clock())
        self._publish(messages)
        self._checkpoint = page.checkpoint
        if self._checkpoint != self._reactor.checkpoint and self._saves.is_due():
            self._reactor.save(self._checkpoint, self._versions)
            self._saves.done()
            self._versions.clear()
            self._health.answers("views")
        return messages

    def _by_clock(self) -> str:
        """The time by this machine's clock: by it, not by what was recorded, things are due."""
        now = self._now()
        self._behind.compare(now, self._recorded)
        return now

    def _next(self, events: Sequence[Recorded]) -> list[Recorded]:
        """Events that were not reacted to yet. A stream with a gap stands still until `relay
        repair` has healed it.
        """
        new: list[Recorded] = []
        for each in events:
            reached = self._versions[each.stream]
            if each.version == reached + 1:
                self._versions[each.stream] = each.version
                if each.event.kind in self._reactor.kinds:
                    new.append(each)
            elif each.version > reached + 1:
                logger(__name__).error(
                    "stream-stopped", stream=each.stream, wanted=reached + 1, found=each.version
                )
        return new

    def _publish(self, messages: Sequence[Message]) -> None:
        began = time_ns()
        self._writer.write([(self._topic, written(each)) for each in messages])
        self.tracing.record("react", map(_traced, messages), began)

    def _stand_by(self) -> None:
        self._health.does("stands by")
        self._lag.show({})
        self._remembers = False

    def _report(self) -> None:
        self._health.does("reacts")
        self._lag.show(self._feed.lag())
        if isinstance(self._reactor, BandwidthChangeProcess):
            OVERDUE.set(self._reactor.overdue)


def _traced(message: Message) -> Traced:
    told = {"tieline.subject": message["subject"], "tieline.command_id": message["id"]}
    return Traced(message.get("traceparent"), message["type"], told)
