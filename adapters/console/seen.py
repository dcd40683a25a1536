"""What of a list its reader may look at, read until there is enough of it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from adapters.http.asked import Asked
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
    found: list[Row] = []
    page = wanted.page(asked.live, filters)
    while True:
        at = asked.onlooker.at({f"circuit/{row['circuit_id']}" for row in page.rows})
        found += [row for row in page.rows if at[f"circuit/{row['circuit_id']}"] & set(looks)]
        if page.after is None or len(found) >= limit:
            return found[:limit]
        page = wanted.page(asked.live, filters, after=page.after)
