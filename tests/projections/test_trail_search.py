"""Search in the trail: by subject, actor, type and time, the latest first, in bounded work."""

from collections.abc import Generator
from typing import Any

import pytest
from sqlalchemy import event as hooks

from projections import trail, trail_search
from projections.database import Live, reading
from projections.trail_search import Found, Wanted, search
from tests.examples import a_customer
from tests.projections.histories import InMemory, a_refusal, built_from, time_at, told
from tests.projections.stories import WORLD

CELL = "/tieline"
MISSING: Any = {"code": "not-found", "kind": "customer", "id": "acme"}
WANTED = (
    Wanted(),
    Wanted(subject="customer/acme"),
    Wanted(subject="customer/acme", actor="user:owner"),
    Wanted(actor="user:owner", types={"tieline.customer.registered.v1"}),
    Wanted(types={"tieline.customer.registered.v1", "tieline.circuit.ordered.v1"}),
    Wanted(since=time_at(3), until=time_at(9)),
    Wanted(since=time_at(5)),
    Wanted(until=time_at(4)),
    Wanted(subject="customer/acme", since=time_at(2)),
    Wanted(since=time_at(4), until=time_at(3)),
    Wanted(since="2099-01-01T00:00:00.000000Z"),
    Wanted(actor="user:nobody"),
    Wanted(types=set()),
)


@pytest.fixture
def live() -> Generator[Live]:
    refused = [
        a_refusal(1, 0, "customer/acme", **MISSING),
        a_refusal(3, 1, "customer/acme", **MISSING),
        a_refusal(4, 1, "customer/acme", "unknown-command", type="x"),
        a_refusal(7, 3, None, "unknown-command", type="y"),
        a_refusal(9, 9, "customer/birch", **MISSING),
    ]
    with reading(built_from(InMemory(told(WORLD, a_customer("birch")), refused))) as live:
        yield live


def every(live: Live) -> list[tuple[trail.Place, dict[str, Any]]]:
    """All there is, the latest first, by the trail of each subject."""
    subjects = {each[1].get("subject") for each in search(live, Wanted(), CELL, limit=500).entries}
    found = [
        each
        for subject in subjects - {None}
        for each in trail.entries(live, str(subject), CELL, limit=500)
    ]
    return sorted(found, key=lambda each: each[0], reverse=True)


def is_wanted(entry: dict[str, Any], wanted: Wanted) -> bool:
    return (
        wanted.subject in (None, entry["subject"])
        and wanted.actor in (None, entry["actor"])
        and (wanted.types is None or entry.get("command", entry["type"]) in wanted.types)
        and (wanted.since is None or entry["time"] >= wanted.since)
        and (wanted.until is None or entry["time"] <= wanted.until)
    )


def whole(live: Live, wanted: Wanted, limit: int, examined: int) -> list[Any]:
    """All that a search finds, page by page."""
    found: Found = search(live, wanted, CELL, None, limit, examined)
    entries = list(found.entries)
    while found.rest is not None:
        found = search(live, wanted, CELL, found.rest, limit, examined)
        entries += found.entries
    return entries


def test_it_finds_what_is_wanted_and_nothing_else(live: Live) -> None:
    there = every(live)
    assert len(there) > 10
    for wanted in WANTED:
        found = search(live, wanted, CELL, limit=500).entries
        named = [each for each in found if "subject" in each[1]]
        assert named == [each for each in there if is_wanted(each[1], wanted)], wanted


def test_pages_add_up_however_short_and_however_little_is_looked_at(live: Live) -> None:
    for wanted in WANTED:
        at_once = list(search(live, wanted, CELL, limit=500).entries)
        for limit, examined in ((1, 500), (3, 500), (500, 1), (2, 3)):
            pages = whole(live, wanted, limit, examined)
            assert pages == at_once, (wanted, limit, examined)


def test_attempts_without_a_subject_are_found_by_who_tried(live: Live) -> None:
    found = search(live, Wanted(actor="user:eve"), CELL).entries
    assert [each[0] for each in found] == [(9, 9), (3, 7), (1, 4), (1, 3), (0, 1)]
    assert "subject" not in found[1][1]


def _plan(live: Live, statement: str, parameters: Any) -> list[str]:
    """How the database goes about a query; PostgreSQL reads small tables whole unless told."""
    if live.connection.engine.dialect.name == "sqlite":
        explained = live.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row[3] for row in explained]
    live.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    explained = live.connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return [row[0].removeprefix("->").strip(" ->") for row in explained]


def test_it_goes_along_an_index_and_looks_at_so_many_entries(live: Live) -> None:
    """No search sorts, or reads a whole table: each goes along an index from the latest entry."""
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        asked.append((statement, parameters))

    engine = live.connection.engine
    hooks.listen(engine, "before_cursor_execute", note)
    for wanted in WANTED:
        search(live, wanted, CELL, before=(9, 1))
    hooks.remove(engine, "before_cursor_execute", note)
    assert asked
    for statement, parameters in asked:
        plan = _plan(live, statement, parameters)
        assert not any(
            each.startswith(("SCAN view_trail", "Seq Scan on view_trail")) for each in plan
        ), plan
        assert not any("TEMP B-TREE" in each for each in plan if len(plan) < 3), plan
    assert trail_search.EXAMINED <= 10_000
