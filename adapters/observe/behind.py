"""A clock that is behind what was recorded is noticed, whoever looks at it."""

from collections.abc import Callable
from typing import Final

from adapters.observe.logs import logger
from domain.words.values import read_time

MOST_BEHIND: Final = 60.0
"""Seconds that a clock may be behind what was recorded: machines differ by that much or less."""


class Behind:
    """Notices that a clock is behind what was recorded: it is wrong, or another one was.

    What is recorded then has the time of what was recorded last, and what is due waits for the
    clock. The log says so once, until the clock is right again; `noticed` is called each time.
    """

    def __init__(self, noticed: Callable[[], object]) -> None:
        self._noticed = noticed
        self._told = False

    def compare(self, now: str, recorded: str) -> None:
        """Compare the time by the clock with the last recorded time, empty if there is none."""
        if now >= recorded or (seconds := _seconds_between(now, recorded)) <= MOST_BEHIND:
            self._told = False
            return
        self._noticed()
        if not self._told:
            seconds = round(seconds)
            logger(__name__).warning("clock-behind", seconds=seconds, clock=now, recorded=recorded)
        self._told = True


def _seconds_between(earlier: str, later: str) -> float:
    return (read_time(later) - read_time(earlier)).total_seconds()
