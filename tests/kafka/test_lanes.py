"""The lanes of topics: a checkpoint of theirs names the topics, and no other fits them."""

from collections.abc import Mapping

import pytest

from adapters.kafka.admin import Described
from adapters.kafka.lanes import PROCESS, Lanes
from adapters.kafka.topics import topics_of
from projections.feed import PlaceLost, read_events, read_outcomes

TOPICS = topics_of("cell")


def lanes(events: str = "one", outcomes: str = "two") -> Lanes:
    """Two partitions of events and one of outcomes, of topics with these ids."""
    found = {TOPICS.events: Described(2, events), TOPICS.outcomes: Described(1, outcomes)}
    return Lanes(TOPICS, found, PROCESS)


AT = {"events/0": 7, "events/1": 3, "outcomes/0": 4}


def test_a_checkpoint_says_which_topics_it_is_of() -> None:
    marked = lanes().marked(AT)
    assert marked == {**AT, "events/topic-one": 0, "outcomes/topic-two": 0}
    assert (read_events(marked), read_outcomes(marked)) == (10, 4)


def test_one_of_events_alone_names_no_other_topic() -> None:
    assert lanes().marked({"events/0": 7}) == {"events/0": 7, "events/topic-one": 0}


@pytest.mark.parametrize(
    ("others", "topic"),
    [(lanes(events="x"), "cell.events"), (lanes(outcomes="x"), "cell.outcomes")],
)
def test_a_checkpoint_of_another_topic_is_refused(others: Lanes, topic: str) -> None:
    with pytest.raises(PlaceLost, match=rf"another topic {topic} .*'tieline process reset'"):
        others.refuse_others(lanes().marked(AT))
    lanes().refuse_others(lanes().marked(AT))


@pytest.mark.parametrize("checkpoint", [{}, AT])
def test_a_checkpoint_that_tells_of_no_topic_passes(checkpoint: Mapping[str, int]) -> None:
    lanes().refuse_others(checkpoint)


def test_topics_without_ids_take_any_checkpoint() -> None:
    nameless = lanes("", "")
    assert nameless.marked(AT) == AT
    nameless.refuse_others(lanes().marked(AT))


def test_a_place_beyond_the_end_is_refused() -> None:
    end = {"events/0": 7, "events/1": 2, "outcomes/0": 4}
    with pytest.raises(
        PlaceLost, match=r"cell\.events, partition 1, .* up to offset 3, and it ends at 2"
    ):
        lanes().refuse_beyond(AT, end)
    lanes().refuse_beyond(AT, AT)
