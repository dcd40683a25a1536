"""Clocks: the time is passed in, so that days pass in tests and demos in milliseconds."""

from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic, sleep

from domain.words.values import format_time


def wall_clock(claimed: str | None) -> str:
    """The machine's time; what a message claims is not trusted."""
    del claimed
    return format_time(datetime.now(UTC))


class MessageClock:
    """Follows the times that messages claim, never backwards: how a recorded year is replayed."""

    def __init__(self, start: str) -> None:
        self._now = start

    def __call__(self, claimed: str | None) -> str:
        """The latest time that any message has claimed so far."""
        if claimed is not None and claimed > self._now:
            self._now = claimed
        return self._now


class SetClock:
    """Stands still until it is set: the clock of tests."""

    def __init__(self, now: str) -> None:
        self.now = now

    def __call__(self, claimed: str | None) -> str:
        """The time it was set to."""
        del claimed
        return self.now


class Every:
    """Says now and then that it is time: at once, and so many seconds after it was done last."""

    def __init__(self, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._last: float | None = None

    def is_due(self) -> bool:
        """Whether it is time again; still so until it is done."""
        return self._last is None or self._clock() - self._last >= self._seconds

    def done(self) -> None:
        """It was done: count from now."""
        self._last = self._clock()


class Gathering:
    """Lets records gather: where few came, so many seconds pass before the next are asked for."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._few = False

    def wait(self) -> None:
        """Before asking."""
        if self._few:
            sleep(self.seconds)

    def came(self, count: int, limit: int) -> None:
        """So many came of as many as were asked for."""
        self._few = 0 < count < limit / 2
