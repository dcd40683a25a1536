"""Calls of a client that may hang, made where nobody has to wait for them for ever."""

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
    """A thread in which one producer is used. What hangs in it keeps no process from ending, as the
    threads of the standard library's executors would.
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[Call | None] = SimpleQueue()
        Thread(target=self._work, name="transactions", daemon=True).start()

    def within(self, patience: float, act: Callable[[], T]) -> T:
        """What `act` gives. Raises TimeoutError after `patience` seconds; it may still go on."""
        done: Future[T] = Future()
        self._calls.put((act, done))
        return done.result(patience)

    def leave(self, producer: Producer) -> None:
        """Wait for nothing that still goes on; closing the producer may hang as well."""
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
    """It is given up: what it says of what was under way concerns nobody."""
    with suppress(Exception):
        producer.close(timeout=0)
