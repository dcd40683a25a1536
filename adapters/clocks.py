"""Clocks: callers pass the time in, so that tests and demos run through days in milliseconds."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from time import monotonic, sleep, time_ns

from domain.words.values import format_time


def wall_clock(claimed: str | None) -> str:
    """The machine's time; the time that a message claims is not trusted."""
    del claimed
    seconds, nanoseconds = divmod(time_ns(), 1_000_000_000)
    return f"{_second(seconds)}.{nanoseconds // 1000:06}Z"


@lru_cache(maxsize=1)  # many commands are decided in one second
def _second(seconds: int) -> str:
    """A second since 1970 as its date and time, up to the second."""
    return format_time(datetime.fromtimestamp(seconds, UTC))[: len("2026-01-05T09:00:00")]


class MessageClock:
    """Follows the times that messages claim, never backwards: this replays a recorded year."""

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
    """Is due at once, and again `seconds` after `done` was last called."""

    def __init__(self, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._last: float | None = None

    def is_due(self) -> bool:
        """Whether the time has come; stays true until `done` is called."""
        return self._last is None or self._clock() - self._last >= self._seconds

    def done(self) -> None:
        """Count the seconds from now."""
        self._last = self._clock()


class Gathering:
    """Lets records gather: after a read that brought few, it waits `seconds` before the next."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._few = False

    def wait(self) -> None:
        """Call this before each read."""
        if self._few:
            sleep(self.seconds)

    def came(self, count: int, limit: int) -> None:
        """Note that a read brought `count` records, of `limit` at most."""
        self._few = 0 < count < limit / 2
