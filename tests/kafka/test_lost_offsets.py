"""A topic is deleted and made anew: its readers notice, at the start and while they read."""

from contextlib import closing
from typing import Final

import pytest

from adapters.kafka.admin import TopicSpec
from adapters.kafka.feed import KafkaFeed
from adapters.kafka.topic_settings import FOR_EVER
from projections.feed import Checkpoint, PlaceLost
from tests.kafka.cells import ACells
from tests.kafka.test_feed import read_through
from tests.servers.shared import remove_topics
from tests.waiting import until

_BEYOND: Final = (
    r"events, partition \d, was read up to offset \d+, and it ends at 0: .*projections reset"
)


def _made_anew(cell: ACells) -> None:
    """Delete the topic of events, and make it as it was."""
    topic = cell.cell.topics.events
    with cell.cell.brokers.admin() as admin:
        before = admin.described([topic])
        remove_topics(cell.cell.brokers.bootstrap, topic)
        until("it is gone", lambda: not admin.described([topic]))
        admin.create([TopicSpec(topic, before[topic].partitions, FOR_EVER)])


def _until_it_raises(feed: KafkaFeed, checkpoint: Checkpoint) -> None:
    for _ in range(200):
        checkpoint = feed.read(checkpoint, 100).checkpoint


@pytest.mark.parametrize("grouped", [False, True], ids=["alone", "in a group"])
def test_a_topic_made_anew_under_a_reader_is_noticed(cell: ACells, *, grouped: bool) -> None:
    cell.customers(1, 20)
    cell.publish_all()
    with closing(cell.feed(f"{cell.cell.source[1:]}-views" if grouped else None)) as feed:
        checkpoint = read_through(feed)
        _made_anew(cell)
        with pytest.raises(PlaceLost, match=_BEYOND):
            _until_it_raises(feed, checkpoint)


def test_offsets_beyond_the_end_are_noticed_at_the_start(cell: ACells) -> None:
    cell.customers(1, 20)
    cell.publish_all()
    with closing(cell.feed()) as feed:
        told = read_through(feed)
    untold = {lane: place for lane, place in told.items() if place}
    _made_anew(cell)
    with closing(cell.feed()) as feed:
        with pytest.raises(PlaceLost, match=f"another topic {cell.cell.topics.events} than is"):
            feed.read(told, 100)
        with pytest.raises(PlaceLost, match=_BEYOND):
            _until_it_raises(feed, untold)
