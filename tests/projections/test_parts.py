"""Rows of child tables, folded in memory: they are the same for any interleaving of streams."""

import json
from collections.abc import Collection, Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.engine.records import Recorded
from projections.fold import Folded
from projections.projection import Row
from projections.runner import Runner
from tests.projections.histories import InMemory, Shelf, built_from, queries, told
from tests.projections.networks import (
    FOLD,
    RULES,
    SUBNETS,
    VIEW,
    Registered,
    RuleRemoved,
    RuleSet,
    SubnetAdded,
    SubnetRemoved,
    SubnetResized,
    dealt_anew,
    histories,
    shown_plainly,
)

DATABASES = ("sqlite",)

pages = st.lists(st.integers(1, 12), min_size=1, max_size=4)


def on_a_shelf(events: Sequence[Recorded], sizes: Sequence[int]) -> Shelf:
    """The view's rows after all events, in pages of these sizes, which repeat in turn."""
    shelf, start, turn = Shelf(VIEW), 0, 0
    while start < len(events):
        size = sizes[turn % len(sizes)]
        shelf.apply(events[start : start + size])
        start, turn = start + size, turn + 1
    return shelf


def shown_by(shelf: Shelf) -> list[Row]:
    """The rows of a shelf as the view shows them."""
    rows = {name: [json.loads(row) for row in rows.values()] for name, rows in shelf.rows.items()}
    networks = sorted(rows["networks"], key=lambda row: row["network_id"])
    for network in networks:
        for part in FOLD.parts:
            own = [row for row in rows[part.table] if row["network_id"] == network["network_id"]]
            own.sort(key=lambda row: (row["version"], *(row[name] for name in part.key)))
            network[part.table] = own
    return networks


@settings(max_examples=150, deadline=None)
@given(data=st.data(), events=histories(), sizes=pages)
def test_any_interleaving_in_any_pages_gives_what_happened(
    data: st.DataObject, events: list[Recorded], sizes: list[int]
) -> None:
    dealt = data.draw(dealt_anew(events))
    assert shown_by(on_a_shelf(dealt, sizes)) == shown_plainly(events)


@settings(max_examples=80, deadline=None)
@given(data=st.data(), events=histories(), sizes=pages)
def test_what_comes_again_changes_nothing(
    data: st.DataObject, events: list[Recorded], sizes: list[int]
) -> None:
    again = data.draw(st.integers(0, len(events)))
    shelf = on_a_shelf(events, sizes)
    shelf.apply(events[:again])
    shelf.apply(events)
    assert shelf.rows == on_a_shelf(events, sizes).rows


@settings(max_examples=80, deadline=None)
@given(events=histories())
def test_a_whole_history_in_memory_shows_the_same(events: list[Recorded]) -> None:
    folded = Folded(FOLD)
    for each in events:
        folded.apply(each)
    assert [folded.whole(id) for id in sorted(folded.rows)] == shown_plainly(events)


def test_a_page_loads_the_rows_it_amends_and_no_others() -> None:
    many = [SubnetAdded(subnet=f"s{n}", size=24) for n in range(10)]
    asked: list[tuple[str, Collection[object]]] = []

    def fetch(table: str, keys: Collection[object]) -> Iterable[Row]:
        asked.append((table, keys))
        return []

    facts = [
        SubnetAdded(subnet="s3", size=25),
        SubnetResized(subnet="s4", size=26),
        SubnetRemoved(subnet="s5"),
        RuleSet(subnet="s4", inbound=True, ports=[80]),
    ]
    events = told([("network/n1", each) for each in [Registered(subnets=[]), *many, *facts]])
    VIEW.work(fetch, events[-len(facts) :])
    assert asked == [("networks", {"n1"}), ("subnets", {("n1", "s4")})]


def test_only_rows_that_moved_are_written() -> None:
    events = told([("network/n1", Registered(subnets=["a", "b"]))])
    shelf = on_a_shelf(events, [1])
    (more,) = told(
        [("network/n1", Registered(subnets=[])), ("network/n1", SubnetResized(subnet="a", size=9))]
    )[1:]
    work = VIEW.work(shelf.fetch, [more])
    work.apply(more)
    assert [row["subnet"] for row in work.written()["subnets"]] == ["a"]
    assert work.written()["rules"] == []
    assert not any(work.removed().values())


def test_a_removed_row_is_not_written_and_one_put_again_is() -> None:
    facts = [
        Registered(subnets=["a"]),
        SubnetRemoved(subnet="a"),
        SubnetAdded(subnet="b", size=9),
        SubnetRemoved(subnet="b"),
        SubnetAdded(subnet="b", size=8),
    ]
    events = told([("network/n1", each) for each in facts])
    work = VIEW.work(Shelf(VIEW).fetch, events)
    for each in events:
        work.apply(each)
    put = {"network_id": "n1", "subnet": "b", "size": 8, "version": 5}
    assert work.written()["subnets"] == [put]
    assert ("n1", "a") in work.removed()["subnets"]


def test_a_key_that_lacks_a_column_is_no_key_of_a_row() -> None:
    with pytest.raises(AssertionError, match="subnet"):
        RULES.put("a", ports=[])
    with pytest.raises(AssertionError, match="subnet"):
        SUBNETS.amend(size=9)


def test_child_rows_are_found_by_key() -> None:
    """A page costs what it touches, whatever a table holds; PostgreSQL scans tables this small."""
    before = [
        ("network/n1", Registered(subnets=["a", "b"])),
        ("network/n1", RuleSet(subnet="b", inbound=True, ports=[80])),
    ]
    engine = built_from(InMemory(told(before)), [VIEW])
    more = told(
        before,
        ("network/n1", SubnetResized(subnet="a", size=9)),
        ("network/n1", SubnetResized(subnet="b", size=9)),
        ("network/n1", RuleRemoved(subnet="b", inbound=True)),
        ("network/n1", SubnetRemoved(subnet="b")),
    )
    with queries(engine) as asked:
        Runner(engine, InMemory(more).source, [VIEW]).catch_up()
    touching = [each for each in asked if "_subnets" in each[0] or "_rules" in each[0]]
    kinds = {statement.split()[0] for statement, _ in touching}
    assert kinds == {"SELECT", "INSERT", "DELETE"}
    with engine.connect() as connection:
        for statement, parameters in touching:
            explained = f"EXPLAIN QUERY PLAN {statement}"
            plan = connection.exec_driver_sql(explained, parameters[0]).all()
            assert not [step for step in plan if "SCAN view_networks" in step[-1]], statement
