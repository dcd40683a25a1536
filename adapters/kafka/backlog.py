"""What waits in a cell, as the brokers see it: for its groups, also those without members, and the
commands that nobody has decided.
"""

from collections.abc import Collection, Mapping, Sequence
from time import monotonic
from typing import Any, Final, NamedTuple

from adapters.kafka.admin import Admin
from adapters.kafka.api import Partition
from adapters.kafka.clients import Brokers
from adapters.kafka.groups import (
    ALARMS,
    CHANGES,
    ENGINE,
    group_of,
    keeps_views,
    read_by,
    readers,
    views_group,
)
from adapters.kafka.kafka_python import partition, telling
from adapters.kafka.topics import topics_of

READING: Final = 2.0
"""Seconds at most for looking at the first commands that wait."""

_POLL_MS: Final = 200


class Standing(NamedTuple):
    """How a group stands."""

    lag: Mapping[Partition, int]
    """By partition: how many records it has yet to read."""
    ownerless: int | None
    """How many of its partitions are with nobody; None while it is dealt anew."""


class Waiting(NamedTuple):
    """The commands of a topic that wait."""

    oldest: int | None
    """When the oldest was written, in milliseconds since 1970; None if none waits."""
    kept: int | None
    """For how many milliseconds the topic keeps a command; None if for ever."""
    expired: int
    """How many were deleted before an engine had decided them."""


class Backlog:
    """Asks the brokers, a few questions at a time. Every method raises Unreachable."""

    def __init__(self, admin: Admin, brokers: Brokers, prefix: str, views: Collection[str]) -> None:
        self._admin = admin
        self._brokers = brokers
        self._prefix = prefix
        self._views = views
        self._topics = topics_of(prefix)

    @property
    def topics(self) -> Sequence[str]:
        """The topics of commands."""
        return self._topics.taken_in

    def groups(self) -> Sequence[str]:
        """The groups of this cell that read its topics: those that the brokers remember, and those
        that no cell can be without.
        """
        found = set(readers(self._admin.groups(), self._prefix, self._views))
        if not any(keeps_views(each, self._prefix, self._views) for each in found):
            found.add(views_group(self._prefix))
        needed = {group_of(self._prefix, name) for name in (ENGINE, CHANGES, ALARMS)}
        return sorted(found | needed)

    def standing(self, group: str) -> Standing:
        """How one of them stands."""
        reads = read_by(group, self._prefix, self._topics)
        ends = self._admin.ends(self._admin.partitions(reads))
        reached = self._admin.group_offsets(group)
        members = self._admin.group_members(group)
        left = None if members is None else len(set(ends).difference(*members.values()))
        return Standing(_lag(ends, reached, self._topics.outcomes), left)

    def waiting(self, topic: str) -> Waiting:
        """The commands of a topic that the engines have not decided."""
        ends = self._admin.ends(self._admin.partitions([topic]))
        reached = self._admin.group_offsets(group_of(self._prefix, ENGINE))
        first = {
            each: max(begin, reached.get(each, (begin, ""))[0])
            for each, (begin, end) in ends.items()
            if reached.get(each, (begin, ""))[0] < end
        }
        kept = int(self._admin.settings([topic]).get(topic, {}).get("retention.ms", "-1"))
        expired = sum(
            max(0, begin - reached[each][0]) for each, (begin, _) in ends.items() if each in reached
        )
        oldest = self._oldest(first) if first else None
        return Waiting(oldest, kept if kept >= 0 else None, expired)

    def _oldest(self, first: Mapping[Partition, int]) -> int | None:
        """The earliest time among the records at these offsets, as far as they can be had soon."""
        consumer = self._brokers.consumer(max_poll_records=1, max_partition_fetch_bytes=1)
        times: dict[Partition, int] = {}
        deadline = monotonic() + READING
        try:
            with telling():
                consumer.assign([partition(*each) for each in first])
                for each, offset in first.items():
                    consumer.seek(partition(*each), offset)
                while len(times) < len(first) and monotonic() < deadline:
                    for each in _firsts(consumer.poll(_POLL_MS)):
                        at = Partition(each.topic, each.partition)
                        times.setdefault(at, each.timestamp)
                        consumer.pause(partition(*at))
        finally:
            consumer.close(autocommit=False)
        return min((time for time in times.values() if time > 0), default=None)


def _firsts(polled: Mapping[Any, Sequence[Any]]) -> Sequence[Any]:
    return [records[0] for records in polled.values() if records]


def _lag(
    ends: Mapping[Partition, tuple[int, int]],
    reached: Mapping[Partition, tuple[int, str]],
    outcomes: str,
) -> Mapping[Partition, int]:
    """What lies ahead in each partition. Views that hear no refusals read no outcomes: who has
    committed nothing there, and something elsewhere, is not behind there.
    """
    reads_outcomes = not reached or any(each.topic == outcomes for each in reached)
    return {
        each: max(0, end - max(begin, reached.get(each, (begin, ""))[0]))
        for each, (begin, end) in ends.items()
        if reads_outcomes or each.topic != outcomes
    }
