"""Rebuilding a view beside the live one, switching to it, and verifying that both are equal."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, insert, inspect, select, update

from domain.decider.decisions import Written
from projections import circuits
from projections.database import reading, writing
from projections.forward import Target, forward
from projections.generations import beside, switch
from projections.lanes import Moved
from projections.rebuild import ViewComparison, rebuild, verify
from projections.runner import Runner
from projections.tables import generations
from projections.views import VIEWS
from tests.examples import a_network, a_route_filter
from tests.laws.lived import lived
from tests.projections.histories import InMemory, a_refusal, built_from, told
from tests.projections.stories import WORLD, a_replace_first, a_revert

LOG = InMemory(
    told(WORLD, a_revert(), a_route_filter(), a_network()),
    [a_refusal(n, 2, "circuit/c1", "unknown-command", type="x") for n in (2, 5)],
)
CIRCUITS = next(view for view in VIEWS if view.name == "circuits")


def tables_of(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def generation_of_circuits(engine: Engine) -> int:
    with reading(engine) as live:
        return live.generation(CIRCUITS.shape).generation


def test_a_rebuild_switches_and_leaves_nothing_behind() -> None:
    engine = built_from(LOG)
    before = len(tables_of(engine))
    with reading(engine) as live:
        shown = circuits.show(live, "c1")
    rebuild(engine, LOG.source, VIEWS, page=7)
    assert generation_of_circuits(engine) == 2
    assert len(tables_of(engine)) == before
    with reading(engine) as live:
        assert circuits.show(live, "c1") == shown
    with engine.connect() as connection:
        assert len(generations(connection)) == len(VIEWS)


def test_the_live_view_is_read_until_the_switch() -> None:
    engine = built_from(LOG)
    target = beside(engine, CIRCUITS.shape)
    assert (target.generation, generation_of_circuits(engine)) == (2, 1)
    assert not switch(engine, CIRCUITS.shape, target, {}), "the new generation is behind"
    assert generation_of_circuits(engine) == 1


def test_what_an_interrupted_rebuild_left_behind_goes() -> None:
    engine = built_from(LOG)
    beside(engine, CIRCUITS.shape)
    before = tables_of(engine)
    rebuild(engine, LOG.source, [CIRCUITS])
    gone = before - tables_of(engine)
    assert gone >= {"view_circuits_1", "view_circuits_2"}
    assert all(each.startswith(("view_circuits_1", "view_circuits_2")) for each in gone)
    with engine.connect() as connection:
        assert len(generations(connection)) == len(VIEWS)


def test_of_two_rebuilds_the_later_one_wins() -> None:
    engine = built_from(LOG)
    first = beside(engine, CIRCUITS.shape)
    rebuild(engine, LOG.source, [CIRCUITS])
    with pytest.raises(Moved):
        forward(engine, LOG.source, [Target(CIRCUITS, first, {})], LOG.source.end(), 1000)
    assert verify(engine, LOG.source, [CIRCUITS])[0].equal


def test_a_rebuild_in_an_empty_database() -> None:
    engine = built_from(InMemory([]))
    rebuild(engine, LOG.source, VIEWS)
    behind = [each.behind for each in Runner(engine, LOG.source, VIEWS).status()]
    assert behind == [0] * len(VIEWS)


def test_verifying_proves_and_leaves_nothing_behind() -> None:
    engine = built_from(LOG, page=3)
    before = tables_of(engine)
    comparisons = verify(engine, LOG.source, VIEWS)
    assert [comparison.equal for comparison in comparisons] == [True] * len(VIEWS)
    assert all(comparison.rows for comparison in comparisons)
    assert tables_of(engine) == before


def test_refusals_alone_are_compared_too() -> None:
    log = InMemory([], [a_refusal(1, 0, "circuit/c1", "unknown-command", type="x")])
    comparisons = verify(built_from(log), log.source, VIEWS)
    assert [comparison.rows for comparison in comparisons if comparison.view == "trail"] == [1]
    assert all(comparison.equal for comparison in comparisons)


def test_a_view_that_is_behind_is_compared_where_it_is() -> None:
    engine = built_from(InMemory(LOG.told[:9]))
    assert all(comparison.equal for comparison in verify(engine, LOG.source, VIEWS))


def comparison_of_circuits(engine: Engine) -> ViewComparison:
    (comparison,) = verify(engine, LOG.source, [CIRCUITS])
    return comparison


def keys(comparison: ViewComparison) -> Sequence[tuple[str, object]]:
    return comparison.keys


def test_changed_missing_and_superfluous_rows_are_named() -> None:
    engine = built_from(LOG)
    table = CIRCUITS.shape.tables(1)["circuits"]
    with writing(engine) as connection:
        connection.execute(update(table).where(table.c.circuit_id == "c1").values(tier="local"))
    assert keys(comparison_of_circuits(engine)) == [("circuits", ("c1",))]
    with writing(engine) as connection:
        row = connection.execute(select(table).where(table.c.circuit_id == "c1")).mappings().one()
        connection.execute(insert(table).values({**row, "circuit_id": "a0"}))
        connection.execute(insert(table).values({**row, "circuit_id": "z9"}))
        connection.execute(delete(table).where(table.c.circuit_id == "c1.r2"))
    comparison = comparison_of_circuits(engine)
    assert not comparison.equal
    assert (comparison.differing, comparison.rows) == (4, 4)
    assert [key for _, key in comparison.keys] == [("a0",), ("c1",), ("c1.r2",), ("z9",)]


def test_rebuilt_equals_live(database: str) -> None:
    """This holds however the log grew while the live view followed it, in pages of any size."""

    @settings(max_examples=30 if database == "sqlite" else 3, deadline=None)
    @given(
        grown=st.lists(st.integers(1, 12), min_size=1, max_size=6),
        page=st.integers(1, 40),
        story=st.sampled_from([a_revert(), a_replace_first()]),
    )
    def equals(grown: list[int], page: int, story: list[Written]) -> None:
        events = told(WORLD, story)
        engine, end = built_from(InMemory([])), 0
        for more in [*grown, len(events)]:
            end += more
            Runner(engine, InMemory(events[:end]).source, VIEWS, page).catch_up()
        log = InMemory(events)
        assert all(comparison.equal for comparison in verify(engine, log.source, VIEWS))

    equals()


@pytest.mark.usefixtures("database")
def test_a_life_drawn_from_all_commands_is_rebuilt_as_it_is_live() -> None:
    """The live views followed it in pages of another size."""
    log, engine = InMemory(lived()), built_from(InMemory([]))
    for end in (1, len(lived()) // 3, len(lived())):
        Runner(engine, InMemory(lived()[:end]).source, VIEWS, 70).catch_up()
    assert all(comparison.equal for comparison in verify(engine, log.source, VIEWS))
