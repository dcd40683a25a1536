"""Calls of a client that may hang, made where nobody has to wait for them for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import TypeVar

from adapters.kafka.api import Producer

T = TypeVar("T")


class Apart:
    """A thread in which one producer is used."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="transactions")

    def within(self, patience: float, act: Callable[[], T]) -> T:
        """What `act` gives. Raises TimeoutError after `patience` seconds; it may still go on."""
        return self._thread.submit(act).result(patience)

    def leave(self, producer: Producer) -> None:
        """Wait for nothing that still goes on; closing the producer may hang as well."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        Thread(target=lambda: producer.close(timeout=0), daemon=True).start()
