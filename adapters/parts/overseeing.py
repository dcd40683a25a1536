"""Looks after all groups of a cell, beside the part whose loop it shares, and shows what waits.

One question a turn, so that the other part is not held up; a question that fails is asked again
later: what watches must not stop what works.
"""

from collections.abc import Callable, Iterator
from time import monotonic, time
from typing import Final

from adapters.clocks import Every
from adapters.kafka.backlog import Backlog
from adapters.observe.logs import logger
from adapters.observe.metrics import COMMANDS_AGE, COMMANDS_KEPT, GROUP_LAG, OWNERLESS

STEP: Final = 1.5
"""Seconds between two questions: a cell with four groups is gone through in some ten seconds."""

AFTER_FAULT: Final = 15.0
"""Seconds without questions after one that failed."""


class Oversight:
    """Goes through the groups of a cell and the topics of its commands, round after round."""

    def __init__(
        self,
        backlog: Backlog,
        seconds: Callable[[], float] = monotonic,
        now: Callable[[], float] = time,
    ) -> None:
        self._backlog = backlog
        self._seconds = seconds
        self._now = now
        self._steps = Every(STEP, seconds)
        self._rests_until = 0.0
        self._round: Iterator[None] = iter(())
        self._shown: dict[str, set[tuple[str, str]]] = {}

    def turn(self) -> bool:
        """Ask the next question, if it is time to."""
        if not self._steps.is_due() or self._seconds() < self._rests_until:
            return False
        self._steps.done()
        try:
            self._ask()
        except Exception as fault:  # noqa: BLE001 - what watches must not stop what works
            self._round = iter(())
            self._rests_until = self._seconds() + AFTER_FAULT
            logger(__name__).warning("not-overseen", said=str(fault))
        return False

    def close(self) -> None:
        """Nothing: what is asked belongs to others."""

    def _ask(self) -> None:
        if next(self._round, self) is self:
            self._round = self._questions()
            next(self._round)

    def _questions(self) -> Iterator[None]:
        """One round, a question at a time."""
        groups = self._backlog.groups()
        for gone in self._shown.keys() - set(groups):
            self._forget(gone)
        yield
        for group in groups:
            self._show_group(group)
            yield
        for topic in self._backlog.topics:
            self._show_commands(topic)
            yield

    def _show_group(self, group: str) -> None:
        lag, ownerless = self._backlog.standing(group)
        now = {(topic, str(number)) for topic, number in lag}
        for labels in self._shown.get(group, set()) - now:
            GROUP_LAG.remove(group, *labels)
        self._shown[group] = now
        for (topic, number), records in lag.items():
            GROUP_LAG.labels(group, topic, str(number)).set(records)
        if ownerless is not None:
            OWNERLESS.labels(group).set(ownerless)

    def _forget(self, group: str) -> None:
        """Show a group no longer that the brokers have forgotten."""
        for labels in self._shown.pop(group):
            GROUP_LAG.remove(group, *labels)
        OWNERLESS.remove(group)

    def _show_commands(self, topic: str) -> None:
        oldest, kept = self._backlog.waiting(topic)
        age = 0.0 if oldest is None else max(0.0, self._now() - oldest / 1000)
        COMMANDS_AGE.labels(topic).set(age)
        if kept is None:
            COMMANDS_KEPT.remove(topic)
        else:
            COMMANDS_KEPT.labels(topic).set(kept / 1000)
