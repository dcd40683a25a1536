"""Everything in one process: worker, reactors and views on one machine, settled on demand.

Settled means: no event is left that a reactor has yet to react to, and the views have caught up.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from adapters.door import Door
from adapters.engine.tail import Tail
from adapters.engine.worker import BATCH, Worker
from adapters.reactors.memory import Replaced
from adapters.reactors.reactor import Reactor
from domain.engine.outcomes import Outcome
from domain.words.messages import Message
from domain.words.values import format_time, read_time
from projections.feed import EVENTS, OUTCOMES, Checkpoint, LogFeed, Page, Selection, refuse_lost

PAGE: Final = 1000
"""The most events that a reactor takes at once."""

NO_DELAYS: Final[Mapping[int, float]] = {}


class Embedded:
    """One worker with its reactors; `catch_up` brings the views up to the log."""

    def __init__(
        self,
        worker: Worker,
        door: Door,
        reactors: Sequence[Reactor],
        catch_up: Callable[[], None],
        delays: Mapping[int, float] = NO_DELAYS,
    ) -> None:
        """`delays` are seconds for which reactors, by their place, let an event lie before they
        react to it.
        """
        self.worker = worker
        self.door = door
        self.reactors = reactors
        self.catch_up = catch_up
        self.batch = BATCH
        self.tail = Tail(worker.log)
        worker.tell, worker.forgot = self.tail.take, self.tail.forget
        self._feed = LogFeed(worker.log, self.tail.feed)
        self._delays = delays
        self._reached: dict[int, Checkpoint] = {}
        """How far reactors have reacted beyond what they noted, by their place."""

    def refuse_lost(self) -> None:
        """Raise LogWentBack where reactors have read more than the log holds."""
        end = self._feed.end()
        for reactor in self.reactors:
            refuse_lost("a process", reactor.checkpoint, end)

    def submit(self, lines: Sequence[str | bytes]) -> list[Outcome]:
        """Decide lines in batches; `settle` does what follows from them."""
        return self.worker.handle(self.door.from_lines(lines), self.batch)

    def settle(self) -> None:
        """Let the reactors react until nothing is left to react to; then the views catch up.

        How far they have come is noted once, at rest. If this process dies before, they react
        again: their commands have the same ids, so that the second time changes nothing.
        """
        while self._all_reacted() or self._ticked() or not self._noted():
            pass
        self.catch_up()

    def _all_reacted(self) -> bool:
        reacted = [self._reacted(place) for place in range(len(self.reactors))]
        return any(reacted)

    def _reacted(self, place: int) -> bool:
        """Let one reactor take what is new to it; returns whether there was anything."""
        reactor, end = self.reactors[place], self._feed.end()
        at = self._reached.get(place, reactor.checkpoint)
        refuse_lost("a process", at, end)
        wanted, acted = Selection(reactor.kinds, refusals=reactor.hears), False
        while _is_left(at, end, wanted):
            page = self._ripe(place, self._feed.read(at, PAGE, wanted, end), at)
            if page.events:
                self._send(reactor, reactor.react(page.events))
            if page.refusals:
                self._send(reactor, reactor.heard(page.refusals))
            acted = acted or bool(page.events or page.refusals)
            if page.checkpoint == at:
                break
            at = page.checkpoint
        self._reached[place] = at
        return acted

    def _ripe(self, place: int, page: Page, at: Checkpoint) -> Page:
        """The part of a page that a reactor may react to by now."""
        seconds = self._delays.get(place)
        if seconds is None or not page.events:
            return page
        latest = format_time(read_time(self.worker.now()) - timedelta(seconds=seconds))
        events = [each for each in page.events if each.time <= latest]
        if len(events) == len(page.events):
            return page
        reached = events[-1].position if events else at.get(EVENTS, 0)
        return Page(events, (), {**at, EVENTS: reached})

    def _noted(self) -> bool:
        """Have each reactor note how far it has come; False if another process was ahead of one,
        which then begins again from what that process noted.
        """
        noted = True
        for place, reactor in enumerate(self.reactors):
            reached = self._reached.pop(place, None)
            if reached is None or reached == reactor.checkpoint:
                continue
            try:
                reactor.save(reached)
            except Replaced:  # another process reacts on the same files
                reactor.recall()
                noted = False
        return noted

    def _ticked(self) -> bool:
        now = self.worker.now()
        sent = [self._send(reactor, reactor.tick(now)) for reactor in self.reactors]
        return any(sent)

    def _send(self, reactor: Reactor, messages: list[Message]) -> bool:
        """Have a reactor's commands decided, and the commands that follow from their outcomes."""
        sent = bool(messages)
        while messages:
            outcomes = self.worker.handle(self.door.from_own_parts(messages), self.batch)
            messages = [each for got in outcomes for each in reactor.answered(got)]
        return sent


def _is_left(at: Checkpoint, end: Checkpoint, wanted: Selection) -> bool:
    lanes = (EVENTS, OUTCOMES) if wanted.refusals else (EVENTS,)
    return any(at.get(lane, 0) < end[lane] for lane in lanes)
