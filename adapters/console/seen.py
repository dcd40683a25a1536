"""What of a list its reader may look at, read until there is enough of it."""

from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import Any

from adapters.http import pages
from adapters.http.asked import Asked
from adapters.http.pages import listed
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

    read = listed(lambda after, size: wanted.page(asked.live, filters, after=after, limit=size))
    return [row for _, row in islice(pages.visible(read, seen, None, limit), limit)]
