"""Simulated time: it goes on with what is done, jumps, and differs from process to process."""

from datetime import UTC, datetime, timedelta
from typing import Final

from domain.words.values import format_time

START: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)


class SimulatedClock:
    """One time that only goes forward, and what the wall clock of each process makes of it."""

    def __init__(self) -> None:
        self._passed = timedelta()
        self._off: dict[str, timedelta] = {}

    def passes(self, by: timedelta) -> None:
        """Time goes on, for everybody."""
        self._passed += by

    def sets(self, process: str, off: timedelta) -> None:
        """Somebody sets a process's wall clock, this far from the truth."""
        self._off[process] = off

    def seconds(self) -> float:
        """Seconds since the beginning: what a monotonic clock shows."""
        return self._passed.total_seconds()

    def wall(self, process: str = "") -> str:
        """The time as a process tells it; as it is, where none is named."""
        return format_time(START + self._passed + self._off.get(process, timedelta()))

    def later(self, by: timedelta) -> str:
        """A time to come, as a person would name it."""
        return format_time(START + self._passed + by)
