"""Lists: in pages, sorted, filtered, and the message for a request that a list can't answer."""

from typing import Any

import pytest

from domain.words import values
from projections import changes, circuits, customers, locations, networks, route_filters
from projections.database import Live, reading
from projections.listing import MOST, ListError, Listing, WordsOf
from projections.runner import Runner
from projections.views import VIEWS
from tests.examples import a_customer, a_location, a_network, a_provisioned_circuit, a_route_filter
from tests.projections.histories import InMemory, built, built_from, told
from tests.projections.stories import WORLD, a_replace_first

LISTINGS = {
    "circuits": circuits.LISTING,
    "customers": customers.LISTING,
    "locations": locations.LISTING,
    "changes": changes.LISTING,
    "networks": networks.LISTING,
    "route-filters": route_filters.LISTING,
}
GUID = "4f2a9c1e-7b3d-4e5f-8a6b-0c1d2e3f4a5b"
by_name = pytest.mark.parametrize("name", LISTINGS)


def a_history() -> Any:
    return [
        WORLD,
        a_customer("birch", number=2),
        a_location("paris"),
        a_replace_first("c1"),
        a_provisioned_circuit("c0", customer_id="birch"),
        a_provisioned_circuit("c4"),
        a_replace_first("c4"),
        *(a_network(id) for id in ("n1", "n2", "n10")),
        *(a_route_filter(id) for id in ("f1", "f2", "f10")),
    ]


def in_pages(live: Live, listing: Listing, limit: int, **asked: Any) -> list[Any]:
    page = listing.page(live, limit=limit, **asked)
    rows = list(page.rows)
    while page.after is not None:
        page = listing.page(live, limit=limit, after=page.after, **asked)
        assert page.rows
        rows += page.rows
    return rows


@by_name
def test_every_row_once_in_pages_of_any_size(name: str) -> None:
    listing = LISTINGS[name]
    with reading(built(a_history())) as live:
        for sort in (None, *listing.sorts):
            every = list(listing.every(live, sort=sort))
            assert len(every) > 1
            for limit in (1, 2, len(every), MOST):
                assert in_pages(live, listing, limit, sort=sort) == every
            if sort:
                assert [row[sort] for row in every] == sorted(row[sort] for row in every)


def test_rows_of_one_value_stand_by_their_keys() -> None:
    with reading(built(a_history())) as live:
        rows = circuits.LISTING.page(live, sort="customer_id").rows
        narrowed = in_pages(live, circuits.LISTING, 1, filters={"tier": "standard"})
    assert [row["circuit_id"] for row in rows] == ["c1", "c1.r2", "c4", "c4.r2", "c0"]
    assert len(narrowed) == len(rows)


def test_what_comes_or_changes_between_pages_moves_no_row() -> None:
    first = InMemory(told(WORLD, a_provisioned_circuit("c3"), a_provisioned_circuit("c5")))
    engine = built_from(first)
    with reading(engine) as live:
        page = circuits.LISTING.page(live, limit=2)
    more = told(
        WORLD,
        *(a_provisioned_circuit(id) for id in ("c3", "c5", "c2", "c4")),
        a_replace_first("c5"),
    )
    Runner(engine, InMemory(more).source, VIEWS).catch_up()
    with reading(engine) as live:
        rest = circuits.LISTING.page(live, after=page.after).rows
    assert [row["circuit_id"] for row in page.rows] == ["c1", "c3"]
    assert [row["circuit_id"] for row in rest] == ["c4", "c5", "c5.r2"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (GUID, ["c7", "c8"]),
        (GUID.upper(), ["c7", "c8"]),
        ([GUID.upper(), "lab"], ["c7", "c8", "c9"]),
        ("lab", ["c9"]),
        ("LAB", []),
    ],
)
def test_a_guid_is_found_in_any_case_and_any_other_id_as_it_is_written(
    asked: Any, found: list[str]
) -> None:
    named = (("c7", GUID), ("c8", GUID.upper()), ("c9", "lab"))
    circuits_in = [a_provisioned_circuit(id, subscription_id=said) for id, said in named]
    with reading(built(WORLD, *circuits_in)) as live:
        rows = circuits.LISTING.every(live, {"subscription_id": asked})
        assert [row["circuit_id"] for row in rows] == found


def test_a_filter_with_several_values_means_any_of_them() -> None:
    with reading(built(a_history())) as live:
        both = circuits.LISTING.page(live, {"circuit_state": ["enabled", "disabled"]}).rows
        assert len(both) == 5
        assert circuits.LISTING.page(live, {"circuit_state": {"enabling"}}).rows == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            {"filters": {"colour": "red"}},
            "there is no filter colour; there are bandwidth_mbps, billing, ",
        ),
        ({"filters": {"tier": "gold"}}, "it can be local, standard, premium"),
        ({"filters": {"tier": ["local", "gold"]}}, "tier can't be 'gold'"),
        ({"filters": {"bandwidth_mbps": "500"}}, "it is of type int"),
        ({"filters": {"bandwidth_mbps": True}}, "it is of type int"),
        ({"filters": {"deleted": 1}}, "it is of type bool"),
        ({"sort": "version"}, "it can by circuit_id, customer_id, "),
        ({"limit": 0}, "1 to 500 rows, not 0"),
        ({"limit": MOST + 1}, "not 501"),
        ({"after": ()}, "types str"),
        ({"after": (7,)}, "types str"),
        ({"after": ("c1",), "sort": "provider"}, "types str, str"),
    ],
)
def test_what_is_no_question_is_answered_with_what_would_be(
    asked: dict[str, Any], told: str
) -> None:
    with reading(built(WORLD)) as live, pytest.raises(ListError) as fault:
        circuits.LISTING.page(live, **asked)
    assert told in str(fault.value)


@by_name
def test_the_words_of_a_filter_are_those_of_a_type(name: str) -> None:
    for kind in LISTINGS[name].filters.values():
        if isinstance(kind, WordsOf):
            assert all(isinstance(word, str) for word in kind)
            assert len(set(kind)) > 1
    assert set(WordsOf("domain.words.values", "Tier")) == set(values.Tier.__args__)


@by_name
def test_what_is_asked_is_there_and_what_is_sorted_by_is_never_null(name: str) -> None:
    listing = LISTINGS[name]
    columns = listing.shape.tables(1)[listing.shape.name].columns
    assert set(listing.filters) <= {*columns.keys(), *listing.such}
    assert set(listing.such) <= set(listing.filters)
    assert not any(columns[sort].nullable for sort in listing.sorts)
    with reading(built(a_history())) as live:
        row = listing.in_short(listing.page(live, limit=1).rows[0])
    assert set(listing.columns) <= set(row)


@by_name
def test_one_is_shown_as_it_is_listed(name: str) -> None:
    with reading(built(a_history())) as live:
        for row in LISTINGS[name].every(live):
            key = [row[column] for column in _key(LISTINGS[name])]
            assert LISTINGS[name].show(live, *key) == row
        assert LISTINGS[name].show(live, *("nobody" for _ in _key(LISTINGS[name]))) is None


def _key(listing: Listing) -> list[str]:
    return [column.name for column in listing.shape.tables(1)[listing.shape.name].primary_key]
