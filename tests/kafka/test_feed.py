"""The topics as a feed: every event and refusal, from any checkpoint on, by one group member."""

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Any

import pytest
from kafka.errors import KafkaError
from msgspec.structs import replace

from adapters.kafka import feed as feeding
from adapters.kafka.binding import Outgoing, event_of
from adapters.kafka.clients import Brokers
from adapters.kafka.feed import KafkaFeed
from adapters.kafka.kafka_python import Unreachable
from domain.engine.log import LogError
from projections.feed import EVERYTHING, Checkpoint, Page, Selection
from tests.kafka.cells import ACells, register
from tests.kafka.records import publish

EVENTS_ALONE = Selection(refusals=False)


@pytest.fixture
def feed(cell: ACells) -> Generator[KafkaFeed]:
    with closing(cell.feed()) as feed:
        yield feed


def _all(
    feed: KafkaFeed, upto: Checkpoint, limit: int = 3, wanted: Selection = EVERYTHING
) -> list[Page]:
    """Read pages, several of every lane, until each lane that is wanted has reached `upto`."""
    pages, checkpoint = list[Page](), dict[str, int]()
    wanted_of = {lane: at for lane, at in upto.items() if wanted.refusals or "events" in lane}
    for _ in range(300):
        if all(checkpoint.get(lane, 0) >= place for lane, place in wanted_of.items()):
            return pages
        pages.append(feed.read(checkpoint, limit, wanted, upto=wanted_of))
        checkpoint = dict(pages[-1].checkpoint)
    raise AssertionError(f"{checkpoint} of {upto}")


def _ids(pages: Sequence[Page]) -> list[str]:
    return sorted(each.id for page in pages for each in page.events)


def _awaited(feed: KafkaFeed, wanted: Selection = EVERYTHING) -> Page:
    """The next page that holds something."""
    for _ in range(200):
        if (page := feed.read({}, 100, wanted)).events or page.refusals:
            return page
    raise AssertionError("every page was empty")


def test_all_that_was_published_and_where_it_ends(cell: ACells, feed: KafkaFeed) -> None:
    cell.customers(1, 20)
    cell.decide(register("acme-1", id="again"))
    cell.publish_all()
    end = feed.end()
    pages = _all(feed, end, limit=3)
    assert len(set(_ids(pages))) == len(_ids(pages)) == 40
    assert [number for page in pages for number, _ in page.refusals] == [21]
    assert max(len(page.events) + len(page.refusals) for page in pages) <= 3
    assert pages[-1].checkpoint == end, "the checkpoint is past the markers that end transactions"
    assert feed.read(end, 10, upto=end) == Page([], [], end)


def test_one_reader_after_another_reads_all_pages(cell: ACells, feed: KafkaFeed) -> None:
    """Lanes that one reader has read to the end are there for the next, whatever it asks for."""
    cell.customers(1, 20)
    cell.publish_all()
    end = feed.end()
    assert min(place for lane, place in end.items() if lane.startswith("events/") and place) > 2 * 3
    for wanted in (EVERYTHING, EVENTS_ALONE, EVERYTHING, EVENTS_ALONE):
        assert len(set(_ids(_all(feed, end, 3, wanted)))) == 40


def test_from_any_place_on_forwards_and_back(cell: ACells, feed: KafkaFeed) -> None:
    cell.customers(1, 2)
    cell.publish_all()
    first = feed.end()
    cell.customers(3, 3)
    cell.publish_all()
    later = feed.read(first, 100, upto=feed.end())
    assert {each.id for each in later.events} <= {"customer/acme-3/1", "csp/self/3"}
    assert len(_ids(_all(feed, first))) == 4
    assert len(_ids(_all(feed, feed.end()))) == 6


def test_it_reads_no_further_than_it_is_asked_to(cell: ACells, feed: KafkaFeed) -> None:
    cell.customers(1, 3)
    cell.publish_all()
    upto = {lane: min(place, 1) for lane, place in feed.end().items()}
    pages = _all(feed, upto)
    assert pages[-1].checkpoint == upto
    assert len(_ids(pages)) == sum(place for lane, place in upto.items() if "events" in lane)


def test_lanes_that_nobody_asked_for_are_left_out(cell: ACells, feed: KafkaFeed) -> None:
    cell.customers(1, 1)
    cell.decide(register("acme-1", id="again"))
    cell.publish_all()
    alone = _awaited(feed, EVENTS_ALONE)
    assert alone.refusals == []
    assert {lane.partition("/")[0] for lane in alone.checkpoint} == {"events"}
    checkpoint, refusals = dict[str, int](), list[int]()
    while not refusals:
        page = feed.read(checkpoint, 100)
        checkpoint, refusals = dict(page.checkpoint), [number for number, _ in page.refusals]
    assert refusals == [2]


def test_records_of_others_are_passed_over(cell: ACells, feed: KafkaFeed, brokers: Brokers) -> None:
    topics = cell.cell.topics
    cell.customers(1, 1)
    cell.publish_all()
    position, row = cell.cell.log.rows(0, 1)[0]
    ours = event_of(position, row, cell.cell.source.encode())
    odd = [
        Outgoing(b"k", b"garbage", []),
        event_of(position, row, b"/elsewhere"),
        ours._replace(value=b"garbage"),
        ours._replace(value=b'{"name": 5}'),
        ours._replace(headers=[each for each in ours.headers if each[0] != "ce_sequence"]),
    ]
    publish(brokers, topics.events, *odd)
    publish(brokers, topics.outcomes, *odd)
    pages = _all(feed, feed.end())
    assert len(_ids(pages)) == 2
    assert not any(page.refusals for page in pages)


