"""Clocks: the time is passed in, so that days pass in tests and demos in milliseconds."""

from datetime import UTC, datetime

from domain.words import format_time


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
