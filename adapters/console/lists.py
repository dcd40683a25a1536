"""Lists of things: filters, order and page stand in the address."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from adapters.console.pages import with_query
from adapters.http.asked import Asked
from adapters.http.nouns import listing_of, page_of
from adapters.http.pages import written_cursor
from domain.catalogue import NOUNS
from projections.listing import After, Kind, WordsOf
from projections.projection import Row

_PAGED: Final = ("sort", "cursor", "limit")


class Shape(NamedTuple):
    """What people see of a list."""

    noun: str
    filters: Sequence[str]
    """The filters that have a field of their own; the others work in the address."""
    columns: Sequence[tuple[str, str]]
    """The columns that the list can be sorted by, its key first, each with its title."""


def rows_of(shape: Shape, asked: Asked) -> tuple[Sequence[Row], dict[str, Any]]:
    """The rows of the page that is asked for, and what the list shows around them."""
    listing = listing_of(shape.noun)
    rows, after = page_of(shape.noun, listing, asked)
    plural = NOUNS[shape.noun].plural
    around = around_rows(asked, f"/{plural}", shape.columns, after)
    return rows, {
        **around,
        "plural": plural,
        "words": {name: words_of(listing.filters[name]) for name in shape.filters},
        "json": with_query(f"/v1/{plural}", around["given"]),
    }


def given_in(asked: Asked) -> dict[str, str]:
    """The parameters of the address, as they are written there; those left blank are not."""
    return {name: asked.request.query_params[name] for name in asked.given}


def without_cursor(given: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a list's first page."""
    return {name: value for name, value in given.items() if name != "cursor"}


def around_rows(
    asked: Asked, path: str, columns: Sequence[tuple[str, str]], after: After | None
) -> dict[str, Any]:
    """What a list at a path shows around its rows, which can be sorted by some columns; another
    page begins after a key.
    """
    given = given_in(asked)
    first = without_cursor(given)
    return {
        "given": given,
        "is_filtered": any(name not in _PAGED for name in given),
        "columns": [
            (name, title, with_query(path, {**first, "sort": name})) for name, title in columns
        ],
        "sort": given.get("sort", columns[0][0]),
        "next": after and with_query(path, {**given, "cursor": written_cursor(after)}),
        "first": "cursor" in given and with_query(path, first),
    }


def words_of(kind: Kind) -> tuple[str, ...] | None:
    """What a filter can be; None where it can be anything."""
    if kind is bool:
        return ("true", "false")
    return tuple(kind) if isinstance(kind, WordsOf) else None
