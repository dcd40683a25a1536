"""The end of the log, shared by all who follow it: each event is read and written out once, however
many readers it goes to.
"""

import asyncio
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Final

from anyio import CapacityLimiter, to_thread

from adapters.http.answers import json_of
from adapters.http.asked import onlooker
from adapters.http.problems import busy
from adapters.http.wanted import PAGE, Found, Shown, Wanted, found
from adapters.http.world import World
from adapters.observe.logs import logger
from adapters.observe.metrics import HTTP_STREAMS
from domain.decider.looks import Looks
from domain.engine.log import LogError
from domain.engine.records import Recorded
from projections.events_of import Span

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

KEPT: Final = 10_000
"""Events in memory; a reader that is further behind reads the log itself."""

PAGES_KEPT: Final = 8
"""Pages of the log in memory, for readers that are behind together."""

BEHIND_AT_ONCE: Final = 4
"""Readers for whom the log itself is read at once; the others wait for their turn."""

LOOK: Final = 0.05
"""Seconds between two looks at the log."""

LOOK_PER_READER: Final = 0.0001
"""Seconds more for each reader: what comes in between goes to all of them in one piece."""

MOST_READERS: Final = 2000

GRANTING: Final = ("csp/", "customer/")
"""How streams begin on which rights depend; of others only whose they are, which never changes."""


class Live:
    """The tail of the log, and those who wait for more of it. It belongs to one event loop."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._events: list[Recorded] = []
        self._pages = OrderedDict[int, Sequence[Recorded]]()
        self._blocks: dict[tuple[str, int], bytes] = {}
        self._end = 0
        self._epoch: str = ""
        self._news = asyncio.Event()
        self._looks: dict[str, dict[str, Looks]] = {}
        self._customers: dict[str, str | None] = {}
        self._behind = CapacityLimiter(BEHIND_AT_ONCE)
        self.readers = 0
        self.closing = False

    @property
    def end(self) -> int:
        """The last position that was seen."""
        return self._end

    @asynccontextmanager
    async def followed(self) -> "AsyncGenerator[None]":
        """Follow the log until the context is left; then everybody who waits is woken."""
        mark = await to_thread.run_sync(self._world.log.mark)
        self._end, self._epoch = mark.position, mark.epoch
        task = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            self.close()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def refuse_crowd(self) -> None:
        """Raise Problem where one more reader would be too many."""
        if self.readers >= MOST_READERS:
            raise busy("As many streams are open as this server serves; come again.")

    @contextmanager
    def reading(self) -> Generator[None]:
        """Count a reader."""
        self.readers += 1
        HTTP_STREAMS.set(self.readers)
        try:
            yield
        finally:
            self.readers -= 1
            HTTP_STREAMS.set(self.readers)

    def close(self) -> None:
        """Have every reader end."""
        self.closing = True
        self._news.set()

    async def news(self, after: int, patience: float) -> None:
        """Wait until there is an event after a position, or for so many seconds."""
        if self._end > after or self.closing:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._news.wait()

    async def page(self, principal: str, wanted: Wanted, after: int) -> Found:
        """What stands next after a position, as far as it may be for somebody: from memory, or from
        the log.
        """
        kept = self._events
        if not kept or after + 1 < kept[0].position:
            span = Span(after, self._end)
            read = self._read_behind
            return await to_thread.run_sync(read, principal, wanted, span, limiter=self._behind)
        begin = bisect_right(kept, after, key=lambda each: each.position)
        events = kept[begin : begin + PAGE]
        return Found(events, events[-1].position if events else self._end)

    async def looks(self, principal: str, streams: Collection[str]) -> Mapping[str, Looks]:
        """What somebody may look at of some streams that have begun: asked anew once anything has
        happened on which rights depend.
        """
        known = self._looks.setdefault(principal, {})
        missing = [stream for stream in streams if stream not in known]
        if missing:
            who = self._world.rights.of
            known.update(await to_thread.run_sync(lambda: who(principal, ()).at(missing)))
            if len(known) > KEPT:
                self._looks.pop(principal, None)
        return known

    async def whose(self, streams: Collection[str]) -> Mapping[str, str | None]:
        """The customers of some streams, which never change; None for what is the CSP's."""
        missing = [stream for stream in streams if stream not in self._customers]
        if missing:
            if len(self._customers) > KEPT:
                self._customers.clear()
            self._customers |= await to_thread.run_sync(self._world.rights.customers, missing)
        return {stream: self._customers[stream] for stream in streams}

    def block(self, each: Shown, principal: str) -> bytes:
        """An event as it goes out to somebody: its block of an event stream."""
        position = each.recorded.position
        key = (principal if each.as_provider else "", position)
        written = self._blocks.get(key)
        if written is None:
            if len(self._blocks) > 2 * KEPT:
                self._blocks.clear()
            document = json_of(each.message(self._world.cell, principal))
            written = self._blocks[key] = block_of(each.recorded, document)
        return written

    async def _follow(self) -> None:
        while True:
            try:
                await self._look()
            except LogError as fault:  # readers wait, as for anything else that is away
                logger(__name__).warning("log-unreadable", said=str(fault))
                await asyncio.sleep(1)
            await asyncio.sleep(LOOK + self.readers * LOOK_PER_READER)

    async def _look(self) -> None:
        mark = await to_thread.run_sync(self._world.log.mark)
        if mark.epoch != self._epoch:
            self._forget()
            self._end, self._epoch = mark.position, mark.epoch
        while self._end < mark.position:
            page = await to_thread.run_sync(
                self._world.log.feed, self._end, PAGE, (), mark.position
            )
            self._events += page
            del self._events[:-KEPT]
            self._end = page[-1].position if page else mark.position
            if any(each.stream.startswith(GRANTING) for each in page):
                self._looks.clear()
            news, self._news = self._news, asyncio.Event()
            news.set()

    def _forget(self) -> None:
        """Of a log that went back other events stand at the positions that are known."""
        self._events = []
        self._pages.clear()
        self._blocks.clear()
        self._looks.clear()
        self._customers.clear()

    def _read_behind(self, principal: str, wanted: Wanted, span: Span) -> Found:
        with self._world.views() as views:
            some = wanted.found_by(onlooker(self._world, views, principal))
        if some is not None or wanted.type is not None:
            return found(self._world, wanted, some, span)
        return self._of_all(span)

    def _of_all(self, span: Span) -> Found:
        """What stands next in the log, in pages that readers share."""
        begin = span.after - span.after % PAGE
        events = self._pages.get(begin)
        if events is None:
            events = self._world.log.feed(begin, PAGE, (), span.upto)
            if len(events) == PAGE:
                self._pages[begin] = events
                while len(self._pages) > PAGES_KEPT:
                    self._pages.popitem(last=False)
        left = [each for each in events if each.position > span.after]
        return Found(left, left[-1].position if left else span.upto)


def block_of(recorded: Recorded, document: bytes) -> bytes:
    """An event's block of an event stream; JSON on one line needs no escapes there."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (
        recorded.position,
        recorded.event.kind.encode(),
        document,
    )
