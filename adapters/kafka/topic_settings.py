"""What the settings of topics must be, so that they keep what tieline promises.

Topics may be made beforehand, by other means and with other settings than ours. What breaks a
promise is refused; what only makes it weak is told.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from adapters.kafka.admin import Described

LARGEST: Final = 16 * 1024 * 1024
"""The most bytes in one of the records that we write."""

DAY_MS: Final = 24 * 60 * 60 * 1000

FOR_EVER: Final[Mapping[str, str]] = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "max.message.bytes": str(LARGEST),
}
"""Topics whose records never expire, and may be larger than a command is: a refusal names all that
is in the way.
"""

LARGE: Final[Mapping[str, str]] = {"max.message.bytes": str(LARGEST)}
"""A topic of commands as large as they are let in elsewhere, with their envelopes around them."""

_ENOUGH: Final = 3
"""Brokers from which on each record should be in three places, and written to two at least."""

JUDGED: Final = (
    *("cleanup.policy", "retention.ms", "retention.bytes", "max.message.bytes"),
    *("replication.factor", "min.insync.replicas", "unclean.leader.election.enable"),
    "settings",
)
"""Whatever a finding may be about; the last one, where they can't be read."""

SOUND, WEAK, REFUSED = 0, 1, 2
"""How a setting of a topic stands."""

_UNLIMITED: Final = "-1"


class Finding(NamedTuple):
    """One setting of a topic that is not as it should be."""

    topic: str
    setting: str
    value: str
    wanted: str
    because: str

    def __str__(self) -> str:
        return (
            f"of the topic {self.topic}, {self.setting} is {self.value}, and {self.wanted} is "
            f"wanted: {self.because}"
        )


class Given(NamedTuple):
    """A topic as it was found: what it holds (`events`, `outcomes`, `commands`, `internal`,
    `http`, `dead`), its settings, and on how many brokers it lies.
    """

    holds: str
    name: str
    settings: Mapping[str, str]
    described: Described
    brokers: int

    def finds(self, setting: str, wanted: str, because: str) -> Finding:
        """A finding about one of its settings."""
        return Finding(self.name, setting, self.settings[setting], wanted, because)


def standings(topics: Iterable[Given]) -> Mapping[tuple[str, str], int]:
    """How each setting of these topics stands, by the topic's name and the setting's."""
    found: dict[tuple[str, str], int] = {}
    for topic in topics:
        found |= {(topic.name, setting): SOUND for setting in JUDGED}
        found |= {(topic.name, each.setting): WEAK for each in weak(topic)}
        found |= {(topic.name, each.setting): REFUSED for each in refused(topic)}
    return found


def refused(topic: Given) -> Iterator[Finding]:
    """What breaks a promise: events that expire, or records that others of their key replace."""
    policy = topic.settings.get("cleanup.policy", "delete")
    if topic.holds != "dead" and policy != "delete":
        because = "records of one key would replace one another, and order per subject rests on all"
        yield topic.finds("cleanup.policy", "delete", because)
    if topic.holds == "events":
        for setting in ("retention.ms", "retention.bytes"):
            if topic.settings.get(setting, _UNLIMITED) != _UNLIMITED:
                yield topic.finds(setting, _UNLIMITED, "events never expire")


def weak(topic: Given) -> Iterator[Finding]:
    """What keeps the promises only as long as nothing else fails."""
    if not topic.settings:
        because = "whether the topic keeps what tieline promises can't be told"
        yield Finding(topic.name, "settings", "not to be read", "readable", because)
    for each in (_short_lived, _too_small, _few_copies):
        yield from each(topic)


def _short_lived(topic: Given) -> Iterator[Finding]:
    kept = topic.settings.get("retention.ms", _UNLIMITED)
    if topic.holds in ("commands", "internal", "http"):
        if kept != _UNLIMITED and int(kept) < DAY_MS:
            yield topic.finds(
                "retention.ms", f"{DAY_MS} or more", "a command that waits longer is lost"
            )
    elif topic.holds == "outcomes" and kept != _UNLIMITED:
        because = "views that are built anew from the topic lack older refusals"
        yield topic.finds("retention.ms", _UNLIMITED, because)
    elif topic.holds == "dead" and kept != _UNLIMITED:
        because = "dead records would vanish before anybody has looked at them"
        yield topic.finds("retention.ms", _UNLIMITED, because)


def _too_small(topic: Given) -> Iterator[Finding]:
    most = topic.settings.get("max.message.bytes")
    if most is None or int(most) >= LARGEST:
        return
    if topic.holds in ("events", "outcomes"):
        because = "a larger record would stop the relay"
        yield topic.finds("max.message.bytes", f"{LARGEST} or more", because)
    elif topic.holds == "http":
        because = "a command that was let in may not fit"
        yield topic.finds("max.message.bytes", f"{LARGEST} or more", because)


def _few_copies(topic: Given) -> Iterator[Finding]:
    copies, wanted = topic.described.replicas, min(_ENOUGH, topic.brokers)
    if copies < wanted:
        because = f"with {topic.brokers} brokers, a record should outlive the loss of one"
        yield Finding(topic.name, "replication.factor", str(copies), f"{wanted} or more", because)
    in_sync = topic.settings.get("min.insync.replicas")
    if topic.brokers >= _ENOUGH and in_sync is not None and int(in_sync) < 2:  # noqa: PLR2004 - two places
        because = "what one broker alone has acknowledged is lost with it"
        yield topic.finds("min.insync.replicas", "2 or more", because)
    if topic.brokers > 1 and topic.settings.get("unclean.leader.election.enable") == "true":
        because = "a broker that lacks acknowledged records may lead the partition"
        yield topic.finds("unclean.leader.election.enable", "false", because)


Tell = Callable[[Finding], None]
"""Is told what is weak."""


def unheard(finding: Finding) -> None:
    """Tell nobody."""
    del finding
