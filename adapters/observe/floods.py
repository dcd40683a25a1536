"""Bounds what libraries log: Kafka's client repeats itself many times a second while it can't reach
a broker, and its lines do not say which part they come from.
"""

import logging
from collections.abc import MutableMapping
from threading import Lock
from typing import Any, Final

MOST: Final = 5
"""Lines from one place in a library's code within `PERIOD`."""

PERIOD: Final = 60.0
"""Seconds."""


class Bounded(logging.Filter):
    """Lets a few lines a minute through from each place in the code; the next line from there tells
    how many were left out.
    """

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part
        self._lock = Lock()
        self._said: dict[tuple[str, int], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        place = record.pathname, record.lineno
        with self._lock:
            since, count = self._said.get(place, (record.created, 0))
            if record.created - since >= PERIOD:
                record.left_out = max(0, count - MOST)
                since, count = record.created, 0
            self._said[place] = since, count + 1
        return count < MOST

    def label(
        self, logger: Any, method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Names the part, and how many lines were left out; a processor of structlog."""
        del logger, method
        event["part"] = self._part
        if left_out := getattr(event.get("_record"), "left_out", 0):
            event["left_out"] = left_out
        return event
