"""Topics are made once, and their number of partitions never changes."""

from collections.abc import Mapping

import pytest

from adapters.kafka.admin import Described, TopicRefused, TopicSpec
from adapters.kafka.clients import Brokers
from adapters.kafka.topic_settings import FOR_EVER
from adapters.kafka.topics import (
    Topics,
    TopicsError,
    accept,
    changed,
    existing,
    make_anew,
    prepare,
    topics_of,
)
from tests.servers.shared import remove_topics
from tests.waiting import until


class Facts:
    """The facts that a log keeps, in memory."""

    def __init__(self) -> None:
        self.all: dict[str, str] = {}

    def kept(self, name: str) -> str | None:
        return self.all.get(name)

    def keep(self, name: str, value: str) -> None:
        self.all[name] = value


def counts_of(found: Mapping[str, Described]) -> dict[str, int]:
    return {name: each.partitions for name, each in found.items()}


def test_missing_topics_are_made_and_found_again(brokers: Brokers, prefix: str) -> None:
    topics, facts = topics_of(prefix), Facts()
    with brokers.admin() as admin:
        made = dict(dict.fromkeys(topics, 3), **{topics.events: 1, topics.outcomes: 1})
        first = prepare(admin, topics, facts, 3)
        assert counts_of(first) == made
        assert prepare(admin, topics, facts, 7) == first
    recorded = {f"partitions/{name}": str(count) for name, count in made.items()}
    assert facts.all == recorded | {f"topic/{name}": each.id for name, each in first.items()}


def test_a_topic_with_other_partitions_than_before_is_refused(
    brokers: Brokers, prefix: str
) -> None:
    topics, facts = topics_of(prefix), Facts()
    facts.keep(f"partitions/{topics.events}", "5")
    with brokers.admin() as admin:
        admin.create([TopicSpec(topics.events, 3, {})])
        with pytest.raises(TopicsError, match="has 3 partitions and was made with 5"):
            prepare(admin, topics, facts, 3)


def test_a_lost_topic_is_made_as_it_was_only_when_somebody_asks(
    brokers: Brokers, prefix: str
) -> None:
    topics, facts = topics_of(prefix), Facts()
    facts.keep(f"partitions/{topics.outcomes}", "2")
    with brokers.admin() as admin:
        with pytest.raises(TopicsError, match=rf"not on these brokers: {topics.outcomes}\."):
            prepare(admin, topics, facts, 3)
        assert admin.described(topics) == {}
        assert make_anew(admin, topics, facts, 3)[topics.outcomes].partitions == 2


def test_a_topic_made_anew_is_another_one_until_it_is_accepted(
    brokers: Brokers, prefix: str
) -> None:
    topics, facts = topics_of(prefix), Facts()
    with brokers.admin() as admin:
        before = prepare(admin, topics, facts, 3)
        remove_topics(brokers.bootstrap, topics.events)
        until("it is gone", lambda: topics.events not in admin.described(topics))
        assert changed(before, admin.described(topics)) is not None
        admin.create([TopicSpec(topics.events, 1, FOR_EVER)])
        with pytest.raises(TopicsError, match=f"{topics.events} is another one than this cell"):
            prepare(admin, topics, facts, 3)
        found = make_anew(admin, topics, facts, 3)
        assert changed(before, found) == f"the topic {topics.events} was deleted and made anew"
        accept(facts, found)
        assert prepare(admin, topics, facts, 3) == found


def test_a_cell_whose_topics_are_lost_is_told_from_one_that_never_was(
    brokers: Brokers, prefix: str
) -> None:
    topics = topics_of(prefix)
    with brokers.admin() as admin:
        with pytest.raises(TopicsError, match=f"There is no cell {prefix} at here yet"):
            existing(admin, topics, "here")
        admin.create([TopicSpec(topics.events, 1, FOR_EVER)])
        with pytest.raises(TopicsError, match=f"lacks topics: {topics.commands},.*relay reset"):
            existing(admin, topics, "here")


def test_the_names_carry_the_prefix() -> None:
    assert topics_of("east") == Topics(
        "east.commands",
        "east.commands.internal",
        "east.outcomes",
        "east.events",
        "east.commands.dead",
        "east.commands.http",
    )


def test_names_that_kafka_can_not_tell_apart_are_refused_in_words(
    brokers: Brokers, prefix: str
) -> None:
    with brokers.admin() as admin:
        prepare(admin, topics_of(f"{prefix}.a.b"), Facts(), 1)
        with pytest.raises(TopicRefused, match="use another TIELINE_PREFIX") as refused:
            prepare(admin, topics_of(f"{prefix}.a_b"), Facts(), 1)
    assert f"{prefix}.a_b.commands" in str(refused.value)
