"""The topics of a cell: their names, how they are made, and how many partitions each keeps.

Order per subject rests on the number of partitions, so it is fixed when a topic is first made and
recorded in the log; a part that finds another number refuses to start.
"""

from collections.abc import Mapping
from math import ceil
from typing import Final, NamedTuple, Protocol

from adapters.kafka.admin import Admin, TopicSpec
from adapters.kafka.clients import LARGEST
from adapters.kafka.kafka_python import Unreachable

PARTITIONS: Final = 12
"""Partitions of a topic of commands, unless it was first made with another number."""

_FEWER: Final = 3
"""Events and outcomes have this many times fewer partitions: one reader reads all of them, and each
transaction of the relay leaves a marker in every partition that it writes to.
"""

_FOR_EVER: Final = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "max.message.bytes": str(LARGEST),
}


class Topics(NamedTuple):
    """The names of a cell's topics."""

    commands: str
    internal: str
    outcomes: str
    events: str
    dead: str


class CellFacts(Protocol):
    """Keeps facts about the cell that outlive everything: the event log."""

    def kept(self, name: str) -> str | None:
        """A fact by name."""
        ...

    def keep(self, name: str, value: str) -> None:
        """Record a fact."""
        ...


class TopicsError(Exception):
    """The topics are not as this cell knows them; the text says what to do."""


def topics_of(prefix: str) -> Topics:
    """The topics of the cell with this prefix."""
    return Topics(
        f"{prefix}.commands",
        f"{prefix}.commands.internal",
        f"{prefix}.outcomes",
        f"{prefix}.events",
        f"{prefix}.commands.dead",
    )


def prepare(
    admin: Admin, topics: Topics, facts: CellFacts, partitions: int = PARTITIONS
) -> Mapping[str, int]:
    """Make the topics that are missing, those of commands with `partitions` each, and check the
    others; returns how many partitions each has.

    Events, outcomes and dead records never expire, and may be larger than a command is: a refusal
    names all that is in the way. Raises TopicsError where a topic has another number of partitions
    than it was first made with, Unreachable while not every broker has heard of a new one.
    """
    counts = admin.partitions(topics)
    missing = [name for name in topics if name not in counts]
    kept = {name: facts.kept(_fact(name)) for name in topics}
    if missing:
        admin.create(
            TopicSpec(
                name, int(kept[name] or _new(topics, name, partitions)), _settings(topics, name)
            )
            for name in missing
        )
        counts = admin.partitions(topics)
        if unheard := set(topics) - counts.keys():
            raise Unreachable(f"the brokers do not say yet where {min(unheard)} lies")
    for name, count in counts.items():
        before = kept[name]
        if before is None:
            facts.keep(_fact(name), str(count))
        elif count != int(before):
            raise TopicsError(
                f"The topic {name} has {count} partitions and was made with {before}: commands of "
                f"one subject could overtake one another. Make it anew with {before} partitions, "
                "or start a new cell under another TIELINE_PREFIX"
            )
    return counts


def existing(admin: Admin, topics: Topics, where: str) -> Mapping[str, int]:
    """How many partitions each topic has; none is made. Raises TopicsError where one is missing:
    this cell was never started.
    """
    counts = admin.partitions(topics)
    if len(counts) < len(topics):
        prefix = topics.commands.removesuffix(".commands")
        raise TopicsError(f"There is no cell {prefix} at {where} yet: start 'tieline engine' once")
    return counts


def _new(topics: Topics, name: str, partitions: int) -> int:
    """How many partitions a new topic gets."""
    return ceil(partitions / _FEWER) if name in (topics.events, topics.outcomes) else partitions


def _settings(topics: Topics, name: str) -> Mapping[str, str]:
    return {} if name in (topics.commands, topics.internal) else _FOR_EVER


def _fact(topic: str) -> str:
    return f"partitions/{topic}"
