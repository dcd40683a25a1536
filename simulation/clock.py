"""Simulated time: it moves on with each action, can jump, and differs from process to process."""

from datetime import UTC, datetime, timedelta
from typing import Final

from domain.words.values import format_time

START: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)


class SimulatedClock:
    """One time that only goes forward, and each process's wall clock, which may be off."""

    def __init__(self) -> None:
        self._passed = timedelta()
        self._off: dict[str, timedelta] = {}

    def passes(self, by: timedelta) -> None:
        """Time moves on, for everybody."""
        self._passed += by

    def sets(self, process: str, off: timedelta) -> None:
        """Somebody sets a process's wall clock, this far from the truth."""
        self._off[process] = off

    def seconds(self) -> float:
        """Seconds since the beginning: what a monotonic clock shows."""
        return self._passed.total_seconds()

    def wall(self, process: str = "") -> str:
        """The time by a process's wall clock; the true time if no process is named."""
        return format_time(START + self._passed + self._off.get(process, timedelta()))

    def later(self, by: timedelta) -> str:
        """A later time, as a message names it."""
        return format_time(START + self._passed + by)
