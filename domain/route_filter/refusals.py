"""Refusal codes about route filters."""

from collections.abc import Mapping
from typing import Final

from domain.words.refusals import FILTERS, Code

REFUSALS: Final[Mapping[str, Code]] = {
    "route-filter-in-use": Code(
        FILTERS,
        "Peerings that use route filter {route_filter_id}: {count}; detach it from each first.",
    ),
    "community-unknown": Code(
        FILTERS,
        "A route filter can't allow {communities}: it takes communities of microsoft peerings "
        "that the catalogue has.",
    ),
}
