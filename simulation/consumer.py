"""A consumer of committed records on the simulated cluster, by itself or as a member of a group."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from kafka.errors import (
    CommitFailedError,
    KafkaError,
    KafkaTimeoutError,
    RebalanceInProgressError,
)

from simulation.cluster import KafkaRecord, SimulatedCluster
from simulation.groups import Group
from simulation.processes import Fate, Process


class Membership(NamedTuple):
    """A consumer's membership in its group."""

    member_id: str


class SimulatedConsumer:
    """The part of a consumer that is used (adapters/kafka/api.py)."""

    def __init__(
        self,
        process: Process,
        fate: Fate,
        cluster: SimulatedCluster,
        group: tuple[str, Group] | None,
        most: int,
    ) -> None:
        self._process = process
        self._fate = fate
        self._cluster = cluster
        self._most = most
        self._name, self._group = group or ("", None)
        self._topics: Collection[str] = ()
        self._listener: Any = None
        self._id = ""
        self._generation = 0
        self._at: dict[Any, int] = {}
        self._paused: set[Any] = set()

    def subscribe(self, topics: Collection[str], *, listener: Any = None) -> None:
        """Join the group, at the next poll."""
        self._topics, self._listener = topics, listener

    def assign(self, partitions: Collection[Any]) -> None:
        """Read these partitions, new ones from their beginning; others stay as they are."""
        self._at = {each: self._at.get(each, 0) for each in partitions}
        self._paused &= self._at.keys()

    def assignment(self) -> set[Any]:
        """The partitions that it believes are its own."""
        return set(self._at)

    def poll(
        self, timeout_ms: int = 0, max_records: int | None = None
    ) -> Mapping[Any, list[KafkaRecord]]:
        """The records that are there, from some partitions, or none: records may come late."""
        del timeout_ms
        self._before("poll")
        if self._group is not None and self._joins(self._group):
            return {}
        left, polled = min(self._most, max_records or self._most), dict[Any, list[KafkaRecord]]()
        for each in self._fate.chance.shuffled(sorted(self._at)):
            if each not in self._paused and left > 0:
                found = self._fetched(each, left)
                left -= len(found)
                if found:
                    polled[each] = found
        self._fate.meanwhile(self._process, "after poll")
        return polled

    def position(self, partition: Any) -> int:
        """The offset that is read next."""
        return self._at[partition]

    def seek(self, partition: Any, offset: int) -> None:
        """Go on from another offset."""
        self._at[partition] = offset

    def pause(self, *partitions: Any) -> None:
        """Give no records of these partitions."""
        self._paused.update(partitions)

    def paused(self) -> set[Any]:
        """The partitions that give no records."""
        return self._paused & self._at.keys()

    def resume(self, *partitions: Any) -> None:
        """Give records of these partitions again."""
        self._paused.difference_update(partitions)

    def commit(self, offsets: Mapping[Any, Any] | None = None) -> None:
        """Commit the group's offsets. Raises if the group was rebalanced meanwhile."""
        assert offsets is not None
        self._before("commit-offsets")
        assert self._group is not None
        if self._id not in self._group.members:
            raise CommitFailedError
        if self._generation != self._group.generation:
            raise RebalanceInProgressError
        self._cluster.commit(self._name, offsets)
        self._after("commit-offsets")

    def commit_async(self, offsets: Mapping[Any, Any] | None = None) -> None:
        """Commit without learning the result."""
        try:
            self.commit(offsets)
        except KafkaError:
            self._fate.trace.notes(f"{self._process.name} noted nothing")

    def committed(self, partition: Any, *, metadata: bool = False) -> Any:
        """The group's committed offset in a partition; None if there is none."""
        noted = self._cluster.offsets.get(self._name, {}).get(partition)
        return noted if metadata or noted is None else noted.offset

    def group_metadata(self) -> "Membership":
        """Its membership in the group; the id is empty if it is in none."""
        return Membership(self._id)

    def highwater(self, partition: Any) -> int | None:
        """The end of a partition."""
        return self._cluster.end(partition)

    def end_offsets(self, partitions: Collection[Any]) -> Mapping[Any, int]:
        """The ends of partitions, for readers of committed records."""
        self._before("end-offsets")
        return {each: self._cluster.stable(each) for each in partitions}

    def beginning_offsets(self, partitions: Collection[Any]) -> Mapping[Any, int]:
        """The beginnings of partitions, always 0: no record ever expires."""
        return dict.fromkeys(partitions, 0)

    def close(self, autocommit: bool = True, timeout_ms: int | None = None) -> None:  # noqa: FBT001, FBT002 - kafka-python's
        """Leave the group."""
        del autocommit, timeout_ms
        if self._group is not None:
            self._group.leave(self._id)

    def _joins(self, group: Group) -> bool:
        """Join, or learn of a new generation; returns whether either happened."""
        if self._id not in group.members:
            self._id = group.join(self._process, self._topics)
        if self._generation == group.generation:
            return False
        self._generation = group.generation
        assigned, before = group.assigned[self._id], set(self._at)
        if self._listener is not None:
            self._listener.on_partitions_revoked(sorted(before))
        noted = self._cluster.offsets.get(self._name, {})
        self._at = {each: noted[each].offset if each in noted else 0 for each in assigned}
        self._paused &= self._at.keys()
        if self._listener is not None:
            self._listener.on_partitions_assigned(assigned)
        self._fate.trace.notes(f"{self._process.name} reads {len(assigned)} partitions")
        if before:
            self._fate.faults.reaches("rebalance")
        return True

    def _fetched(self, partition: Any, most: int) -> list[KafkaRecord]:
        """The visible records from its position on; late ones only in part, or not yet."""
        end = self._cluster.stable(partition)
        if self._at[partition] < end and self._fate.faults.strikes("late-delivery", self._where):
            end = self._fate.chance.between(self._at[partition], end)
        found: list[KafkaRecord] = []
        for entry in self._cluster.entries[partition][self._at[partition] : end]:
            if len(found) == most:
                break
            self._at[partition] += 1
            if entry.is_visible(partition):
                assert entry.record is not None
                found.append(entry.record)
        return found

    @property
    def _where(self) -> str:
        return self._process.name

    def _before(self, call: str) -> None:
        self._fate.before(self._process, call, KafkaTimeoutError)

    def _after(self, call: str) -> None:
        self._fate.after(self._process, call, KafkaTimeoutError)
