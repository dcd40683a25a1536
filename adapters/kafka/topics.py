"""The topics of a cell: their names, how they are made, and how many partitions each keeps.

Order per subject rests on the number of partitions, so it is fixed when a topic is first made and
recorded in the log, with the id by which Kafka tells the topic from a later one of its name. A part
that finds another number, another topic or none refuses to start, and stops if that happens later:
only 'tieline relay reset' makes lost topics anew (docs/decisions/0015).
"""

from collections.abc import Collection, Mapping, Sequence
from math import ceil
from time import sleep
from typing import Final, NamedTuple, Protocol

from adapters.kafka.admin import Admin, Described, TopicSpec
from adapters.kafka.kafka_python import Unreachable
from adapters.kafka.topic_settings import (
    FOR_EVER,
    LARGE,
    Given,
    Tell,
    refused,
    standings,
    unheard,
    weak,
)

PARTITIONS: Final = 12
"""Partitions of a topic of commands, unless it was first made with another number."""

_FEWER: Final = 3
"""Events and outcomes have this many times fewer partitions: one reader reads all of them, and each
transaction of the relay leaves a marker in every partition that it writes to.
"""

LOOKS: Final = 3
"""How often brokers are asked, a second apart, before a topic counts as lost: one of them may not
have heard yet of what another has made.
"""

WHAT_HELPS: Final = (
    "Nothing of the log is lost: stop all parts, and 'tieline relay reset' has the log published "
    "anew (docs/operations.md, Topics lost)"
)


class Topics(NamedTuple):
    """The names of a cell's topics."""

    commands: str
    internal: str
    outcomes: str
    events: str
    dead: str
    http: str
    """Commands of callers over HTTP, whose servers answer for whom each is from."""

    @property
    def taken_in(self) -> Sequence[str]:
        """The topics of commands, which engines read."""
        return (self.commands, self.internal, self.http)


class CellFacts(Protocol):
    """Keeps facts about the cell that outlive everything: the event log."""

    def kept(self, name: str) -> str | None:
        """A fact by name."""
        ...

    def keep(self, name: str, value: str) -> None:
        """Record a fact, in place of what was recorded under the name."""
        ...


class TopicsError(Exception):
    """The topics are not as this cell knows them; the text says what to do."""


class TopicsLost(TopicsError):
    """They were, when the part that runs has begun."""


def topics_of(prefix: str) -> Topics:
    """The topics of the cell with this prefix."""
    return Topics(
        f"{prefix}.commands",
        f"{prefix}.commands.internal",
        f"{prefix}.outcomes",
        f"{prefix}.events",
        f"{prefix}.commands.dead",
        f"{prefix}.commands.http",
    )


def prepare(
    admin: Admin,
    topics: Topics,
    facts: CellFacts,
    partitions: int = PARTITIONS,
    tell: Tell = unheard,
) -> Mapping[str, Described]:
    """Make the topics that this cell never had, those of commands with `partitions` each, and check
    the others; `tell` hears of settings that are weak.

    Raises TopicsError where a topic is lost, is another one, has another number of partitions than
    it was first made with, or settings that break a promise; Unreachable while not every broker has
    heard of a new one.
    """
    known = [name for name in topics if facts.kept(_count(name)) is not None]
    found = _looked_up(admin, topics, known)
    if lost := [name for name in known if name not in found]:
        raise TopicsError(
            f"The topics that this cell has written to are not on these brokers: "
            f"{', '.join(lost)}. {WHAT_HELPS}"
        )
    found = _with_missing_made(admin, topics, facts, partitions, found)
    for name, topic in found.items():
        before = facts.kept(_identity(name))
        if before and topic.id and topic.id != before:
            raise TopicsError(
                f"The topic {name} is another one than this cell has written to: it was made anew, "
                f"or lies on another cluster. {WHAT_HELPS}"
            )
    _check_settings(admin, topics, found, tell)
    _keep(facts, found)
    return found


def make_anew(
    admin: Admin,
    topics: Topics,
    facts: CellFacts,
    partitions: int = PARTITIONS,
    tell: Tell = unheard,
) -> Mapping[str, Described]:
    """Make all topics that are missing as they were, and take those that are there for the cell's
    own from now on, which `accept` records. Raises TopicsError, Unreachable.
    """
    found = _with_missing_made(admin, topics, facts, partitions, admin.described(topics))
    _check_settings(admin, topics, found, tell)
    return found


def accept(facts: CellFacts, found: Mapping[str, Described]) -> None:
    """Record these topics as the cell's own, in place of those that it had."""
    for name, topic in found.items():
        facts.keep(_count(name), str(topic.partitions))
        facts.keep(_identity(name), topic.id)


