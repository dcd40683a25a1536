"""Log lines as a part writes them, caught for a test; logging is restored afterwards."""

import io
import json
import logging
import sys
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import structlog

from adapters.observe.logs import Level, set_up


class Terminal(io.StringIO):
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
def lines_from(level: Level, stream: io.StringIO | None = None) -> Generator[Lines]:
    """Logging set up as in a part, until the context is left."""
    stream = stream or io.StringIO()
    root = logging.getLogger()
    handlers, before = root.handlers[:], root.level
    root.handlers = []  # pytest's handlers, which set_up would close
    with patch.object(sys, "stderr", stream), warnings.catch_warnings():
        set_up(level)
        try:
            yield Lines(stream)
        finally:
            logging.captureWarnings(capture=False)
            structlog.reset_defaults()
            root.handlers = handlers
            root.setLevel(before)
