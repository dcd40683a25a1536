"""Log lines as a part writes them, caught for a test; logging is restored afterwards."""

import gc
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Collection, Generator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import structlog

from adapters.observe.logs import Level, set_up


class Stream(io.StringIO):
    """Standard error of a test, without what `others` write to it."""

    others: Collection[threading.Thread] = ()

    def write(self, text: str, /) -> int:
        return len(text) if threading.current_thread() in self.others else super().write(text)


class Terminal(Stream):
    """Standard error that is a terminal."""

    def isatty(self) -> bool:
        return True


class Lines:
    """What was written to standard error so far."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    def all(self) -> list[dict[str, Any]]:
        """Every line, as JSON."""
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, event: str) -> list[dict[str, Any]]:
        """The lines of one event."""
        return [line for line in self.all() if line["event"] == event]


@contextmanager
def lines_from(level: Level, stream: Stream | None = None) -> Generator[Lines]:
    """Logging set up as in a part, until the context is left.

    What earlier tests left behind is not heard: clients of Kafka whose threads log minutes later,
    and open sockets, of which Python warns when it collects them.
    """
    stream = stream or Stream()
    stream.others = {*threading.enumerate()} - {threading.current_thread()}
    root = logging.getLogger()
    handlers, before = root.handlers[:], root.level
    root.handlers = []  # pytest's handlers, which set_up would close
    with _collecting_nothing(), patch.object(sys, "stderr", stream), warnings.catch_warnings():
        set_up(level, "some")
        try:
            yield Lines(stream)
        finally:
            logging.captureWarnings(capture=False)
            structlog.reset_defaults()
            root.handlers = handlers
            root.setLevel(before)


@contextmanager
def _collecting_nothing() -> Generator[None]:
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
