"""`tieline engine`: one of the workers that decide commands."""

from typing import Final

from adapters.clocks import Every
from adapters.kafka.intake import Intake
from adapters.kafka.topics import Topics
from adapters.observe.health import Health
from adapters.observe.metrics import DEAD, LOG_POSITION, PARKED, Lag

NEEDS: Final = ("kafka", "log", "group", "clock")
REPORTED_EVERY: Final = 0.5
"""Seconds between two looks at the log and at what lies ahead, for those who watch."""


class EnginePart:
    """Turns polls into batches."""

    def __init__(self, intake: Intake, topics: Topics, health: Health) -> None:
        self._intake = intake
        self._health = health
        self._lag = Lag(intake.group)
        self._dead = DEAD.labels(topics.dead)
        self._reports = Every(REPORTED_EVERY)

    def turn(self) -> bool:
        """Decide one poll. Raises ClockAhead without polling, so that after a minute the group
        gives the partitions to an engine whose clock is right.
        """
        self._intake.worker.check()
        self._health.answers("clock")
        taken = self._intake.turn()
        if taken.records:
            self._health.answers("kafka")
            self._health.answers("log")
        self._dead.inc(taken.dead)
        if self._reports.is_due():
            self._report()
            self._reports.done()
        return taken.records > 0

    def close(self) -> None:
        """Leave the group."""
        self._intake.close()

    def _report(self) -> None:
        mark = self._intake.worker.log.mark()
        self._health.answers("log")
        LOG_POSITION.set(mark.position)
        PARKED.set(mark.parked[1])
        lag = self._intake.lag()
        self._lag.show(lag)
        self._health.does(f"decides {len(lag)} partitions")
