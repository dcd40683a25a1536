"""The end of the log, shared by all who follow it: each event is read and written out once, however
many readers it goes to.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from anyio import to_thread

from adapters.http.answers import json_of
from adapters.http.problems import busy
from adapters.http.world import World
from adapters.observe.logs import logger
from adapters.observe.metrics import HTTP_STREAMS
from domain.decider.looks import Looks
from domain.engine.log import LogError
from domain.engine.records import Recorded

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

KEPT: Final = 10_000
"""Events in memory; a reader that is further behind reads the log itself."""

PAGE: Final = 500
"""The most events that a reader takes at once."""

LOOK: Final = 0.05
"""Seconds between two looks at the log."""

MOST_READERS: Final = 2000


class Happened(NamedTuple):
    """An event as it goes out."""

    recorded: Recorded
    document: Mapping[str, Any]
    block: bytes
    """Its block of an event stream (HTML standard, "Server-sent events")."""

    @property
    def position(self) -> int:
        """Its place in the log."""
        return self.recorded.position


class Live:
    """The tail of the log, and those who wait for more of it. It belongs to one event loop."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._events: list[Happened] = []
        self._end = 0
        self._news = asyncio.Event()
        self._looks: dict[str, tuple[int, dict[str, Looks]]] = {}
        self._customers: dict[str, str | None] = {}
        self.readers = 0
        self.closing = False

    @property
    def end(self) -> int:
        """The last position that was seen."""
        return self._end

    @asynccontextmanager
    async def followed(self) -> "AsyncGenerator[None]":
        """Follow the log until the context is left; then everybody who waits is woken."""
        self._end = (await to_thread.run_sync(self._world.log.mark)).position
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
            await asyncio.wait_for(self._news.wait(), patience)

    async def page(self, after: int) -> Sequence[Happened]:
        """The next events after a position: from memory, or from the log."""
        kept = self._events
        if not kept or after + 1 < kept[0].position:
            return await to_thread.run_sync(self._read, after, self._end)
        begin = bisect_right(kept, after, key=lambda each: each.position)
        return kept[begin : begin + PAGE]

    async def looks(self, principal: str, streams: Collection[str]) -> Mapping[str, Looks]:
        """What somebody may look at of some streams: asked anew once the log has moved on."""
        end, known = self._looks.get(principal, (0, {}))
        if end != self._end:
            known = {}
            self._looks[principal] = (self._end, known)
        missing = [stream for stream in streams if stream not in known]
        if missing:
            onlooker = self._world.rights.of
            found = await to_thread.run_sync(lambda: onlooker(principal, ()).at(missing))
            known.update(found)
        return known

    async def whose(self, streams: Collection[str]) -> Mapping[str, str | None]:
        """The customers of some streams, which never change; None for what is the CSP's."""
        missing = [stream for stream in streams if stream not in self._customers]
        if missing:
            if len(self._customers) > KEPT:
                self._customers.clear()
            self._customers |= await to_thread.run_sync(self._world.rights.customers, missing)
        return {stream: self._customers[stream] for stream in streams}

    async def _follow(self) -> None:
        while True:
            try:
                await self._look()
            except LogError as fault:  # readers wait, as for anything else that is away
                logger(__name__).warning("log-unreadable", said=str(fault))
                await asyncio.sleep(1)
            await asyncio.sleep(LOOK)

    async def _look(self) -> None:
        mark = await to_thread.run_sync(self._world.log.mark)
        while self._end < mark.position:
            page = await to_thread.run_sync(self._read, self._end, mark.position)
            self._events += page
            del self._events[:-KEPT]
            self._end = page[-1].position if page else mark.position
            self._looks.clear()
            news, self._news = self._news, asyncio.Event()
            news.set()

    def _read(self, after: int, upto: int) -> Sequence[Happened]:
        found = self._world.log.feed(after, PAGE, (), upto)
        return [self._happened(each) for each in found]

    def _happened(self, recorded: Recorded) -> Happened:
        document = recorded.as_cloudevent(self._world.cell)
        return Happened(recorded, document, block_of(recorded, json_of(document)))


def block_of(recorded: Recorded, document: bytes) -> bytes:
    """An event's block of an event stream; JSON on one line needs no escapes there."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (
        recorded.position,
        recorded.event.kind.encode(),
        document,
    )
