"""The names of two cells never meet, whatever their prefixes are."""

from collections.abc import Iterator
from contextlib import closing
from itertools import combinations, permutations
from pathlib import Path

import pytest

from adapters.kafka.admin import TopicSpec
from adapters.kafka.clients import Brokers
from adapters.kafka.groups import (
    ALARMS,
    CHANGES,
    ENGINE,
    NETWORK,
    RELAY,
    group_of,
    keeps_views,
    read_by,
    readers,
    views_group,
)
from adapters.kafka.topics import topics_of
from adapters.settings import load
from adapters.wiring.submitting import _readers  # pyright: ignore[reportPrivateUsage]
from projections.views import VIEWS
from tests.waiting import until

NAMES = [view.name for view in VIEWS]


def groups_of(prefix: str) -> Iterator[str]:
    """All groups that a cell may have."""
    for name in (ENGINE, RELAY, CHANGES, ALARMS, NETWORK):
        yield group_of(prefix, name)
    for count in range(len(NAMES) + 1):
        for chosen in combinations(NAMES, count):
            yield views_group(prefix, chosen)


@pytest.mark.parametrize("named", [groups_of, topics_of], ids=["groups", "topics"])
def test_no_name_ends_in_another(named: type[list[str]]) -> None:
    """Then `a` and `b` with two different names after them are equal for no prefixes `a`, `b`."""
    ends = [name.removeprefix("a") for name in named("a")]
    for one, other in permutations(ends, 2):
        assert not one.endswith(other), f"a prefix that ends in {one.removesuffix(other)} collides"


def test_the_groups_of_a_cell_whose_name_goes_on_are_another_cell_s() -> None:
    other = list(groups_of("a-project"))
    assert not readers(other, "a", NAMES)
    assert not [each for each in other if keeps_views(each, "a", NAMES)]


def test_the_readers_of_a_cell() -> None:
    ours = list(groups_of("a"))
    assert [each for each in ours if each not in readers(ours, "a", NAMES)] == ["a-relay"]
    assert keeps_views("a-project", "a", NAMES)
    assert keeps_views("a-project-changes-trail", "a", NAMES)
    assert not keeps_views("a-project-trail-changes", "a", NAMES)
    assert not keeps_views("a-project-", "a", NAMES)


def test_what_each_of_them_reads() -> None:
    topics = topics_of("a")
    assert read_by("a-engine", "a", topics) == topics.taken_in
    assert read_by("a-project-trail", "a", topics) == (topics.events, topics.outcomes)
    assert read_by("a-engine-engine", "a-engine", topics) == topics.taken_in


def test_settling_waits_for_no_other_cell(brokers: Brokers, kafka: str, prefix: str) -> None:
    """Not for the engines of a cell whose prefix goes on after ours: they read other topics."""
    other, topic = f"{prefix}-project", f"{prefix}.other"
    settings = load({"TIELINE_KAFKA": kafka, "TIELINE_PREFIX": prefix}, Path())
    engines = brokers.consumer(group_of(other, ENGINE))
    with brokers.admin() as admin, closing(engines):
        admin.create([TopicSpec(topic, 1, {})])
        engines.subscribe([topic])
        until("they have joined", lambda: engines.poll(100) or engines.assignment())
        assert group_of(other, ENGINE) in admin.groups_with_members()
        waited_for = _readers(settings, admin)
    processes = [group_of(prefix, name) for name in (CHANGES, ALARMS)]
    assert waited_for == [*processes, views_group(prefix)]