def test_an_event_of_a_later_version_stops_it(
    cell: ACells, feed: KafkaFeed, brokers: Brokers
) -> None:
    cell.customers(1, 1)
    position, row = cell.cell.log.rows(0, 1)[0]
    newer = replace(row, kind="tieline.customer.promoted.v9")
    source = cell.cell.source.encode()
    publish(brokers, cell.cell.topics.events, event_of(position, newer, source))
    for _ in range(2):
        with pytest.raises(LogError, match=r"customer\.promoted\.v9.*use a newer one"):
            _all(feed, feed.end())


def test_a_reader_that_gets_nowhere_gives_up(
    feed: KafkaFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "PATIENCE", 0.2)
    beyond = {lane: place + 1 for lane, place in feed.end().items()}
    with pytest.raises(Unreachable, match="gave nothing more"):
        _all(feed, beyond)


def test_the_eldest_reads_and_the_next_takes_over(cell: ACells) -> None:
    cell.customers(1, 1)
    cell.publish_all()
    group = f"{cell.cell.source[1:]}-views"
    with closing(cell.feed(group)) as second:
        with closing(cell.feed(group)) as first:
            both = (first, second)
            page = _first_page(both, {})
            assert [each.active for each in both].count(True) == 1
            (active,) = [each for each in both if each.active]
            (standing,) = [each for each in both if not each.active]
            assert standing.read({}, 100).events == []
            assert sum(active.lag().values()) >= 0
            active.close()
            cell.customers(2, 2)
            cell.publish_all()
            after = _first_page((standing,), page.checkpoint)
            assert standing.active
        assert after.events[0].position > 2 or len(after.events) > 1


def _first_page(feeds: Sequence[KafkaFeed], checkpoint: Checkpoint) -> Page:
    for _ in range(300):
        for each in feeds:
            if (page := each.read(checkpoint, 100)).events:
                return page
    raise AssertionError("no feed gave an event")


def test_a_rebalance_during_a_poll_discards_its_page(
    cell: ACells, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell.customers(1, 1)
    cell.publish_all()
    with closing(cell.feed(f"{cell.cell.source[1:]}-views")) as feed:
        _awaited(feed)
        consumer: Any = feed._consumer  # pyright: ignore[reportPrivateUsage]
        poll = consumer.poll

        def dealt(*given: Any) -> Any:
            feed._note_rebalance()  # pyright: ignore[reportPrivateUsage]
            return poll(*given)

        monkeypatch.setattr(consumer, "poll", dealt)
        assert {tuple(feed.read({}, 100).events) for _ in range(5)} == {()}
        monkeypatch.setattr(consumer, "poll", poll)
        assert len(_ids([_awaited(feed)])) >= 1


@pytest.mark.parametrize("call", ["seek", "pause", "resume", "position"])
def test_a_partition_that_goes_between_two_calls_is_no_defect(
    cell: ACells, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    cell.customers(1, 1)
    cell.publish_all()
    with closing(cell.feed()) as feed:

        def gone(*_: Any) -> Any:
            raise ValueError("Unassigned partition")

        consumer: Any = feed._consumer  # pyright: ignore[reportPrivateUsage]
        with monkeypatch.context() as patched:
            patched.setattr(consumer, call, gone)
            if call == "pause":
                checkpoint = dict(
                    feed.read({}, 1, EVENTS_ALONE, dict.fromkeys(feed.end(), 0)).checkpoint
                )
            else:
                checkpoint = dict(feed.read({}, 100).checkpoint)
            assert set(checkpoint.values()) == {0}
        assert len(_ids(_all(feed, feed.end()))) == 2


def test_how_far_it_read_is_noted_again_after_it_could_not_be(
    cell: ACells, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell.customers(1, 1)
    cell.publish_all()
    group = f"{cell.cell.source[1:]}-views"
    with closing(cell.feed(group)) as feed, cell.cell.brokers.admin() as admin:
        consumer: Any = feed._consumer  # pyright: ignore[reportPrivateUsage]

        class Failed:
            def failed(self) -> bool:
                return True

        def fails(_: object) -> Failed:
            return Failed()

        with monkeypatch.context() as patched:
            patched.setattr(consumer, "commit_async", fails)
            checkpoint = read_through(feed)
        partitions = len(feed.lag())
        for _ in range(100):
            feed.commit()
            if feed.read(checkpoint, 10) and len(admin.group_offsets(group)) == partitions:
                break
        noted = admin.group_offsets(group)
        assert sum(offset for offset, _ in noted.values()) == sum(checkpoint.values())


def read_through(feed: KafkaFeed) -> Checkpoint:
    checkpoint, end = dict[str, int](), feed.end()
    for _ in range(200):
        checkpoint = dict(feed.read(checkpoint, 100).checkpoint)
        feed.commit()
        if checkpoint == end:
            return checkpoint
    raise AssertionError(f"{checkpoint} of {end}")


def test_a_group_that_can_not_be_joined_leaves_nothing_open(
    cell: ACells, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    consumer_of = cell.cell.brokers.consumer

    def consumer(*given: Any, **options: Any) -> Any:
        made.append(consumer_of(*given, **options))

        def unknown(*_: Any, **__: Any) -> None:
            raise Unreachable("not there yet")

        monkeypatch.setattr(made[-1], "subscribe", unknown)
        return made[-1]

    monkeypatch.setattr(cell.cell.brokers, "consumer", consumer)
    with pytest.raises(Unreachable, match="not there yet"):
        cell.feed("some")
    with pytest.raises(KafkaError, match="closed"):
        made[0].poll(0)
