"""What of a list its reader may look at, read until there is enough of it."""

from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from adapters.http import pages
from adapters.http.asked import Asked
from adapters.http.nouns import listing_of, page_of
from domain.decider.looks import Look
from projections.granted import granted_to
from projections.listing import Listing
from projections.projection import Row


def visible(
    asked: Asked,
    listing: Listing,
    filters: Mapping[str, Any],
    *,
    looks: Collection[Look] = ("now",),
    limit: int = 500,
) -> Sequence[Row]:
    """The first rows about circuits at which somebody may look in any of some ways."""
    wanted = listing
    if not asked.onlooker.sees_everybody:
        wanted = listing.only(granted_to(asked.onlooker.principal))

    def seen(rows: Sequence[Row]) -> Sequence[Row | None]:
        at = asked.onlooker.at({f"circuit/{row['circuit_id']}" for row in rows})
        return [row if at[f"circuit/{row['circuit_id']}"] & set(looks) else None for row in rows]

    read = pages.listed(
        lambda after, size: wanted.page(asked.live, filters, after=after, limit=size)
    )
    return [row for _, row in islice(pages.visible(read, seen, None, limit), limit)]


class Seen(NamedTuple):
    """Some rows of a list as their reader may see them."""

    rows: Sequence[Row]
    has_more: bool


def listed(asked: Asked, noun: str, *, limit: int = 100, **filters: Any) -> Seen:
    """The first things of a noun as somebody may see them; a provider what it needs of them."""
    given = {**filters, "limit": limit}
    wanted = Asked(asked.world, asked.caller, asked.request, given, asked.live)
    rows, after = page_of(noun, listing_of(noun), wanted)
    return Seen(rows, after is not None)
