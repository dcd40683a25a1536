"""Runners, rebuilds, verifications and readers at work on the same views at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, inspect, text

from projections import circuits, trail
from projections.database import reading, writing
from projections.generations import prepare, sweep
from projections.rebuild import rebuild, verify
from projections.runner import Runner
from projections.tables import generations
from projections.views import VIEWS
from tests.examples import a_provisioned_circuit
from tests.projections.histories import InMemory, a_refusal, opened, told
from tests.projections.lanes import Lanes
from tests.projections.stories import WORLD, a_replace_first

EVENTS = told(WORLD, *(a_provisioned_circuit(id) for id in ("c2", "c3")), a_replace_first())
REFUSED = [a_refusal(n, n, "circuit/c1", "unknown-command", type="x") for n in (2, 5, 9)]
LOG = InMemory(EVENTS, REFUSED)
CIRCUITS = next(view for view in VIEWS if view.name == "circuits")


@pytest.fixture
def engine(database: str, tmp_path: Path) -> Engine:
    """A database that several threads can use."""
    return opened(f"sqlite:///{tmp_path / 'views.db'}" if database == "sqlite" else None)


def all_at_once(*tasks: Callable[[], object]) -> None:
    with ThreadPoolExecutor(len(tasks)) as threads:
        for done in [threads.submit(task) for task in tasks]:
            done.result()


def test_runners_that_begin_at_once_on_an_empty_database(engine: Engine) -> None:
    runners = [Runner(engine, LOG.source, VIEWS, page=7) for _ in range(3)]
    all_at_once(*(runner.catch_up for runner in runners))
    assert all(comparison.equal for comparison in verify(engine, LOG.source, VIEWS))
    assert all(status.behind == 0 for status in runners[0].status())


def test_views_are_read_and_brought_forward_while_they_are_rebuilt_and_proved(
    engine: Engine,
) -> None:
    feed, done = Lanes(), Event()
    feed.publish(*EVENTS[:5], *REFUSED)
    Runner(engine, feed, VIEWS).catch_up()

    def runs() -> None:
        runner = Runner(engine, feed, VIEWS, page=20)
        while not done.is_set():
            runner.step()
            done.wait(0.01)

    def rebuilds() -> None:
        try:
            for some in range(5, len(EVENTS), 30):
                feed.publish(*EVENTS[some : some + 30])
                rebuild(engine, LOG.source, VIEWS[:2], page=20)
                rebuild(engine, feed, VIEWS[2:], page=20)
        finally:
            done.set()

    def proves() -> None:
        while not done.is_set():
            assert all(each.equal for each in verify(engine, feed, VIEWS[3:]))

    def reads() -> None:
        while not done.is_set():
            with reading(engine) as live:
                circuits.show(live, "c1")
                assert trail.refusals_by_code(live) == {"unknown-command": 3}
            done.wait(0.01)

    all_at_once(runs, runs, rebuilds, proves, reads)
    Runner(engine, feed, VIEWS).catch_up()
    _are_right_and_alone(engine)


def _are_right_and_alone(engine: Engine) -> None:
    """Assert that the views equal the log, and that no other generation is left."""
    assert all(each.equal for each in verify(engine, LOG.source, VIEWS))
    sweep(engine, [view.shape for view in VIEWS])
    with engine.connect() as connection:
        assert len(generations(connection)) == len(VIEWS)


def test_tables_go_when_nobody_reads_them(engine: Engine, database: str) -> None:
    Runner(engine, LOG.source, VIEWS).catch_up()
    with reading(engine) as live:
        shown = circuits.show(live, "c1")
        rebuild(engine, LOG.source, [CIRCUITS])
        assert circuits.show(live, "c1") == shown
        is_kept = "view_circuits_1" in inspect(engine).get_table_names()
        assert is_kept == (database == "postgresql")
    prepare(engine, [CIRCUITS.shape])
    assert "view_circuits_1" not in inspect(engine).get_table_names()


def test_a_proof_whose_tables_were_cleared_away_begins_again(engine: Engine) -> None:
    Runner(engine, LOG.source, VIEWS).catch_up()
    cleared: list[int] = []

    def clears(_: int) -> None:
        if not cleared:
            cleared.append(1)
            rebuild(engine, LOG.source, [CIRCUITS])

    (comparison,) = verify(engine, LOG.source, [CIRCUITS], clears, page=20)
    assert cleared
    assert comparison.equal


def test_a_view_of_the_version_before_is_built_anew(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE view_generations (view TEXT, position INTEGER)"))
        connection.execute(text("CREATE TABLE view_circuits_1 (circuit_id TEXT, old TEXT)"))
        connection.execute(text("CREATE TABLE events (position INTEGER)"))
    Runner(engine, LOG.source, VIEWS).catch_up()
    assert all(comparison.equal for comparison in verify(engine, LOG.source, VIEWS))
    left = inspect(engine).get_table_names()
    assert "view_generations" not in left
    assert "events" in left


def test_keys_stand_in_the_order_of_their_characters(engine: Engine) -> None:
    names = ["A", "B", "a", "a-b", "a.r2", "a1", "ab", "b"]
    log = InMemory(told(WORLD, *(a_provisioned_circuit(id) for id in names)))
    Runner(engine, log.source, VIEWS).catch_up()
    with reading(engine) as live:
        listed = [row["circuit_id"] for row in circuits.LISTING.page(live, {}).rows]
    assert listed == sorted(listed)
    assert set(names) < set(listed)
