"""The list of changes of bandwidth, those that run first: filters, order and page stand in the
address.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any, Final

from adapters.console.lists import around_rows, given_in, without_cursor, words_of
from adapters.console.pages import Page, Shown, with_query
from adapters.console.steps import standing_of, step_words
from adapters.http.asked import Asked
from adapters.http.changes import OF_CHANGES, narrowed, seen_of_circuits
from adapters.http.pages import PAGED, cut
from adapters.http.provided import provided_change
from adapters.http.queries import one_of
from projections import changes
from projections.listing import After, Listing
from projections.projection import Row

FILTERS: Final = ("circuit_id", "customer_id", "waits_for", "kind", "strategy")
"""The filters that have a field of their own; the others work in the address."""

COLUMNS: Final = (("circuit_id", "Circuit"), ("change_id", "Change"))
"""The columns that the list can be sorted by."""


def page() -> Page:
    """The page at `/changes`."""
    sort = one_of([name for name, _ in COLUMNS])
    return Page("/changes", _show, {**OF_CHANGES, "sort": sort, **PAGED})


def _show(asked: Asked) -> Shown:
    first = without_cursor(given_in(asked))
    rows, after = _page(asked)
    filters = changes.LISTING.filters
    values = {
        **around_rows(asked, "/changes", COLUMNS, after),
        "rows": [(row, standing_of(row), step_words(row["step"])) for row in rows],
        "words": {name: words_of(filters[name]) for name in FILTERS},
        "whiches": [
            (
                words,
                first.get("running", "") == value,
                with_query("/changes", {**first, "running": value}),
            )
            for value, words in (("", "All"), ("true", "Running"), ("false", "Ended"))
        ],
        "json": with_query("/v1/changes", {**first, "sort": None}),
    }
    return Shown("changes.html", values)


def _page(asked: Asked) -> tuple[Sequence[Row], After | None]:
    """The rows of the page; the first part of a key says whether its change has ended."""
    filters = {name: value for name, value in asked.given.items() if name in OF_CHANGES}
    listing = narrowed(asked, changes.LISTING)
    wanted = filters.pop("running", None)
    parts = [running for running in (True, False) if wanted in (None, running)]

    def read(after: After | None, limit: int) -> Sequence[tuple[After, Row]]:
        beginning, *key = after or (0,)
        each = (
            _rows(asked, listing, {**filters, "running": running}, tuple(key) or None)
            if int(not running) == beginning
            else _rows(asked, listing, {**filters, "running": running}, None)
            for running in parts
            if int(not running) >= beginning
        )
        return list(islice(chain.from_iterable(each), limit))

    kinds = (int, str, str, str) if asked.given.get("sort") == "change_id" else (int, str, str)
    return cut(asked, read, partial(seen_of_circuits, asked, "now", provided_change), *kinds)


def _rows(
    asked: Asked, listing: Listing, filters: Mapping[str, Any], after: After | None
) -> Iterator[tuple[After, Row]]:
    """The rows in the order that is asked for, read in pages."""
    sort, has_ended = asked.given.get("sort"), int(not filters["running"])
    while True:
        found = listing.page(asked.live, filters, sort=sort, after=after)
        yield from (
            ((has_ended, *key), row) for key, row in zip(found.keys, found.rows, strict=True)
        )
        if (after := found.after) is None:
            return
