"""Views as they were: built from the log up to a moment, in a database for one reader.

A list as of then is the same list of the same views; only the log ends earlier.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from projections.feed import EVENTS, OUTCOMES, Checkpoint, LogFeed
from projections.runner import Runner
from projections.views import VIEWS

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Engine

    from domain.engine.log import Log
    from projections.projection import Shape


class PastFeed(LogFeed):
    """The log as it was at a time (as `written_time` writes it), for views without refusals."""

    def __init__(self, log: Log, time: str) -> None:
        super().__init__(log)
        self._then = position_at(log, time)

    def end(self) -> Checkpoint:
        """The last position of then."""
        return {EVENTS: self._then, OUTCOMES: 0}


def position_at(log: Log, time: str) -> int:
    """The position up to which a log had come at a time: recorded times never run backwards."""
    places = range(log.mark().position)
    return bisect_right(places, time, key=lambda place: log.feed(place, 1)[0].time)


def build_then(engine: Engine, log: Log, time: str, shapes: Collection[Shape]) -> None:
    """Build the views of these shapes in an empty database, as they were at a time."""
    views = [view for view in VIEWS if view.shape in shapes]
    assert not any(view.hears_refusals for view in views)
    Runner(engine, PastFeed(log, time), views).catch_up()
