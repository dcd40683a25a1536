"""A view with child tables in a database: brought forward, rebuilt, verified, listed."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, insert, inspect, select, update

from domain.engine.records import Recorded
from projections import forward
from projections.database import reading, writing
from projections.projection import Row
from projections.rebuild import ViewComparison, rebuild, verify
from projections.runner import Runner
from tests.projections.histories import InMemory, built_from, opened, queries, told
from tests.projections.lanes import in_lanes
from tests.projections.networks import (
    LISTING,
    SHAPE,
    VIEW,
    Registered,
    RuleSet,
    SubnetAdded,
    SubnetRemoved,
    SubnetResized,
    dealt_anew,
    histories,
    shown_plainly,
)

LOG = InMemory(
    told(
        *((f"network/{id}", Registered(subnets=["a", "b"])) for id in ("n1", "n2")),
        ("network/n1", RuleSet(subnet="a", inbound=True, ports=[80])),
        ("network/n1", RuleSet(subnet="a", inbound=False, ports=[])),
        ("network/n1", RuleSet(subnet="b", inbound=True, ports=[22, 80])),
    )
)


def shown(engine: Engine) -> list[Row]:
    with reading(engine) as live:
        return [
            network | {part.table: list(network[part.table]) for part in LISTING.parts}
            for network in LISTING.every(live)
        ]


def comparison(engine: Engine, log: InMemory = LOG) -> ViewComparison:
    (found,) = verify(engine, log.source, [VIEW])
    return found


def test_rows_are_what_happened_and_rebuilt_equals_live(database: str) -> None:
    @settings(max_examples=40 if database == "sqlite" else 6, deadline=None)
    @given(data=st.data(), events=histories(), page=st.integers(1, 40))
    def equals(data: st.DataObject, events: list[Recorded], page: int) -> None:
        half = data.draw(st.integers(0, len(events)))
        engine = built_from(InMemory(events[:half]), [VIEW], page)
        log = InMemory(events)
        Runner(engine, log.source, [VIEW], page).catch_up()
        assert shown(engine) == shown_plainly(events)
        assert comparison(engine, log).equal
        rebuild(engine, log.source, [VIEW], page=page)
        assert shown(engine) == shown_plainly(events)
        engine.dispose()

    equals()


def test_lanes_that_interleave_and_repeat_give_the_same(database: str) -> None:
    @settings(max_examples=20 if database == "sqlite" else 3, deadline=None)
    @given(data=st.data(), events=histories(), page=st.integers(1, 20))
    def equals(data: st.DataObject, events: list[Recorded], page: int) -> None:
        dealt = data.draw(dealt_anew(events))
        feed, engine = in_lanes([*dealt, *dealt[: len(dealt) // 2]]), opened()
        Runner(engine, feed, [VIEW], page).catch_up()
        assert shown(engine) == shown_plainly(events)
        engine.dispose()

    equals()


def test_a_missing_a_superfluous_and_a_changed_child_row_are_named() -> None:
    engine = built_from(LOG, [VIEW])
    assert (comparison(engine).equal, comparison(engine).rows) == (True, 9)
    rules = SHAPE.tables(1)["rules"]
    with writing(engine) as connection:
        first = (rules.c.subnet == "a") & rules.c.inbound
        row = connection.execute(select(rules).where(first)).mappings().one()
        connection.execute(update(rules).where(rules.c.subnet == "b").values(ports=[22]))
        connection.execute(delete(rules).where(first))
        connection.execute(insert(rules).values({**row, "subnet": "c"}))
    found: Any = comparison(engine)
    assert (found.differing, found.rows) == (3, 10)
    assert found.keys == [
        ("rules", ("n1", "a", True)),
        ("rules", ("n1", "b", True)),
        ("rules", ("n1", "c", True)),
    ]


def test_the_place_of_a_child_row_is_proved_too() -> None:
    engine = built_from(LOG, [VIEW])
    subnets = SHAPE.tables(1)["subnets"]
    with writing(engine) as connection:
        connection.execute(update(subnets).where(subnets.c.subnet == "b").values(version=2))
    assert comparison(engine).differing == 2


def test_child_tables_come_and_go_with_their_generation() -> None:
    engine = built_from(LOG, [VIEW])
    rebuild(engine, LOG.source, [VIEW])
    tables = {name for name in inspect(engine).get_table_names() if "networks" in name}
    assert tables == {f"view_networks_2{part}" for part in ("", "_subnets", "_rules")}


def test_rows_go_together_with_how_far_was_read_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = built_from(LOG, [VIEW])
    removed = InMemory(
        told(
            *((each.stream, each.event) for each in LOG.told),
            ("network/n1", SubnetRemoved(subnet="a")),
        )
    )

    def fails(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(forward, "upsert", fails)
        with pytest.raises(OSError, match="full"):
            Runner(engine, removed.source, [VIEW]).catch_up()
    assert shown(engine) == shown_plainly(LOG.told)
    Runner(engine, removed.source, [VIEW]).catch_up()
    assert shown(engine) == shown_plainly(removed.told)


def test_a_list_reads_each_part_once() -> None:
    many = [f"n{n:03}" for n in range(60)]
    log = InMemory(told(*((f"network/{id}", Registered(subnets=["a", "b"])) for id in many)))
    engine = built_from(log, [VIEW])
    with reading(engine) as live:
        LISTING.page(live, limit=1)
        with queries(engine) as asked:
            page = LISTING.page(live, limit=50)
    assert [network["network_id"] for network in page.rows] == many[:50]
    assert all(len(network["subnets"]) == 2 for network in page.rows)
    assert len(asked) == 3


def test_many_rows_of_one_subject_are_edited_by_key() -> None:
    many: Sequence[Any] = [SubnetAdded(subnet=f"s{n}", size=24) for n in range(1200)]
    facts = [
        Registered(subnets=[]),
        *many,
        *(SubnetResized(subnet=f"s{n}", size=25) for n in range(1200)),
        *(SubnetRemoved(subnet=f"s{n}") for n in range(0, 1200, 2)),
    ]
    events = told([("network/n1", each) for each in facts])
    engine = built_from(InMemory(events), [VIEW], page=1300)
    assert shown(engine) == shown_plainly(events)
