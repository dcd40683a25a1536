"""Consumer groups: who reads which partitions, rebalanced whenever a member comes or goes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from kafka.protocol.consumer.metadata import ConsumerProtocolSubscription

from simulation.cluster import SimulatedCluster
from simulation.processes import Process


class Member(NamedTuple):
    """One member of a group, in the form that an assignor takes."""

    member_id: str
    metadata: Any
    process: Process
    group_instance_id: str | None = None


class Group:
    """One group. Its members learn of a new generation when they poll."""

    def __init__(self, cluster: SimulatedCluster, assignor: Any) -> None:
        self._cluster = cluster
        self._assignor = assignor
        self._joined = 0
        self.generation = 0
        self.members: dict[str, Member] = {}
        self.assigned: Mapping[str, Sequence[Any]] = {}

    def join(self, process: Process, topics: Collection[str]) -> str:
        """Let a member join; returns its id."""
        self._joined += 1
        subscribed = ConsumerProtocolSubscription(
            0, sorted(topics), self._joined.to_bytes(8, "big")
        )
        id = f"{process.name}-{self._joined}"
        self.members[id] = Member(id, subscribed, process)
        self.rebalance()
        return id

    def leave(self, id: str) -> None:
        """Let a member go, or drop it because it was silent for too long."""
        if self.members.pop(id, None) is not None:
            self.rebalance()

    def rebalance(self) -> None:
        """Begin a new generation; the group's own assignor assigns the partitions."""
        self.generation += 1
        self.assigned = {}
        if not self.members:
            return
        told = self._assignor.assign(self, list(self.members.values()))
        self.assigned = {
            id: [
                self._cluster.partitions(topic)[number]
                for topic, numbers in told[id].assigned_partitions
                for number in numbers
            ]
            for id in self.members
        }

    def partitions_for_topic(self, topic: str) -> set[int]:
        """The numbers of a topic's partitions, as an assignor asks for them."""
        return set(range(self._cluster.topics[topic]))


class Groups:
    """All groups of a cluster."""

    def __init__(self, cluster: SimulatedCluster) -> None:
        self._cluster = cluster
        self.named: dict[str, Group] = {}

    def group(self, name: str, assignors: Sequence[Callable[[], Any]]) -> Group:
        """The group with this name; its first member brings the assignor."""
        if name not in self.named:
            self.named[name] = Group(self._cluster, assignors[0]())
        return self.named[name]

    def buries(self) -> None:
        """Drop the members whose processes are dead: they were silent for too long."""
        for group in self.named.values():
            for id in [id for id, each in group.members.items() if not each.process.alive]:
                group.leave(id)
