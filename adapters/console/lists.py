"""Lists of things: filters, order and page stand in the address."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from adapters.console.pages import with_query
from adapters.http.asked import Asked
from adapters.http.nouns import listing_of, page_of
from adapters.http.pages import written_cursor
from domain.catalogue import NOUNS
from projections.listing import Kind, WordsOf
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
    given, listing = asked.given, listing_of(shape.noun)
    rows, after = page_of(shape.noun, listing, asked)
    plural = NOUNS[shape.noun].plural
    here = {name: asked.request.query_params.get(name) for name in given}
    first = {name: value for name, value in here.items() if name != "cursor"}
    path = f"/{plural}"
    return rows, {
        "plural": plural,
        "given": here,
        "words": {name: _words(listing.filters[name]) for name in shape.filters},
        "is_filtered": any(name not in _PAGED for name in given),
        "columns": [
            (name, title, with_query(path, {**first, "sort": name}))
            for name, title in shape.columns
        ],
        "sort": here.get("sort", shape.columns[0][0]),
        "next": after and with_query(path, {**here, "cursor": written_cursor(after)}),
        "first": "cursor" in given and with_query(path, first),
        "json": with_query(f"/v1{path}", here),
    }


def _words(kind: Kind) -> tuple[str, ...] | None:
    """What a filter can be; None where it can be anything."""
    if kind is bool:
        return ("true", "false")
    return tuple(kind) if isinstance(kind, WordsOf) else None
