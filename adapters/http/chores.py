"""What is done on the log beside deciding what callers send: by the engine of this process, in its
thread and between batches, or by a worker of its own where engines run elsewhere.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from adapters.door import Door
    from adapters.engine.worker import Worker

T = TypeVar("T")


class Hands(Protocol):
    """What a chore is done with."""

    @property
    def worker(self) -> Worker:
        """A worker on the log."""
        ...

    @property
    def door(self) -> Door:
        """Its way in."""
        ...


class Tending(Protocol):
    """Where chores are done."""

    async def do(self, what: Callable[[Hands], T]) -> T:
        """Do something; gives what it returns, and raises the LookupError that it raises. Raises
        NotDecided where it can't be done just now.
        """
        ...


class Chore(NamedTuple):
    """Something to do, and who waits for it."""

    do: Callable[[Hands], Any]
    done: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop

    def tell(self, result: Any, fault: BaseException | None = None) -> None:
        """Say what came of it; any thread may."""
        self.loop.call_soon_threadsafe(_settle, self.done, result, fault)


class Chores:
    """Chores that wait; any thread may use them."""

    def __init__(self, wake: Callable[[], None]) -> None:
        """`wake` is called when there is something to do."""
        self._wake = wake
        self._waiting: deque[Chore] = deque()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    async def do(self, what: Callable[[Hands], T]) -> T:
        """Have the engine do something; gives what it returns, and raises the LookupError that it
        raises. Raises NotDecided where the engine can't do it.
        """
        loop = asyncio.get_running_loop()
        chore = Chore(what, loop.create_future(), loop)
        self._waiting.append(chore)
        self._wake()
        result: T = await chore.done
        return result

    def take(self) -> list[Chore]:
        """All that wait."""
        taken: list[Chore] = []
        while self._waiting:
            taken.append(self._waiting.popleft())
        return taken


def _settle(done: asyncio.Future[Any], result: Any, fault: BaseException | None) -> None:
    if done.done():  # who asked has gone
        return
    if fault is None:
        done.set_result(result)
    else:
        done.set_exception(fault)
