"""The refusals where a rate fits nowhere: what was asked, what is free, and what would fit instead.

A decision reads one location; where else there is room is a question for the views.
"""

from collections.abc import Sequence

from domain.location.state import Location, Pair
from domain.words.refusals import Refused, refused, some


def free_of(location: Location, provider: str) -> dict[str, int]:
    """What is free on each pair that a provider's circuits may be placed on."""
    return {pair.name: location.free_mbps(pair) for pair in location.open_to(provider)}


def no_room_for_order(
    location: Location, provider: str, bandwidth_mbps: int, offered: Sequence[int]
) -> Refused:
    """An order that fits on no pair; the greatest rate that would is named with its pair."""
    most = max(free_of(location, provider).values(), default=0)
    fitting = [mbps for mbps in offered if mbps <= most]
    pair = location.placement(provider, fitting[-1]) if fitting else None
    return refused(
        "no-capacity",
        bandwidth_mbps=bandwidth_mbps,
        location_id=location.location_id,
        provider=provider,
        free=_free(location, provider),
        fits=[f"up to {fitting[-1]} Mbit/s on {pair.name}"] if pair else [],
    )


def no_room_for_increase(
    location: Location,
    provider: str,
    pair: Pair,
    *,
    from_mbps: int,
    bandwidth_mbps: int,
    offered: Sequence[int],
) -> Refused:
    """An increase that its own pair has no room for; another pair may hold a further circuit."""
    free = location.free_mbps(pair)
    fitting = [mbps for mbps in offered if from_mbps < mbps <= from_mbps + free]
    other = location.placement(provider, bandwidth_mbps)
    return refused(
        "no-capacity",
        bandwidth_mbps=bandwidth_mbps,
        location_id=location.location_id,
        provider=provider,
        pair=pair.name,
        more_mbps=bandwidth_mbps - from_mbps,
        free_mbps=free,
        free=_free(location, provider),
        fits=[
            *([f"up to {fitting[-1]} Mbit/s on {pair.name}"] if fitting else []),
            *([f"a new circuit of {bandwidth_mbps} Mbit/s on {other.name}"] if other else []),
        ],
    )


def no_room_for_successor(location: Location, provider: str, bandwidth_mbps: int) -> Refused:
    """A successor that finds no room beside the old circuit; torn down first, that makes room."""
    return refused(
        "no-capacity",
        bandwidth_mbps=bandwidth_mbps,
        location_id=location.location_id,
        strategy="replace-first",
        free=_free(location, provider),
        fits=["the strategy teardown-first"],
    )


def _free(location: Location, provider: str) -> list[str]:
    free = sorted(free_of(location, provider).items(), key=lambda each: -each[1])
    return some([f"{name} {mbps} Mbit/s" for name, mbps in free])
