"""The engine in a thread of its own, with a queue in front: requests that come together are decided
as one batch, which is what makes them fast.

The thread is a part like any other: it turns, it is watched, it waits while the store is away.
Callers are answered as soon as their batch is durable; what follows from it (processes, the
simulated network, the views) is done in the next turn.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from threading import Condition
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from adapters.engine.worker import BATCH
from adapters.http.chores import Chore, Chores
from adapters.keys.errors import KeysUnusable
from adapters.keys.revealing import revealed
from adapters.observe.metrics import HTTP_WAITING

if TYPE_CHECKING:
    from adapters.engine.embedded import Embedded
    from adapters.observe.health import Health
    from domain.engine.outcomes import Outcome
    from domain.words.secret import Secret

MOST_WAITING: Final = 5000
"""Commands that may wait; more are turned away, to come again."""

TICK: Final = 0.5
"""Seconds between two looks at what is due by the clock."""

NEEDS: Final = ("log", "views")

LULL: Final = 0.01
"""Seconds without a command after which what follows is done: callers that were answered together
send their next commands within that time.
"""

LATEST: Final = 0.25
"""Seconds that what follows may wait while commands keep coming."""

Sent = tuple[Any, str]
"""A command as its JSON value, and the principal that sent it."""


class TooMuch(Exception):
    """Somebody sends more than can be decided in time: come again in so many seconds."""

    def __init__(self, seconds: int = 1) -> None:
        super().__init__(f"come again in {seconds} s")
        self.seconds = seconds


class NotDecided(Exception):
    """The engine can't decide just now. What was sent may have been decided: sent again, it is
    answered in either case.
    """


class NotYet(NotDecided):
    """What was sent is under way, and nothing is known of it so far: its outcome can be asked for,
    and sent again it is answered.
    """


class Decided(NamedTuple):
    """The outcomes of what was sent, in order, and the secret that was to be told, if one was."""

    outcomes: Sequence[Outcome]
    secret: Secret | None = None


class Desk(Protocol):
    """Where commands are handed in over HTTP."""

    async def hand_in(self, sent: Sequence[Sent]) -> Awaitable[Decided]:
        """What will become of commands, once they are handed in. Raises TooMuch, NotDecided, and
        the latter later on.
        """
        ...

    async def decide(self, sent: Sequence[Sent]) -> Decided:
        """What becomes of commands. Raises TooMuch, NotDecided."""
        ...


class Order(NamedTuple):
    """Commands that wait, and who waits for what becomes of them."""

    sent: Sequence[Sent]
    published: asyncio.Future[None]
    """Done when they are written where engines find them, if they go there."""
    answered: asyncio.Future[Decided]
    loop: asyncio.AbstractEventLoop

    @property
    def principal(self) -> str:
        """Who has sent them."""
        return self.sent[0][1] if self.sent else ""


class Queue:
    """Orders that wait for the engine, taken from each principal in turn; any thread may use it. An
    order counts until it is done.
    """

    def __init__(self) -> None:
        self._lines: dict[str, deque[Order]] = {}
        """The orders of each principal; whose turn it is comes first."""
        self._under_way = Counter[str]()
        """How many commands of each principal wait, or are being decided."""
        self._come = Condition()
        self.chores = Chores(self._wake)

    async def hand_in(self, sent: Sequence[Sent]) -> Awaitable[Decided]:
        """What will become of commands. Raises TooMuch, and NotDecided later on."""
        return self.put(sent).answered

    async def decide(self, sent: Sequence[Sent]) -> Decided:
        """What becomes of commands, all of one principal. Raises TooMuch, NotDecided."""
        return await self.put(sent).answered

    def put(self, sent: Sequence[Sent]) -> Order:
        """Commands of a running event loop, all of one principal, as an order that waits. Raises
        TooMuch.
        """
        loop = asyncio.get_running_loop()
        order = Order(sent, loop.create_future(), loop.create_future(), loop)
        with self._come:
            self._refuse_too_much(order.principal, len(sent))
            self._lines.setdefault(order.principal, deque()).append(order)
            self._count(order.principal, len(sent))
            self._come.notify()
        return order

    def take(self, patience: float) -> list[Order]:
        """Orders for one batch; none if none come in time."""
        with self._come:
            if not self._lines and not self.chores:
                self._come.wait(patience)
            taken: list[Order] = []
            count = 0
            while self._lines:
                principal, line = next(iter(self._lines.items()))
                count += len(line[0].sent)
                if taken and count > BATCH:
                    break
                taken.append(line.popleft())
                del self._lines[principal]
                if line:
                    self._lines[principal] = line
            return taken

    def done(self, orders: Sequence[Order]) -> None:
        """Make room: nobody has to decide these any more."""
        with self._come:
            for each in orders:
                self._count(each.principal, -len(each.sent))

    def _refuse_too_much(self, principal: str, count: int) -> None:
        """Raise TooMuch where there is no room left but what is others' share."""
        if self._under_way.total() + count <= MOST_WAITING:
            return
        share = MOST_WAITING // len(self._under_way.keys() | {principal})
        if self._under_way[principal] + count > share:
            raise TooMuch

    def _count(self, principal: str, more: int) -> None:
        self._under_way[principal] += more
        if not self._under_way[principal]:
            del self._under_way[principal]
        HTTP_WAITING.set(self._under_way.total())

    def _wake(self) -> None:
        with self._come:
            self._come.notify()


