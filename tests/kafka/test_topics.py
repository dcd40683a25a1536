"""Topics are made once, and their number of partitions never changes."""

import pytest

from adapters.kafka.admin import TopicSpec
from adapters.kafka.clients import Brokers
from adapters.kafka.topics import Topics, TopicsError, prepare, topics_of


class Facts:
    """The facts that a log keeps, in memory."""

    def __init__(self) -> None:
        self.all: dict[str, str] = {}

    def kept(self, name: str) -> str | None:
        return self.all.get(name)

    def keep(self, name: str, value: str) -> None:
        self.all[name] = value


def test_missing_topics_are_made_and_found_again(brokers: Brokers, prefix: str) -> None:
    topics, facts = topics_of(prefix), Facts()
    with brokers.admin() as admin:
        made = dict(dict.fromkeys(topics, 3), **{topics.events: 1, topics.outcomes: 1})
        assert prepare(admin, topics, facts, 3) == made
        assert prepare(admin, topics, facts, 7) == made
    assert facts.all == {f"partitions/{name}": str(count) for name, count in made.items()}


def test_a_topic_with_other_partitions_than_before_is_refused(
    brokers: Brokers, prefix: str
) -> None:
    topics, facts = topics_of(prefix), Facts()
    facts.keep(f"partitions/{topics.events}", "5")
    with brokers.admin() as admin:
        admin.create([TopicSpec(topics.events, 3, {})])
        with pytest.raises(TopicsError, match="has 3 partitions and was made with 5"):
            prepare(admin, topics, facts, 3)


def test_a_lost_topic_is_made_as_it_was(brokers: Brokers, prefix: str) -> None:
    topics, facts = topics_of(prefix), Facts()
    facts.keep(f"partitions/{topics.outcomes}", "2")
    with brokers.admin() as admin:
        assert prepare(admin, topics, facts, 3)[topics.outcomes] == 2


def test_the_names_carry_the_prefix() -> None:
    assert topics_of("east") == Topics(
        "east.commands",
        "east.commands.internal",
        "east.outcomes",
        "east.events",
        "east.commands.dead",
    )
