"""The list of alarms: what is raised, since when and why, and who knows of it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from adapters.console.circuit_actions import OF_PART
from adapters.console.lists import around_rows, given_in, without_cursor
from adapters.console.offering import ASKS, Wish, offers
from adapters.console.pages import Page, Shown, with_query
from adapters.http.asked import Asked
from adapters.http.changes import narrowed, seen_of_circuits
from adapters.http.pages import PAGED, cut, listed
from adapters.http.queries import flag, of_kind, one_of, text
from projections import alarms
from projections.projection import Row

COLUMNS: Final = (
    ("circuit_id", "Circuit"),
    ("alarm", "Alarm"),
    ("since", "Since"),
    ("customer_id", "Customer"),
)
"""The columns that the list can be sorted by."""

_FILTERS: Final = {"circuit_id": "circuit_id", "customer_id": "customer_id", "kind": "alarm"}
"""The filters of the address, and the columns of the view that they mean."""


def page() -> Page:
    """The page at `/alarms`."""
    filters = alarms.LISTING.filters
    parameters = {
        "circuit_id": text,
        "customer_id": text,
        "kind": of_kind(filters["alarm"]),
        "raised": flag,
        "sort": one_of([name for name, _ in COLUMNS]),
        **PAGED,
    }
    return Page("/alarms", _show, parameters)


def _show(asked: Asked) -> Shown:
    """Those that are raised, unless others are asked for."""
    first = without_cursor(given_in(asked))
    wanted = {column: asked.given[name] for name, column in _FILTERS.items() if name in asked.given}
    raised, sort = asked.given.get("raised", True), asked.given.get("sort")
    listing = narrowed(asked, alarms.LISTING)
    filters = {**wanted, "raised": raised}
    read = listed(
        lambda after, limit: listing.page(asked.live, filters, sort=sort, after=after, limit=limit)
    )
    rows, after = cut(asked, read, partial(seen_of_circuits, asked, "now", None))
    kinds: Any = alarms.LISTING.filters["alarm"]
    values = {
        **around_rows(asked, "/alarms", COLUMNS, after),
        "rows": rows,
        "raised": raised,
        "whiches": [
            (words, raised is value, with_query("/alarms", {**first, "raised": written}))
            for words, value, written in (("Raised", True, ""), ("Cleared", False, "false"))
        ],
        "may_acknowledge": _acknowledgeable(asked, rows) if raised else (),
        "kinds": tuple(kinds),
        "is_filtered": any(name in _FILTERS for name in first),
        "json": with_query("/v1/alarms", _in_json(first)),
    }
    return Shown("alarms.html", values)


def _in_json(given: Mapping[str, str]) -> Mapping[str, str]:
    """The same list of the interface, which tells those that were cleared among all."""
    told = {name: value for name, value in given.items() if name in (*_FILTERS, "limit")}
    return {**told, "all": "true"} if given.get("raised") == "false" else told


def _acknowledgeable(asked: Asked, rows: Sequence[Row]) -> set[tuple[str, str]]:
    """The alarms that the reader may acknowledge, by circuit and kind."""
    action = OF_PART["alarms"][0]
    wishes = {
        (row["circuit_id"], row["alarm"]): Wish(
            action,
            f"circuit/{row['circuit_id']}",
            [{"alarm": row["alarm"], "reason": ASKS}],
            f"{row['circuit_id']}/{row['alarm']}",
        )
        for row in rows
        if not row["acknowledged_by"]
    }
    told = offers(asked, wishes.values())
    return {key for key, wish in wishes.items() if told[wish.at].now}