def existing(admin: Admin, topics: Topics, where: str) -> Mapping[str, Described]:
    """The topics as they are; none is made. Raises TopicsError where one is missing: this cell was
    never started, or has lost it. An older cell gets the one of HTTP when its next part starts.
    """
    found = admin.described(topics)
    if missing := [name for name in topics if name not in found and name != topics.http]:
        prefix = topics.commands.removesuffix(".commands")
        if not found:
            raise TopicsError(
                f"There is no cell {prefix} at {where} yet: start 'tieline engine' once. If there "
                "was one, its topics are lost (docs/operations.md, Topics lost)"
            )
        raise TopicsError(
            f"The cell {prefix} at {where} lacks topics: {', '.join(missing)}. {WHAT_HELPS}"
        )
    return found


def changed(before: Mapping[str, Described], now: Mapping[str, Described]) -> str | None:
    """What has become of topics since they were found, in words; None if nothing."""
    said = [_change(name, topic, now.get(name)) for name, topic in before.items()]
    return "; ".join(filter(None, said)) or None


def _change(name: str, before: Described, now: Described | None) -> str | None:
    if now is None:
        return f"the topic {name} is not there any more"
    if now.partitions != before.partitions:
        return f"the topic {name} has {now.partitions} partitions, not {before.partitions}"
    if now.id != before.id:
        return f"the topic {name} was deleted and made anew"
    return None


def _looked_up(admin: Admin, topics: Topics, known: Collection[str]) -> dict[str, Described]:
    """The topics that exist; those of them that are known may take a moment to show."""
    found = admin.described(topics)
    for _ in range(LOOKS - 1):
        if found.keys() >= set(known):
            break
        sleep(1.0)
        found = admin.described(topics)
    return found


def _with_missing_made(
    admin: Admin,
    topics: Topics,
    facts: CellFacts,
    partitions: int,
    found: Mapping[str, Described],
) -> Mapping[str, Described]:
    """All topics, made as recorded where they are missing, with the numbers of partitions that are
    recorded. Raises TopicsError, Unreachable.
    """
    kept = {name: facts.kept(_count(name)) for name in topics}
    if missing := [name for name in topics if name not in found]:
        admin.create(
            TopicSpec(
                name, int(kept[name] or _new(topics, name, partitions)), _settings(topics, name)
            )
            for name in missing
        )
        found = admin.described(topics)
        if unheard := set(topics) - found.keys():
            raise Unreachable(f"the brokers do not say yet where {min(unheard)} lies")
    for name, topic in found.items():
        before = kept[name]
        if before is not None and topic.partitions != int(before):
            raise TopicsError(
                f"The topic {name} has {topic.partitions} partitions and was made with {before}: "
                "commands of one subject could overtake one another. Make it anew with "
                f"{before} partitions, or start a new cell under another TIELINE_PREFIX"
            )
    return found


def _check_settings(
    admin: Admin, topics: Topics, found: Mapping[str, Described], tell: Tell
) -> None:
    """Raises TopicsError where a setting breaks a promise, naming all that do."""
    given = _given(admin, topics, found)
    if broken := [str(finding) for each in given for finding in refused(each)]:
        raise TopicsError(
            f"The topics would not keep what tieline promises: {'; '.join(broken)}. Set it with "
            "kafka-configs.sh --alter --entity-type topics"
        )
    for each in given:
        for finding in weak(each):
            tell(finding)


def settings_now(admin: Admin, topics: Topics) -> Mapping[tuple[str, str], int]:
    """How the settings of the topics that are there stand just now. Raises Unreachable."""
    return standings(_given(admin, topics, admin.described(topics)))


def _given(admin: Admin, topics: Topics, found: Mapping[str, Described]) -> Sequence[Given]:
    settings, brokers = admin.settings(topics), admin.brokers()
    return [
        Given(holds, name, settings.get(name, {}), found[name], brokers)
        for holds, name in topics._asdict().items()
        if name in found
    ]


def _keep(facts: CellFacts, found: Mapping[str, Described]) -> None:
    """Record what is not recorded yet: ids, and numbers of partitions."""
    for name, topic in found.items():
        if topic.id and not facts.kept(_identity(name)):
            facts.keep(_identity(name), topic.id)
        if facts.kept(_count(name)) is None:
            facts.keep(_count(name), str(topic.partitions))


def _new(topics: Topics, name: str, partitions: int) -> int:
    """How many partitions a new topic gets."""
    return ceil(partitions / _FEWER) if name in (topics.events, topics.outcomes) else partitions


def _settings(topics: Topics, name: str) -> Mapping[str, str]:
    if name == topics.http:
        return LARGE
    return {} if name in topics.taken_in else FOR_EVER


def _count(topic: str) -> str:
    return f"partitions/{topic}"


def _identity(topic: str) -> str:
    return f"topic/{topic}"
