"""A clock is compared with a second one, of another machine: the witness.

A clock that is ahead freezes recorded time for everybody, as it never runs backwards: until all
other clocks have caught up, whatever is recorded has the time that this one wrote. So a clock that
is far ahead decides nothing.
"""

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Final

from adapters.clocks import Every
from adapters.observe.behind import MOST_BEHIND
from adapters.observe.logs import logger
from domain.engine.batch import Clock
from domain.engine.log import LogError
from domain.words.values import read_time

LOOK: Final = 1.0
"""Seconds between two questions to the witness; the monotonic clock stands in between."""

Ask = Callable[[], datetime]
"""Asks the witness for its time; raises LogError if it is away."""


class ClockAhead(Exception):
    """This machine's clock is too far ahead to decide by; the text says how far, and what helps."""


def unwitnessed() -> None:
    """The check of a clock that nobody can bear witness to: a log in a file has none."""


class Witness:
    """Compares a clock with the witness's whenever it is asked to check; `measured` is told how
    many seconds it is ahead, negative if behind.
    """

    def __init__(
        self,
        ask: Ask,
        clock: Clock,
        most_ahead: float,
        measured: Callable[[float], object],
        *,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._most_ahead = most_ahead
        self._measured = measured
        self._seconds = seconds
        self._looks = Every(LOOK, seconds)
        self._shift: float | None = None
        """What the witness's clock shows more than the monotonic one, in seconds."""
        self._told = False

    def check(self) -> None:
        """Raises ClockAhead if the clock is too far ahead of the witness's just now, and LogError
        where the witness has never answered yet.
        """
        if self._looks.is_due():
            self._look()
            self._looks.done()
        assert self._shift is not None, "the witness has answered"
        ahead = read_time(self._clock(None)).timestamp() - (self._shift + self._seconds())
        self._measured(ahead)
        self._tell(ahead)
        if ahead > self._most_ahead:
            raise ClockAhead(
                f"This machine's clock is {ahead:.0f} s ahead of the database's. What it "
                "decides would get that time, and so would all that others record, until their "
                f"clocks have passed it. Set the clock right; up to {self._most_ahead:g} s are let "
                "pass (TIELINE_CLOCK_AHEAD)"
            )

    def _look(self) -> None:
        """Ask the witness; it answered about halfway between question and answer. If it is away,
        what it said last still holds: whoever needs it for more will say so.
        """
        asked = self._seconds()
        try:
            told = self._ask()
        except LogError:
            if self._shift is None:
                raise
            return
        self._shift = told.timestamp() - (asked + self._seconds()) / 2

    def _tell(self, ahead: float) -> None:
        """Say so, once until the clock is right again."""
        is_off = abs(ahead) > MOST_BEHIND
        if is_off and not self._told:
            event = "clock-ahead" if ahead > 0 else "clock-behind"
            logger(__name__).warning(
                event, seconds=round(abs(ahead)), clock=self._clock(None), witness="database"
            )
        self._told = is_off
