"""Questions to a cluster about topics and groups, and topics to make."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

from adapters.kafka.api import Partition
from adapters.kafka.kafka_python import Unreachable, forget_coordinator, partition, telling

_WITH_MEMBERS: Final = ("preparing-rebalance", "completing-rebalance", "stable")

_NOT_THERE: Final = "dead"
"""The state of a group that nobody was ever in, or that the brokers have forgotten."""

_BEING_DEALT: Final = ("preparingrebalance", "completingrebalance")

_LATEST, _EARLIEST = -1, -2
"""What Kafka's protocol takes for a time where the end or the beginning is asked for."""


class TopicSpec(NamedTuple):
    """A topic to make."""

    name: str
    partitions: int
    settings: Mapping[str, str]


class Described(NamedTuple):
    """A topic as the brokers know it."""

    partitions: int
    id: str = ""
    """What tells it from another topic of the same name, e.g. one made anew after it was deleted;
    empty if the brokers are older than such ids (Kafka 2.8).
    """
    replicas: int = 1
    """Of the partition that has the fewest."""


class TopicRefused(Exception):
    """The brokers refuse the name of a topic; the text says why."""

    def __init__(self, name: str, fault: Exception) -> None:
        super().__init__(
            f"Kafka refuses the topic {name} ({fault}). To it '.' and '_' are the same, so no two "
            "cells may have prefixes that differ in these alone: use another TIELINE_PREFIX"
        )


class Admin:
    """Questions to a cluster about topics and groups, and topics to make."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def partitions(self, topics: Collection[str]) -> dict[str, int]:
        """How many partitions each of the topics that exist has."""
        return {name: each.partitions for name, each in self.described(topics).items()}

    def described(self, topics: Collection[str]) -> dict[str, Described]:
        """Those of the topics that exist. Raises Unreachable."""
        from kafka import errors

        with telling():
            told: list[dict[str, Any]] = self._client.describe_topics(list(topics))
            found: dict[str, Described] = {}
            for each in told:
                code = each["error_code"]
                if code == errors.UnknownTopicOrPartitionError.errno:
                    continue
                if code:
                    raise cast("Any", errors).for_code(code)(each["name"])
                found[each["name"]] = _described(each)
        return found

    def settings(self, topics: Collection[str]) -> dict[str, dict[str, str]]:
        """The settings in force of each topic, defaults included, as Kafka writes them; none of a
        topic whose settings may not be read. Raises Unreachable.
        """
        from kafka.admin import ConfigResource, ConfigResourceType

        asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in topics]
        with telling():
            told: Mapping[str, Any] = self._client.describe_configs(asked, config_filter="all")
        return {
            topic: {name: each["value"] for name, each in settings.items()}
            for topic, settings in told.get("topic", {}).items()
        }

    def brokers(self) -> int:
        """How many brokers the cluster has just now. Raises Unreachable."""
        with telling():
            told: Mapping[str, Any] = self._client.describe_cluster()
        return len(told["brokers"])

    def create(self, specs: Iterable[TopicSpec]) -> None:
        """Make topics; one that somebody else has just made is left as it is.

        Raises TopicRefused, Unreachable.
        """
        from kafka.admin import NewTopic
        from kafka.errors import InvalidTopicError, TopicAlreadyExistsError

        for spec in specs:
            new = NewTopic(spec.name, spec.partitions, -1, topic_configs=dict(spec.settings))
            with telling():
                try:
                    self._client.create_topics([new])
                except InvalidTopicError as fault:
                    raise TopicRefused(spec.name, fault) from fault
                except TopicAlreadyExistsError:
                    pass
                self._client.wait_for_topics([spec.name])

    def group_offsets(self, group: str) -> dict[Partition, tuple[int, str]]:
        """The offset that a group has committed in each partition, with the metadata beside it.

        Raises Unreachable.
        """
        forget_coordinator(self._client, group)
        with telling():
            told = self._client.list_group_offsets({group: None})
        offsets = cast("Mapping[Any, Any]", told.get(group, {}))
        return {
            Partition(tp.topic, tp.partition): (each.offset, each.metadata or "")
            for tp, each in offsets.items()
            if each.offset >= 0
        }

    def ends(self, counts: Mapping[str, int]) -> dict[Partition, tuple[int, int]]:
        """The first offset of each partition of some topics, and the one after the last that is
        committed; `counts` are their partitions. Raises Unreachable.
        """
        parts = [partition(name, number) for name in counts for number in range(counts[name])]
        with telling():
            first: Mapping[Any, Any] = self._client.list_partition_offsets(
                dict.fromkeys(parts, _EARLIEST)
            )
            last: Mapping[Any, Any] = self._client.list_partition_offsets(
                dict.fromkeys(parts, _LATEST), isolation_level="read_committed"
            )
        return {
            Partition(each.topic, each.partition): (first[each].offset, last[each].offset)
            for each in parts
        }

    def groups(self) -> list[str]:
        """All groups that the brokers remember, with members or without. Raises Unreachable."""
        with telling():
            told = self._client.list_groups()
        return sorted(each["group_id"] for each in told)

    def groups_with_members(self) -> list[str]:
        """The groups that have members just now."""
        with telling():
            told = self._client.list_groups(states_filter=_WITH_MEMBERS)
        return sorted(each["group_id"] for each in told)

    def group_members(self, group: str) -> dict[str, set[Partition]] | None:
        """The members of a group by their ids, with the partitions that each was given; None while
        the group is dealt anew. Raises Unreachable.
        """
        forget_coordinator(self._client, group)
        with telling():
            told = cast("Mapping[str, Any]", self._client.describe_groups([group])[group])
        if told["error"] and told["group_state"].lower() != _NOT_THERE:
            raise Unreachable(f"Kafka does not tell of the group {group} ({told['error']})")
        if told["group_state"].lower().replace(" ", "") in _BEING_DEALT:
            return None
        return {each["member_id"]: _given(each) for each in told["members"]}

    def answer(self) -> None:
        """Raises Unreachable if no broker answers."""
        with telling():
            self._client.describe_cluster()

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()


def _described(told: Mapping[str, Any]) -> Described:
    """A topic, from the metadata of a broker."""
    partitions = told["partitions"]
    id = UUID(str(told.get("topic_id") or UUID(int=0)))
    fewest = min((len(each["replica_nodes"]) for each in partitions), default=0)
    return Described(len(partitions), str(id) if id.int else "", fewest)


def _given(member: Mapping[str, Any]) -> set[Partition]:
    """The partitions that a member was given, from a description of its group."""
    told = member["member_assignment"] or {"assigned_partitions": ()}
    return {
        Partition(topic["topic"], number)
        for topic in told["assigned_partitions"]
        for number in topic["partitions"]
    }
