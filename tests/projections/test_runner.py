"""Catching up: pages, positions beside the rows, several runners, views of an older edition."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from domain.engine.records import Recorded
from projections import circuits, customers, trail
from projections.database import (
    ViewMissing,
    reading,
    writing,
)
from projections.feed import Checkpoint, LogFeed
from projections.forward import Target, forward
from projections.generations import prepare
from projections.lanes import Moved, count_move
from projections.projection import View
from projections.rebuild import rebuild
from projections.runner import Runner
from projections.tables import GENERATIONS, live_generations
from projections.views import VIEWS
from tests.examples import a_customer, a_location
from tests.projections.histories import InMemory, a_refusal, built_from, opened, told
from tests.projections.stories import WORLD, a_revert

CIRCUITS = next(view for view in VIEWS if view.name == "circuits")
CUSTOMERS = next(view for view in VIEWS if view.name == "customers")
LOG = InMemory(told(WORLD, a_revert()), [a_refusal(n, 2, "circuit/c1") for n in (2, 5, 9)])


@pytest.fixture(autouse=True)
def _fresh() -> None:
    LOG.asked.clear()


def test_views_that_were_never_built_say_so() -> None:
    with reading(opened()) as live, pytest.raises(ViewMissing, match="circuits"):
        circuits.show(live, "c1")


def test_catching_up_tells_how_much_was_new() -> None:
    engine, seen = opened(), list[int]()
    runner = Runner(engine, LOG.source, VIEWS, page=10)
    new = len(LOG.told) + len(LOG.refused)
    assert runner.catch_up(seen.append) == new == sum(seen)
    assert runner.catch_up() == 0


def test_another_that_goes_ahead_while_the_end_is_read_has_not_lost_the_log(
    database: str, tmp_path: Path
) -> None:
    """More is written and applied between looking at the views and at the log."""
    url = f"sqlite:///{tmp_path / 'views.db'}" if database == "sqlite" else None
    engine, log = opened(url), InMemory(LOG.told[:10], LOG.refused[:1])
    Runner(engine, log.source, VIEWS).catch_up()

    class Overtaken(LogFeed):
        def end(self) -> Checkpoint:
            end = super().end()
            if len(log.told) < len(LOG.told):
                log.told, log.refused = LOG.told, LOG.refused
                Runner(engine, log.source, VIEWS).catch_up()
            return end

    Runner(engine, Overtaken(log.log), VIEWS).catch_up()
    assert all(status.behind == 0 for status in Runner(engine, LOG.source, VIEWS).status())


def test_an_empty_log_is_soon_caught_up_with() -> None:
    engine = built_from(InMemory([]))
    with reading(engine) as live:
        assert circuits.show(live, "c1") is None


def test_only_what_a_view_handles_is_read_for_it_alone() -> None:
    engine = built_from(LOG, [CUSTOMERS], page=3)
    assert set(LOG.asked) == {CUSTOMERS.kinds}
    with reading(engine) as live:
        assert live.checkpoint(CUSTOMERS.shape)["events"] == len(LOG.told)


def test_the_position_moves_past_what_no_view_handles() -> None:
    log = InMemory(told(a_customer(), a_location(), a_location("paris")))
    engine = built_from(log, [CIRCUITS])
    with reading(engine) as live:
        assert live.checkpoint(CIRCUITS.shape)["events"] == 5


def test_a_view_that_joins_later_catches_up_with_the_others() -> None:
    engine = built_from(LOG, [CUSTOMERS])
    Runner(engine, LOG.source, VIEWS, page=4).catch_up()
    for status in Runner(engine, LOG.source, VIEWS).status():
        assert (status.position, status.behind, status.outcomes_behind) == (len(LOG.told), 0, 0)


def test_status_before_and_after() -> None:
    engine = opened()
    runner = Runner(engine, LOG.source, VIEWS)
    before = {each.view: each for each in runner.status()}
    assert (before["circuits"].behind, before["circuits"].rows) == (len(LOG.told), 0)
    assert (before["trail"].outcomes_behind, before["circuits"].outcomes_behind) == (9, 0)
    runner.catch_up()
    after = {each.view: each for each in runner.status()}
    assert (after["circuits"].behind, after["circuits"].rows) == (0, 2)
    owned = {each.stream for each in LOG.told if not each.stream.startswith(("csp/", "location/"))}
    assert after["trail"].rows == len(LOG.told) + 3 + len(owned)
    assert after["circuits"].generation == 1


def test_who_was_overtaken_writes_nothing() -> None:
    engine = built_from(InMemory(LOG.told[:5]), [CIRCUITS])
    with reading(engine) as live:
        stale = Target(CIRCUITS, live.generation(CIRCUITS.shape), live.checkpoint(CIRCUITS.shape))
    Runner(engine, LOG.source, [CIRCUITS]).catch_up()
    with pytest.raises(Moved):
        forward(engine, LOG.source, [stale], LOG.source.end(), 1000)
    with pytest.raises(Moved), writing(engine) as connection:
        count_move(connection, stale.at)
    with reading(engine) as live:
        assert live.checkpoint(CIRCUITS.shape)["events"] == len(LOG.told)


def test_who_was_replaced_writes_nothing() -> None:
    engine = built_from(InMemory(LOG.told[:5]), [CIRCUITS])
    with reading(engine) as live:
        stale = Target(CIRCUITS, live.generation(CIRCUITS.shape), live.checkpoint(CIRCUITS.shape))
    rebuild(engine, LOG.source, [CIRCUITS])
    with pytest.raises(Moved, match="circuits"):
        forward(engine, LOG.source, [stale], LOG.source.end(), 1000)


def test_a_runner_that_was_overtaken_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = built_from(InMemory(LOG.told[:5]))
    other = Runner(engine, LOG.source, VIEWS)
    feed, raced = InMemory.feed, list[int]()

    def overtaken(self: InMemory, *args: Any, **named: Any) -> Any:
        if not raced:
            raced.append(1)
            other.catch_up()
        return feed(self, *args, **named)

    monkeypatch.setattr(InMemory, "feed", overtaken)
    runner = Runner(engine, LOG.source, VIEWS)
    assert runner.catch_up() == 0
    assert all(status.behind == 0 for status in runner.status())


def test_rows_and_position_come_together_or_not_at_all() -> None:
    def faulty(*_: Any) -> Any:
        return Faulty()

    class Faulty:
        def apply(self, recorded: Recorded) -> None: ...

        def removed(self) -> Any:
            return {}

        def written(self) -> Any:
            raise KeyError("customer_id")

    engine = built_from(InMemory([]))
    views = [replace(each, work=faulty) if each is CUSTOMERS else each for each in VIEWS]
    with pytest.raises(KeyError):
        Runner(engine, LOG.source, views).catch_up()
    with reading(engine) as live:
        assert circuits.show(live, "c1") is None
        assert live.checkpoint(CIRCUITS.shape) == {}


def another_edition(view: View) -> View:
    return replace(view, shape=replace(view.shape, edition=view.shape.edition + 1))


def test_a_view_of_another_edition_is_built_anew() -> None:
    engine = built_from(LOG)
    newer = another_edition(CUSTOMERS)
    with reading(engine) as live, pytest.raises(ViewMissing):
        live.tables(newer.shape)
    Runner(engine, LOG.source, [newer]).catch_up()
    with reading(engine) as live:
        assert live.generation(newer.shape).generation == 2
        assert live.rows(select(live.tables(newer.shape)["customers"]))
        with pytest.raises(ViewMissing):
            customers.show(live, "acme")


def test_preparing_twice_is_harmless() -> None:
    engine = opened()
    for _ in range(2):
        prepare(engine, [view.shape for view in VIEWS])
    with engine.connect() as connection:
        assert len(live_generations(connection)) == len(VIEWS)
        assert len(connection.execute(select(GENERATIONS)).all()) == len(VIEWS)


def test_the_trail_hears_refusals_without_new_events() -> None:
    log = InMemory(LOG.told[:3])
    engine = built_from(log)
    log.refused = [a_refusal(n, 3, "customer/acme", "unknown-command", type="x") for n in (1, 2, 4)]
    Runner(engine, log.source, VIEWS, page=2).catch_up()
    with reading(engine) as live:
        assert trail.refusals_by_code(live) == {"unknown-command": 3}
        assert live.checkpoint(trail.SHAPE)["outcomes"] == 4
