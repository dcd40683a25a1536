"""Topics were lost: a view that is ahead of its feed is noticed; reset, it is built anew, and shown
as it was until it has caught up.
"""

import pytest
from sqlalchemy import Engine

from projections import circuits
from projections.database import reading
from projections.feed import Feed, PlaceLost
from projections.generations import begin_anew
from projections.rebuild import rebuild, verify
from projections.runner import Runner, Status
from projections.tables import generations
from projections.views import VIEWS
from tests.examples import a_provisioned_circuit
from tests.projections.histories import InMemory, a_refusal, built_from, opened, told
from tests.projections.lanes import Lanes, in_lanes
from tests.projections.stories import WORLD, a_replace_first

EVENTS = told(WORLD, a_replace_first())
REFUSED = [a_refusal(n, n, "circuit/c1", "unknown-command", type="x") for n in (2, 5, 9)]
LATER = told(WORLD, a_replace_first(), a_provisioned_circuit("c9"))[len(EVENTS) :]


@pytest.fixture
def engine() -> Engine:
    """Views that have read all of the topics that are lost afterwards."""
    engine = opened()
    Runner(engine, in_lanes(EVENTS, REFUSED), VIEWS).catch_up()
    return engine


def shown_generations(engine: Engine) -> set[int]:
    with reading(engine) as live:
        return {live.generation(view.shape).generation for view in VIEWS}


def shown(engine: Engine, circuit_id: str) -> object:
    with reading(engine) as live:
        return circuits.show(live, circuit_id)


def at_rest(runner: Runner) -> None:
    """Turn until a step brings nothing, twice, as after each page that was the last."""
    idle = 0
    while idle < 2:
        idle = 0 if runner.step().entries else idle + 1


def begun_anew(engine: Engine) -> None:
    for view in VIEWS:
        begin_anew(engine, view.shape)


def statuses(engine: Engine, feed: Feed) -> list[Status]:
    return list(Runner(engine, feed, VIEWS).status())


def test_a_view_that_is_ahead_of_its_feed_is_neither_rebuilt_nor_proved(engine: Engine) -> None:
    shorter = in_lanes(EVENTS[:5])
    with pytest.raises(PlaceLost, match=r"has read events/\d, up to \d+, and it ends at \d"):
        rebuild(engine, shorter, VIEWS)
    with pytest.raises(PlaceLost, match="projections reset"):
        verify(engine, shorter, VIEWS)
    assert shown_generations(engine) == {1}


def test_how_far_a_view_is_that_is_ahead_of_its_feed_is_not_told(engine: Engine) -> None:
    with pytest.raises(PlaceLost, match=r"The view \w+ has read events/\d, up to"):
        statuses(engine, in_lanes(EVENTS[:5]))


def test_a_view_of_a_lane_that_is_gone_is_noticed(engine: Engine) -> None:
    feed = in_lanes(EVENTS, REFUSED)
    del feed.lanes["events/0"]
    with pytest.raises(PlaceLost, match="has read events/0, which is gone"):
        verify(engine, feed, VIEWS)


def test_a_view_that_is_ahead_of_the_log_is_not_rebuilt_from_it() -> None:
    engine = built_from(InMemory(EVENTS))
    with pytest.raises(PlaceLost, match=f"up to {len(EVENTS)}, and it ends at 5"):
        rebuild(engine, InMemory(EVENTS[:5]).source, VIEWS)


def test_a_view_is_shown_as_it_was_until_the_new_one_has_caught_up(engine: Engine) -> None:
    before = shown(engine, "c1")
    begun_anew(engine)
    made_anew = in_lanes(EVENTS[:5])
    runner = Runner(engine, made_anew, VIEWS, position=len(EVENTS))
    at_rest(runner)
    assert (shown_generations(engine), shown(engine, "c1")) == ({1}, before)
    assert {each.position for each in statuses(engine, made_anew)} == {5}
    made_anew.publish(*EVENTS[5:], *REFUSED)
    at_rest(runner)
    assert (shown_generations(engine), shown(engine, "c1")) == ({2}, before)
    assert all(each.equal for each in verify(engine, made_anew, VIEWS))
    with engine.connect() as connection:
        assert len(generations(connection)) == len(VIEWS), "nothing is left behind"


def test_what_is_new_shows_once_the_view_has_caught_up(engine: Engine) -> None:
    begun_anew(engine)
    made_anew = in_lanes([*EVENTS, *LATER], REFUSED)
    at_rest(Runner(engine, made_anew, VIEWS, page=7, position=len(EVENTS)))
    assert shown(engine, "c9") is not None
    assert all(each.behind == 0 for each in statuses(engine, made_anew))


def test_rows_that_the_log_never_had_are_gone_once_the_view_has_caught_up(engine: Engine) -> None:
    begun_anew(engine)
    older = in_lanes(EVENTS[:7])
    at_rest(Runner(engine, older, VIEWS, position=7))
    assert shown_generations(engine) == {2}
    assert all(each.equal for each in verify(engine, older, VIEWS))


def test_a_reset_is_taken_up_by_a_runner_that_was_at_work(engine: Engine) -> None:
    feed = in_lanes(EVENTS, REFUSED)
    runner = Runner(engine, feed, VIEWS, position=len(EVENTS))
    runner.step()
    begun_anew(engine)
    feed.publish(*LATER)
    at_rest(runner)
    assert shown_generations(engine) == {2}
    assert all(each.equal for each in verify(engine, feed, VIEWS))


def test_a_reset_twice_and_one_after_another_restart(engine: Engine) -> None:
    begun_anew(engine)
    made_anew = in_lanes(EVENTS[:9])
    at_rest(Runner(engine, made_anew, VIEWS, position=len(EVENTS)))
    begun_anew(engine)
    made_anew.publish(*EVENTS[9:], *REFUSED)
    at_rest(Runner(engine, made_anew, VIEWS, position=len(EVENTS)))
    assert shown_generations(engine) == {3}
    assert all(each.equal for each in verify(engine, made_anew, VIEWS))


def test_one_view_alone_begins_anew_on_the_log() -> None:
    log = InMemory(EVENTS, REFUSED)
    engine = built_from(log)
    forgotten = begin_anew(engine, circuits.SHAPE)
    assert forgotten["events"] == len(EVENTS)
    Runner(engine, log.source, VIEWS, page=7).catch_up()
    assert shown_generations(engine) == {1, 2}
    assert all(each.equal for each in verify(engine, log.source, VIEWS))


def test_where_nothing_was_built_there_is_nothing_to_forget() -> None:
    engine = opened()
    assert begin_anew(engine, circuits.SHAPE) == {}
    Runner(engine, Lanes(), VIEWS).step()
