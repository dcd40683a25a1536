"""Commands that engines elsewhere decide: published together, and answered when their outcomes are
heard. One thread publishes and one listens for all requests of a server.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from anyio import to_thread

from adapters.clocks import wall_clock
from adapters.handed_on import handed_on
from adapters.http.desk import TICK, Decided, NotDecided, NotYet, Order, tell
from adapters.kafka.handed_on import as_record
from adapters.kafka.kafka_python import Unreachable
from adapters.keys.errors import KeysUnusable
from adapters.keys.revealing import tells_secret
from adapters.observe.logs import logger
from domain.engine.decide import unreadable
from domain.engine.log import LogError
from domain.words.content import derived_key
from domain.words.messages import Unreadable

if TYPE_CHECKING:
    from adapters.door import Door
    from adapters.http.desk import Queue, Sent
    from adapters.kafka.binding import Outgoing
    from adapters.kafka.outcomes import Answer, Outcomes
    from adapters.observe.health import Health
    from domain.engine.batch import Arrival
    from domain.engine.outcomes import Outcome
    from domain.words.secret import Secret

NEEDS: Final = ("log", "views", "kafka")

PATIENCE: Final = 30.0
"""Seconds for which an outcome is awaited (contract, third part, "Commands in")."""


TO_PUBLISH: Final = 10.0
"""Seconds that commands may wait to be published; whoever has sent them is told so then."""


class PublishedDesk:
    """Hands commands in by way of a queue, which a `PublishingPart` publishes from."""

    def __init__(
        self,
        queue: Queue,
        reveal: Callable[[Outcome], Secret | None],
        patience: float = TO_PUBLISH,
    ) -> None:
        """`reveal` gives the secret that an outcome says was to be told. Raises KeysUnusable."""
        self._queue = queue
        self._reveal = reveal
        self._patience = patience

    async def hand_in(self, sent: Sequence[Sent]) -> Awaitable[Decided]:
        """What will become of commands, once they are published. Raises TooMuch, NotDecided."""
        order = self._queue.put(sent)
        try:
            await asyncio.wait_for(order.published, self._patience)
        except TimeoutError as late:
            raise NotDecided("it can't be published just now") from late
        return self._told(order.answered)

    async def decide(self, sent: Sequence[Sent]) -> Decided:
        """What becomes of commands. Raises TooMuch, NotDecided."""
        return await (await self.hand_in(sent))

    async def _told(self, answered: asyncio.Future[Decided]) -> Decided:
        """The outcomes, with the secret where a single command was to reveal one."""
        outcomes, _ = await answered
        if len(outcomes) != 1 or not tells_secret(outcomes[0]):
            return Decided(outcomes)
        try:
            return Decided(outcomes, await to_thread.run_sync(self._reveal, outcomes[0]))
        except KeysUnusable as fault:
            raise NotDecided(str(fault)) from fault


class PublishingPart:
    """Publishes what waits in a queue, and answers each order when all its outcomes are heard."""

    def __init__(
        self,
        queue: Queue,
        door: Door,
        write: Callable[[Sequence[Outgoing]], None],
        listen: Callable[[], Outcomes],
        health: Health,
        patience: float = PATIENCE,
    ) -> None:
        """`write` publishes where engines find it, `listen` begins to listen for outcomes. Raises
        Unreachable.
        """
        self._queue = queue
        self._door = door
        self._write = write
        self._listen = listen
        self._patience = patience
        self._outcomes = listen()
        self._under_way: deque[UnderWay] = deque()
        health.does("hands on what callers send")

    def turn(self) -> bool:
        """Publish what waits, and give up waiting for what is late. Raises Unreachable, LogError;
        then who has sent it was told so.
        """
        if self._outcomes.is_over:
            self._outcomes = self._listen()
        taken = self._queue.take(TICK)
        if gone := [each for each in taken if each.published.done()]:
            self._queue.done(gone)  # who had sent it was told that it is not published
        if orders := [each for each in taken if not each.published.done()]:
            self._publish(orders)
        self._let_go()
        return bool(taken)

    def close(self) -> None:
        """Listen no more; whoever still waits is told."""
        self._outcomes.close()

    def _publish(self, orders: Sequence[Order]) -> None:
        begun: list[UnderWay] = []
        try:
            arrivals = self._door.from_callers([each for order in orders for each in order.sent])
            at = 0
            for order in orders:
                last = at + len(order.sent)
                begun.append(self._begun(order, arrivals[at:last]))
                at = last
            named = [each for each in arrivals if not isinstance(each.read, Unreadable)]
            self._write([as_record(handed_on(each)) for each in named])
        except (Unreachable, LogError) as away:
            self._fail(orders, begun, str(away))
            raise
        except Exception as fault:  # noqa: BLE001 - what one caller sends must not end the server
            logger(__name__).error("not-published", exc_info=fault)
            self._fail(orders, begun, "it can't be published; why is in the log")
            return
        _published(orders, None)
        self._under_way += begun
        for each in begun:
            each.is_published()

    def _begun(self, order: Order, arrivals: Sequence[Arrival]) -> UnderWay:
        """An order that is about to be published; who listens knows what for."""
        found = UnderWay(self._queue, order, monotonic() + self._patience)
        for arrival in arrivals:
            read = arrival.read
            if isinstance(read, Unreadable):
                found.knows(unreadable(read, wall_clock(None)))
                continue
            keys = (read.pair.key, derived_key(read.pair, read.digest))
            digests = filter(None, (read.digest, read.plain_digest))
            found.awaits(self._outcomes.expect([str(UUID(bytes=key)) for key in keys], *digests))
        return found

    def _fail(self, orders: Sequence[Order], begun: Sequence[UnderWay], why: str) -> None:
        for each in begun:
            each.forget(self._outcomes)
        self._queue.done(orders)
        _published(orders, NotDecided(why))

    def _let_go(self) -> None:
        """Forget what is answered, and what nobody has decided in time."""
        now = monotonic()
        while self._under_way and (self._under_way[0].is_over or self._under_way[0].until < now):
            late = self._under_way.popleft()
            late.forget(self._outcomes)
            late.ends(NotYet("no engine has decided it yet"))


class UnderWay:
    """An order whose outcomes are awaited. Several threads use it: one publishes, another hears."""

    def __init__(self, queue: Queue, order: Order, until: float) -> None:
        self.until = until
        self.is_over = False
        self._queue = queue
        self._order = order
        self._lock = Lock()
        self._found: list[Outcome | Future[Answer]] = []
        self._missing = 1  # that it is published

    def knows(self, outcome: Outcome) -> None:
        """The outcome of its next command, which is known already."""
        self._found.append(outcome)

    def awaits(self, future: Future[Answer]) -> None:
        """Its next command has an outcome that is to come."""
        self._found.append(future)
        self._missing += 1

    def is_published(self) -> None:
        """Begin to listen: what has come meanwhile counts as well."""
        for each in self._found:
            if isinstance(each, Future):
                each.add_done_callback(self._hear)
        self._one_less()

    def forget(self, outcomes: Outcomes) -> None:
        """Await nothing more."""
        for each in self._found:
            if isinstance(each, Future):
                outcomes.forget(each)

    def ends(self, answer: Decided | NotDecided) -> None:
        """Answer it, unless it was."""
        with self._lock:
            if self.is_over:
                return
            self.is_over = True
        self._queue.done([self._order])
        tell([self._order], [answer])

    def _hear(self, future: Future[Answer]) -> None:
        fault = future.exception()
        if fault is None:
            self._one_less()
        else:
            self.ends(NotDecided(str(fault)))

    def _one_less(self) -> None:
        with self._lock:
            self._missing -= 1
            if self._missing:
                return
        self.ends(Decided([_outcome(each) for each in self._found]))


def _outcome(found: Outcome | Future[Answer]) -> Outcome:
    return found.result().outcome() if isinstance(found, Future) else found


def _published(orders: Sequence[Order], fault: NotDecided | None) -> None:
    """Tell that orders are published, or that they may not be."""
    told: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for order in orders:
        told.setdefault(order.loop, []).append(order.published)
    for loop, futures in told.items():
        loop.call_soon_threadsafe(_settle, futures, fault)


def _settle(futures: Sequence[asyncio.Future[Any]], fault: NotDecided | None) -> None:
    for each in futures:
        if each.done():  # the caller has gone
            continue
        if fault is None:
            each.set_result(None)
        else:
            each.set_exception(fault)
