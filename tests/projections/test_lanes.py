"""Views fed from lanes that interleave, repeat and, at worst, miss an event."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from sqlalchemy import Engine, select, text

from domain.engine.records import Recorded
from projections import circuits, customers, trail
from projections.database import reached, reading
from projections.forward import Target, forward
from projections.generations import begin_anew, beside, switch
from projections.lanes import furthest
from projections.projection import View
from projections.rebuild import CountedFeed, rebuild, verify
from projections.runner import Runner
from projections.streams import Gap
from projections.views import VIEWS
from tests.projections.histories import InMemory, a_refusal, built_from, opened, told
from tests.projections.lanes import Entry, Lanes, in_lanes
from tests.projections.stories import WORLD, a_replace_first

EVENTS = told(WORLD, a_replace_first())
REFUSED = [a_refusal(n, n, "circuit/c1", "unknown-command", type="x") for n in (2, 5, 9)]
LOG = InMemory(EVENTS, REFUSED)
OF_C1 = [each for each in EVENTS if each.stream == "circuit/c1"]
CIRCUITS = next(view for view in VIEWS if view.name == "circuits")
TRAIL = trail.VIEW


def rows_of(engine: Engine, views: Sequence[View] = VIEWS) -> dict[str, list[Any]]:
    """All rows of all views."""
    found: dict[str, list[Any]] = {}
    with reading(engine) as live:
        for view in views:
            for name, table in live.tables(view.shape).items():
                rows = live.rows(select(table).order_by(*table.primary_key))
                found[f"{view.name}.{name}"] = list(rows)
    return found


def caught_up(feed: Lanes, engine: Engine | None = None, page: int = 1000) -> Engine:
    engine = engine or opened()
    Runner(engine, feed, VIEWS, page).catch_up()
    return engine


def test_lanes_give_what_the_log_gives() -> None:
    feed = in_lanes(EVENTS, REFUSED)
    assert rows_of(caught_up(feed)) == rows_of(built_from(LOG))
    assert rows_of(caught_up(feed, page=2)) == rows_of(built_from(LOG))


def test_all_lanes_are_read_by_who_hears_refusals_and_lanes_of_events_by_the_others() -> None:
    engine = caught_up(feed := in_lanes(EVENTS, REFUSED))
    with reading(engine) as live:
        assert live.checkpoint(TRAIL.shape) == feed.end()
        events = {lane: place for lane, place in feed.end().items() if lane.startswith("events")}
        assert live.checkpoint(CIRCUITS.shape) == events


def test_events_that_a_view_ignores_are_reached_too() -> None:
    engine = opened()
    Runner(engine, in_lanes(EVENTS), [CIRCUITS]).catch_up()
    with reading(engine) as live:
        assert reached(live, CIRCUITS.shape, "circuit/c1") == len(OF_C1)
        customer = [each for each in EVENTS if each.stream == "customer/acme"]
        assert reached(live, CIRCUITS.shape, "customer/acme") == len(customer)
        assert reached(live, CIRCUITS.shape, "customer/nobody") == 0


def test_a_gap_stops_its_stream_until_it_is_healed() -> None:
    missing = OF_C1[3]
    feed = in_lanes([each for each in EVENTS if each is not missing])
    engine = opened()
    runner = Runner(engine, feed, VIEWS)
    step = runner.step()
    gap = Gap("circuit/c1", 4, OF_C1[4].position, OF_C1[4].time)
    assert step.stopped == [(view.name, gap) for view in VIEWS]
    assert [list(status.stopped) for status in runner.status()] == [[gap]] * len(VIEWS)
    assert all(status.behind == 0 for status in runner.status())
    with reading(engine) as live:
        shown = live.one(select(live.tables(circuits.SHAPE)["circuits"]).limit(1))
        assert shown
        assert shown["version"] == 3
        assert reached(live, CIRCUITS.shape, "circuit/c1") == 3
        assert reached(live, CIRCUITS.shape, "circuit/c1.r2") == 8
    feed.publish(*OF_C1[4:])
    assert (step := runner.step()).entries
    assert (step.stopped, step.healed) == ([], [])
    feed.publish(*OF_C1[3:])
    step = runner.step()
    assert (step.stopped, step.healed) == ([], [(view.name, gap) for view in VIEWS])
    assert [list(status.stopped) for status in runner.status()] == [[]] * len(VIEWS)
    assert rows_of(engine) == rows_of(built_from(InMemory(EVENTS)))


def test_nothing_new_is_no_step() -> None:
    feed = in_lanes(EVENTS)
    runner = Runner(opened(), feed, VIEWS)
    assert runner.step().entries == len(EVENTS)
    assert runner.step() == (0, (), ())


def test_who_was_overtaken_looks_again() -> None:
    engine, feed = opened(), in_lanes(EVENTS, REFUSED)
    slow, fast = (Runner(engine, feed, VIEWS, page=9) for _ in range(2))
    for _ in range(6):
        slow.step()
        fast.step()
    slow.catch_up()
    assert rows_of(engine) == rows_of(built_from(LOG))


def test_a_refusal_that_comes_again_is_one() -> None:
    feed = in_lanes(EVENTS, [*REFUSED, *REFUSED])
    engine = caught_up(feed)
    feed.publish(*REFUSED)
    assert rows_of(caught_up(feed, engine)) == rows_of(built_from(LOG))


def test_rows_are_the_same_on_both_databases() -> None:
    assert rows_of(built_from(LOG)) == rows_of(built_from(LOG, engine=opened("sqlite://")))


@st.composite
def published(draw: st.DrawFn) -> list[Entry]:
    """The log as topics may hold it: streams are interleaved, some events are repeated or missing,
    and the end of the topics heals every gap.
    """
    streams: dict[str, list[Recorded]] = {}
    for each in EVENTS:
        streams.setdefault(each.stream, []).append(each)
    turns = draw(st.permutations([each.stream for each in EVENTS]))
    left = {stream: iter(events) for stream, events in streams.items()}
    lost = draw(st.sets(st.sampled_from(range(len(EVENTS))), max_size=4))
    again = draw(st.sets(st.sampled_from(range(len(EVENTS))), max_size=4))
    told: list[Entry] = []
    for place, stream in enumerate(turns):
        event = next(left[stream])
        told += [] if place in lost else [event]
        told += streams[stream][: event.version] if place in again else []
    hurt = {turns[place] for place in lost}
    refused = draw(st.permutations([*REFUSED, *REFUSED[:1]]))
    return [*told, *refused, *(each for stream in sorted(hurt) for each in streams[stream])]


def examples(database: str) -> int:
    return 20 if database == "sqlite" else 3


def test_any_interleaving_with_repeats_and_healed_gaps_gives_the_same_rows(database: str) -> None:
    expected = rows_of(built_from(LOG))

    @settings(max_examples=examples(database), deadline=None)
    @given(entries=published(), partitions=st.integers(1, 4), page=st.integers(4, 40))
    def gives_the_same_rows(entries: list[Entry], partitions: int, page: int) -> None:
        feed, engine = Lanes(), opened()
        feed.publish(*entries, partitions=partitions)
        runner = Runner(engine, feed, VIEWS, page)
        runner.catch_up()
        assert rows_of(engine) == expected
        assert not any(status.stopped for status in runner.status())
        assert all(comparison.equal for comparison in verify(engine, feed, VIEWS))

    gives_the_same_rows()


def test_rebuilt_from_the_topics_it_goes_on() -> None:
    feed = in_lanes(EVENTS[:20], REFUSED[:2])
    engine = caught_up(feed)
    rebuild(engine, feed, VIEWS, page=7)
    with reading(engine) as live:
        assert live.generation(CIRCUITS.shape).generation == 2
    feed.publish(*EVENTS[20:], *REFUSED[2:])
    assert rows_of(caught_up(feed, engine)) == rows_of(built_from(LOG))
    assert all(comparison.equal for comparison in verify(engine, feed, VIEWS))


@pytest.mark.parametrize("published", [0, 15, len(EVENTS)])
def test_rebuilt_from_the_log_it_goes_on_with_the_topics(published: int) -> None:
    """This holds however far the topics were behind the log at the rebuild."""
    feed = in_lanes(EVENTS[:published])
    engine = caught_up(feed)
    rebuild(engine, LOG.source, VIEWS, page=11)
    assert rows_of(engine) == rows_of(built_from(LOG))
    if published:
        with reading(engine) as live:
            assert live.checkpoint(TRAIL.shape) == feed.end()
    feed.publish(*EVENTS[published:], *REFUSED)
    caught_up(feed, engine, page=5)
    assert rows_of(engine) == rows_of(built_from(LOG))
    with reading(engine) as live:
        assert live.checkpoint(TRAIL.shape) == feed.end()
        assert reached(live, CIRCUITS.shape, "circuit/c1") == len(OF_C1)


def test_a_rebuild_from_the_log_heals() -> None:
    feed = in_lanes([each for each in EVENTS if each is not OF_C1[3]], REFUSED)
    engine = caught_up(feed)
    assert rows_of(engine) != rows_of(built_from(LOG))
    rebuild(engine, LOG.source, VIEWS)
    assert rows_of(engine) == rows_of(built_from(LOG))
    assert not any(status.stopped for status in Runner(engine, feed, VIEWS).status())


def test_rebuilt_from_the_log_a_view_has_reached_what_it_ignores() -> None:
    engine = opened()
    Runner(engine, in_lanes(EVENTS[:15]), [CIRCUITS]).catch_up()
    rebuild(engine, LOG.source, [CIRCUITS])
    with reading(engine) as live:
        customer = [each for each in EVENTS if each.stream == "customer/acme"]
        assert reached(live, CIRCUITS.shape, "customer/acme") == len(customer)


def built_beside(engine: Engine, view: View, log: InMemory) -> Target:
    target = Target(view, beside(engine, view.shape), {})
    feed = CountedFeed(log.source)
    (target,), _ = forward(engine, feed, [target], feed.end(), 1000)
    return target


@pytest.mark.parametrize(("events", "refused"), [(len(EVENTS) - 1, len(REFUSED)), (len(EVENTS), 2)])
def test_what_is_behind_the_live_view_is_not_switched_to(events: int, refused: int) -> None:
    feed = in_lanes(EVENTS, REFUSED)
    engine = caught_up(feed)
    target = built_beside(engine, TRAIL, InMemory(EVENTS[:events], REFUSED[:refused]))
    assert not switch(engine, TRAIL.shape, target.at, feed.end())
    target = built_beside(engine, TRAIL, LOG)
    assert switch(engine, TRAIL.shape, target.at, feed.end())


def test_from_the_log_to_topics_and_back() -> None:
    log = InMemory(EVENTS[:10], REFUSED[:1])
    engine = built_from(log)
    caught_up(in_lanes([each for each in EVENTS if each is not OF_C1[3]]), engine)
    runner = Runner(engine, LOG.source, VIEWS, page=6)
    assert all(status.stopped for status in runner.status())
    runner.catch_up()
    assert not any(status.stopped for status in runner.status())
    assert rows_of(engine) == rows_of(built_from(LOG))
    with reading(engine) as live:
        assert live.checkpoint(TRAIL.shape) == LOG.source.end()


def test_a_view_at_rest_is_compared_with_another_feed() -> None:
    engine = caught_up(in_lanes(EVENTS, REFUSED))
    assert all(comparison.equal for comparison in verify(engine, LOG.source, VIEWS))
    behind = caught_up(in_lanes(EVENTS[:-1], REFUSED))
    (comparison,) = verify(behind, LOG.source, [TRAIL])
    assert (comparison.equal, comparison.keys) == (False, [("events", (len(EVENTS),))])


def test_a_view_of_customers_alone_reads_no_outcomes() -> None:
    view = replace(customers.FOLD.view(customers.SHAPE))
    engine = opened()
    Runner(engine, in_lanes(EVENTS, REFUSED), [view]).catch_up()
    assert rows_of(engine, [view]) == rows_of(built_from(LOG), [view])


def test_another_history_stops_its_streams_for_good() -> None:
    """The log went back and was continued with other events under the same ids: what was applied
    stays, whether this runner applied it or one before it.
    """
    engine = caught_up(feed := in_lanes(EVENTS), page=2)
    before = rows_of(engine)
    last = OF_C1[-1]
    other = structs.replace(last, position=len(EVENTS) + 7)
    feed.publish(other, structs.replace(last, version=last.version + 1, position=len(EVENTS) + 8))

    page = Runner(engine, feed, VIEWS).step()

    stopped = Gap("circuit/c1", 0, other.position, other.time)
    assert {gap for _, gap in page.stopped} == {stopped}
    assert rows_of(engine) == before
    feed.publish(*EVENTS)
    assert Runner(engine, feed, VIEWS).step().stopped == []
    assert Runner(engine, feed, VIEWS).status()[0].stopped == [stopped]


def test_the_furthest_event_that_a_view_has_applied() -> None:
    assert furthest(opened()) is None, "there are no views"
    engine = caught_up(in_lanes(EVENTS), page=2)
    last = EVENTS[-1]
    assert furthest(engine) == (last.stream, last.version, len(EVENTS))
    for view in VIEWS:
        begin_anew(engine, view.shape)
    assert furthest(engine) is None, "what was reset has applied nothing"
    Runner(engine, in_lanes(EVENTS[:9]), VIEWS).step()
    assert furthest(engine) == (EVENTS[8].stream, EVENTS[8].version, 9)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE view_streams DROP COLUMN position"))
    assert furthest(engine) is None, "an earlier version noted no positions"


def test_positions_are_noted_in_a_database_from_before() -> None:
    engine = caught_up(feed := in_lanes(EVENTS))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE view_streams DROP COLUMN position"))
    last = OF_C1[-1]
    feed.publish(structs.replace(last, position=len(EVENTS) + 7))  # nobody noted where it was
    following = structs.replace(last, version=last.version + 1, position=len(EVENTS) + 8)
    feed.publish(following, structs.replace(following, position=len(EVENTS) + 9))

    page = Runner(engine, feed, [CIRCUITS]).step()

    assert [gap for _, gap in page.stopped] == [
        Gap("circuit/c1", 0, len(EVENTS) + 9, following.time)
    ]
