"""A thread for calls of a client that may hang, so that nobody waits for them for ever."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from adapters.kafka.api import Producer

T = TypeVar("T")


Call = tuple[Callable[[], Any], "Future[Any]"]


class ProducerThread:
    """A thread in which one producer is used. A call that hangs in it does not keep the process
    from ending, as the threads of the standard library's executors would.
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[Call | None] = SimpleQueue()
        Thread(target=self._work, name="transactions", daemon=True).start()

    def within(self, patience: float, act: Callable[[], T]) -> T:
        """The result of `act`. Raises TimeoutError after `patience` seconds; it may still go on."""
        done: Future[T] = Future()
        self._calls.put((act, done))
        return done.result(patience)

    def leave(self, producer: Producer) -> None:
        """Close the producer, and wait for nothing: closing it may hang as well."""
        self._calls.put(None)
        Thread(target=_close, args=(producer,), daemon=True).start()

    def _work(self) -> None:
        while call := self._calls.get():
            act, done = call
            try:
                done.set_result(act())
            except BaseException as fault:  # noqa: BLE001 - raised where it is waited for
                done.set_exception(fault)


def _close(producer: Producer) -> None:
    """Close a producer that was given up; its errors no longer concern anybody."""
    with suppress(Exception):
        producer.close(timeout=0)
