"""Refusal codes about locations and their capacity."""

from collections.abc import Mapping
from typing import Final

from domain.words.refusals import ORDERS, Code

REFUSALS: Final[Mapping[str, Code]] = {
    "same-router": Code(
        ORDERS,
        "Pair {pair} can't have router {router}, which is named already; a pair has two different "
        "routers, and a router belongs to one pair.",
    ),
    "provider-not-at-location": Code(
        ORDERS, "{provider} is not at {location_id}; there are {providers}."
    ),
    "provider-in-use": Code(
        ORDERS, "{provider} still has circuits or pairs at {location_id}; free them first."
    ),
    "location-closed": Code(
        ORDERS, "Location {location_id} is closed to new orders and increases; choose another."
    ),
    "capacity-in-use": Code(
        ORDERS,
        "Location {location_id} has circuits on {pairs} that the new routers would not hold; "
        "move or delete them first.",
    ),
    "no-capacity": Code(
        ORDERS,
        "{bandwidth_mbps} Mbit/s does not fit at {location_id}; free per pair: {free}.",
        fuller=(
            (
                "{bandwidth_mbps} Mbit/s takes {more_mbps} Mbit/s more on {pair} at "
                "{location_id}, where {free_mbps} are free; alternatives here: {fits}."
            ),
            (
                "{bandwidth_mbps} Mbit/s beside the old circuit, as {strategy} needs, does not fit "
                "at {location_id}; free per pair: {free}; alternatives here: {fits}."
            ),
            (
                "{bandwidth_mbps} Mbit/s does not fit at {location_id}; "
                "free per pair: {free}; alternatives here: {fits}."
            ),
        ),
    ),
}
