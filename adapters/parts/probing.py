"""Probes, once in a while, whether the things that a part needs are there.

A part that has nothing to do would not notice that one is gone; and Kafka's consumer says nothing
of brokers that it can't reach, it only finds no records.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from time import monotonic
from typing import Final

from adapters.clocks import Every
from adapters.kafka.admin import Admin, Described
from adapters.kafka.api import Partition
from adapters.kafka.membership import Member, absence
from adapters.kafka.topics import LOOKS, WHAT_HELPS, TopicsLost, changed
from adapters.observe.health import Health

EVERY: Final = 1.0
"""Seconds between two questions."""

PATIENCE_MS: Final = 5000
"""How long brokers may take to answer a question."""

Ask = Callable[[], object]
"""Asks one thing; if it is not there, raises the same errors as any use of it."""


class TopicWatch:
    """Looks whether the topics are still those that a part has begun with. It turns before the part
    does, as a call to a topic that is gone can take long, and fails like one to brokers that are
    away. A topic counts as lost from the third look in a row on: a broker may lag behind.
    """

    def __init__(
        self,
        admin: Admin,
        topics: Mapping[str, Described],
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._admin = admin
        self._topics = topics
        self._time = Every(EVERY, seconds)
        self._looks = 0

    def turn(self) -> bool:
        """Look, if it is time to. Raises TopicsLost, Unreachable."""
        if self._time.is_due():
            self._time.done()
            told = changed(self._topics, self._admin.described(self._topics))
            self._looks = self._looks + 1 if told else 0
            if told and self._looks >= LOOKS:
                raise TopicsLost(f"topics-lost: {told}. {WHAT_HELPS}")
        return False

    def close(self) -> None:
        """Nothing: what is asked belongs to others."""


class Probe:
    """Asks in turns, beside the part itself."""

    def __init__(
        self, asks: Mapping[str, Ask], health: Health, seconds: Callable[[], float] = monotonic
    ) -> None:
        self._asks = asks
        self._health = health
        self._time = Every(EVERY, seconds)

    def turn(self) -> bool:
        """Ask everything, if it is time to."""
        if self._time.is_due():
            for what, ask in self._asks.items():
                ask()
                self._health.answers(what)
            self._time.done()
        return False

    def close(self) -> None:
        """Nothing: what is asked belongs to others."""


class Attendance:
    """Looks whether members take part in their groups as the brokers see them. What keeps one away
    counts from the second look on: a group may just have been dealt anew.
    """

    def __init__(
        self,
        admin: Admin,
        members: Sequence[Member],
        health: Health,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._admin = admin
        self._members = members
        self._health = health
        self._time = Every(EVERY, seconds)
        self._partitions: dict[str, Collection[Partition]] = {}
        self._away = False

    def turn(self) -> bool:
        """Look, if it is time to. Raises Unreachable."""
        if self._time.is_due():
            self._time.done()
            absences = [found for each in self._members if (found := self._absence(each))]
            if not absences:
                self._health.answers("group")
            elif self._away:
                self._health.fails("group", "; ".join(absences))
            self._away = bool(absences)
        return False

    def close(self) -> None:
        """Nothing: what is asked belongs to others."""

    def _absence(self, member: Member) -> str | None:
        if member.group not in self._partitions:
            counts = self._admin.partitions(member.topics)
            self._partitions[member.group] = [
                Partition(topic, number) for topic in counts for number in range(counts[topic])
            ]
        return absence(self._admin, member, self._partitions[member.group])
