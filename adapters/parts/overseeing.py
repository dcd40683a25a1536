"""Looks after all groups and topics of a cell, beside the part whose loop it shares, and shows what
waits, and which settings of topics are not as they should be.

One question a turn, so that the other part is not held up; a question that fails is asked again
later: what watches must not stop what works.
"""

from collections.abc import Callable, Iterator, Mapping
from time import monotonic, time
from typing import Final

from adapters.kafka.backlog import Backlog
from adapters.observe.logs import logger
from adapters.observe.metrics import (
    COMMANDS_AGE,
    COMMANDS_EXPIRED,
    COMMANDS_KEPT,
    GROUP_LAG,
    OWNERLESS,
    TOPIC_SETTINGS,
)

ROUND: Final = 12.0
"""Seconds in which all questions are asked once, spread evenly."""

AFTER_FAULT: Final = 15.0
"""Seconds without questions after one that failed."""


Standings = Callable[[], Mapping[tuple[str, str], int]]
"""Asks how each setting of each topic stands."""


class Oversight:
    """Goes through the groups of a cell, the topics of its commands, and the settings of all its
    topics, round after round.
    """

    def __init__(
        self,
        backlog: Backlog,
        settings: Standings,
        seconds: Callable[[], float] = monotonic,
        now: Callable[[], float] = time,
    ) -> None:
        self._backlog = backlog
        self._settings = settings
        self._seconds = seconds
        self._now = now
        self._due = 0.0
        self._pause = ROUND
        self._round: Iterator[None] = iter(())
        self._shown: dict[str, set[tuple[str, str]]] = {}

    def turn(self) -> bool:
        """Ask the next question, if it is time to."""
        if self._seconds() < self._due:
            return False
        try:
            self._ask()
            self._due = self._seconds() + self._pause
        except Exception as fault:  # noqa: BLE001 - what watches must not stop what works
            self._round = iter(())
            self._due = self._seconds() + AFTER_FAULT
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
        groups, topics = self._backlog.groups(), self._backlog.topics
        self._pause = ROUND / (2 + len(groups) + len(topics))
        for gone in self._shown.keys() - set(groups):
            self._forget(gone)
        yield
        for group in groups:
            self._show_group(group)
            yield
        for topic in topics:
            self._show_commands(topic)
            yield
        standings = self._settings()
        TOPIC_SETTINGS.clear()
        for labels, standing in standings.items():
            TOPIC_SETTINGS.labels(*labels).set(standing)
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
        oldest, kept, expired = self._backlog.waiting(topic)
        COMMANDS_EXPIRED.labels(topic).set(expired)
        age = 0.0 if oldest is None else max(0.0, self._now() - oldest / 1000)
        COMMANDS_AGE.labels(topic).set(age)
        if kept is None:
            COMMANDS_KEPT.remove(topic)
        else:
            COMMANDS_KEPT.labels(topic).set(kept / 1000)
