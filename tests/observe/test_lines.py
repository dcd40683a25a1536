"""The lines that a test catches are its own, whatever earlier tests have left behind."""

import gc
import logging
import socket
import warnings
from threading import Event, Thread
from weakref import ref

from tests.observe.lines import lines_from


class Circle:
    """Refers to itself, so that only the collector finds the socket that nobody has closed."""

    def __init__(self) -> None:
        self.itself = self
        self.socket = socket.socket()


def test_a_socket_that_was_left_open_is_no_line() -> None:
    left = Circle()
    there = ref(left.socket)
    with lines_from("info") as lines:
        warnings.simplefilter("always")
        del left
        made = [[number] for number in range(2 * gc.get_threshold()[0])]
        assert made, "enough for the collector to look"
        assert lines.all() == []
        still_open = there()
        assert still_open is not None
        still_open.close()


def test_a_thread_that_was_left_running_writes_no_line() -> None:
    now = Event()

    def speak() -> None:
        now.wait(10)
        logging.getLogger("kafka.client").warning("who is there?")

    left = Thread(target=speak)
    left.start()
    with lines_from("info") as lines:
        now.set()
        left.join()
        logging.getLogger("kafka.client").warning("I am")
    (line,) = lines.all()
    assert line["event"] == "I am"