class EnginePart:
    """The embedded engine, fed from a queue."""

    def __init__(
        self, parts: Embedded, queue: Queue, health: Health, close: Callable[[], None]
    ) -> None:
        self._parts = parts
        self._queue = queue
        self._health = health
        self._close = close
        health.does("decides what callers send")
        self._settled = monotonic()
        self._unsettled = True

    def turn(self) -> bool:
        """Decide what waits, or do what follows from what was decided; the latter also while more
        keeps coming.
        """
        orders = self._queue.take(LULL if self._unsettled else TICK)
        chores = self._queue.chores.take()
        for each in chores:
            self._do(each)
        if orders:
            self._decide(orders)
        if not (orders or chores) or monotonic() - self._settled > LATEST:
            self._parts.settle()
            self._settled, self._unsettled = monotonic(), False
            for what in NEEDS:
                self._health.answers(what)
        return bool(orders or chores)

    def close(self) -> None:
        """Let go of the log and the views."""
        self._close()

    def _do(self, chore: Chore) -> None:
        self._unsettled = True
        try:
            chore.tell(chore.do(self._parts))
        except LookupError as nothing:
            chore.tell(None, nothing)
        except BaseException as fault:
            chore.tell(None, NotDecided(str(fault)))
            raise

    def _decide(self, orders: Sequence[Order]) -> None:
        self._unsettled = True
        self._queue.done(orders)
        try:
            arrivals = self._parts.door.from_callers(
                [each for order in orders for each in order.sent]
            )
            outcomes = self._parts.worker.handle(arrivals)
        except BaseException as fault:
            tell(orders, [NotDecided(str(fault))] * len(orders))
            raise
        answers: list[Decided | NotDecided] = []
        at = 0
        for order in orders:
            answers.append(self._decided(outcomes[at : at + len(order.sent)]))
            at += len(order.sent)
        tell(orders, answers)

    def _decided(self, outcomes: Sequence[Outcome]) -> Decided | NotDecided:
        """Outcomes, with the secret where a single command was to reveal one."""
        worker = self._parts.worker
        if worker.keys is None or len(outcomes) != 1:
            return Decided(outcomes)
        try:
            return Decided(outcomes, revealed(outcomes[0], worker.log, worker.keys))
        except KeysUnusable as fault:
            return NotDecided(str(fault))


def tell(orders: Sequence[Order], answers: Sequence[Decided | NotDecided]) -> None:
    """Answer orders; those of one event loop at once."""
    told: dict[asyncio.AbstractEventLoop, list[Any]] = {}
    for order, answer in zip(orders, answers, strict=True):
        told.setdefault(order.loop, []).append((order.answered, answer))
    for loop, pairs in told.items():
        loop.call_soon_threadsafe(_settle, pairs)


def _settle(pairs: Sequence[tuple[asyncio.Future[Decided], Any]]) -> None:
    for future, answer in pairs:
        if future.done():  # the caller has gone
            continue
        if isinstance(answer, NotDecided):
            future.set_exception(answer)
        else:
            future.set_result(answer)
