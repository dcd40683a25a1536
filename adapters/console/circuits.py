"""The list of circuits: filters, order and page stand in the address."""

from collections.abc import Mapping
from typing import Any, Final

from adapters.console.acting import may_order
from adapters.console.pages import Page, Shown, with_query
from adapters.console.turn import phase_of, turn_of
from adapters.http.asked import Asked
from adapters.http.nouns import listing_of, page_of, parameters_of
from adapters.http.pages import written_cursor
from projections.listing import WordsOf

FILTERS: Final = ("customer_id", "location_id", "provider", "provider_state", "circuit_state")
"""The filters that have a field of their own; the others work in the address."""

COLUMNS: Final = (
    ("circuit_id", "Circuit"),
    ("customer_id", "Customer"),
    ("location_id", "Location"),
    ("provider", "Provider"),
)
"""The columns that the list can be sorted by."""


def page() -> Page:
    """The page at `/circuits`."""
    return Page("/circuits", _show, parameters_of("circuit", listing_of("circuit")))


def _show(asked: Asked) -> Shown:
    given = dict(asked.given)
    listing = listing_of("circuit")
    rows, after = page_of("circuit", listing, asked)
    here = {name: asked.request.query_params.get(name) for name in given}
    first = {name: value for name, value in here.items() if name != "cursor"}
    values = {
        "rows": [(row, phase_of(row), turn_of(row)) for row in rows],
        "given": here,
        "words": _words(listing.filters),
        "is_filtered": any(name not in ("sort", "cursor", "limit") for name in given),
        "columns": [
            (name, title, with_query("/circuits", {**first, "sort": name}))
            for name, title in COLUMNS
        ],
        "sort": here.get("sort", "circuit_id"),
        "next": after and with_query("/circuits", {**here, "cursor": written_cursor(after)}),
        "first": "cursor" in given and with_query("/circuits", first),
        "json": with_query("/v1/circuits", here),
        "may_order": may_order(asked),
    }
    return Shown("circuits.html", values)


def _words(filters: Mapping[str, Any]) -> Mapping[str, tuple[str, ...] | None]:
    """The filters with the words that each can be; None where it can be anything."""
    return {
        name: tuple(filters[name]) if isinstance(filters[name], WordsOf) else None
        for name in FILTERS
    }
