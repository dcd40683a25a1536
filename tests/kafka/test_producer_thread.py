"""A call that may hang is waited for only so long, even when the process ends."""

import subprocess
import sys
from threading import Event
from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError

from adapters.kafka.producer_thread import ProducerThread


class Closed:
    """A producer on which only `close` is called."""

    def __init__(self) -> None:
        self.done = Event()

    def close(self, timeout: float | None = None) -> None:
        assert timeout == 0
        self.done.set()
        raise KafkaTimeoutError("something was under way")


def test_what_it_gives_and_raises() -> None:
    thread: ProducerThread = ProducerThread()
    assert thread.within(5, lambda: 7) == 7
    with pytest.raises(KeyError, match="wrong"):
        thread.within(5, _wrong)
    assert thread.within(5, lambda: 8) == 8
    producer: Any = Closed()
    thread.leave(producer)
    assert producer.done.wait(5)


def test_what_hangs_is_waited_for_no_longer() -> None:
    thread, over = ProducerThread(), Event()
    with pytest.raises(TimeoutError):
        thread.within(0.05, over.wait)
    over.set()
    producer: Any = Closed()
    thread.leave(producer)
    assert producer.done.wait(5)


def test_what_hangs_keeps_no_process_from_ending() -> None:
    hangs = """
from contextlib import suppress
from threading import Event
from adapters.kafka.producer_thread import ProducerThread

class Hanging:
    def close(self, timeout):
        Event().wait()

thread = ProducerThread()
with suppress(TimeoutError):
    thread.within(0.05, Event().wait)
thread.leave(Hanging())
"""
    done = subprocess.run([sys.executable, "-c", hangs], timeout=20, check=False)
    assert done.returncode == 0


def _wrong() -> None:
    raise KeyError("wrong")
