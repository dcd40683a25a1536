"""How much of a location's capacity was taken, over time: a few moments of what may be many events.

The view says what is taken now; what was taken before follows from the events, the newest first.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from projections.locations import sold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.engine.log import Log
    from domain.engine.records import Recorded
    from projections.projection import Row

MOST_EVENTS: Final = 5000
"""Events of a location that are read; what was before them is not told."""

MOST_LEVELS: Final = 60


class Level(NamedTuple):
    """What is taken from a time on (as the log writes it), and what may be sold, in Mbit/s."""

    time: str
    taken_mbps: int
    capacity_mbps: int


def levels(log: Log, location: Row, since: str = "", most: int = MOST_LEVELS) -> Sequence[Level]:
    """The levels of a location (as its view shows it) since a time, the oldest first; where there
    are more, `most` of them, evenly spread.
    """
    newest: int = location["version"]
    stream = f"location/{location['location_id']}"
    events = log.events(stream, max(0, newest - MOST_EVENTS), newest)
    return _thinned(_since(since, _told(location, events)), most)


def _told(location: Row, events: Sequence[Recorded]) -> list[Level]:
    """A level for each time at which something changed."""
    factor = Decimal(location["oversubscription"])
    taken = sum(each["taken_mbps"] for each in location["pairs"]) - sum(map(_taken_by, events))
    capacity: int | None = None
    if not any(_pairs_of(each) for each in events):
        capacity = sold(location["pairs"], factor)
    found: dict[str, Level] = {}
    for each in events:
        taken += _taken_by(each)
        if pairs := _pairs_of(each):
            capacity = sold(pairs, factor)
        if capacity is not None:  # before the first size that is told, nobody knows it
            found[each.time] = Level(each.time, taken, capacity)
    return list(found.values())


def _taken_by(recorded: Recorded) -> int:
    match recorded.event.kind:
        case "tieline.location.capacity-taken.v1":
            return getattr(recorded.event, "bandwidth_mbps", 0)
        case "tieline.location.capacity-released.v1":
            return -getattr(recorded.event, "bandwidth_mbps", 0)
        case _:
            return 0


def _pairs_of(recorded: Recorded) -> Sequence[Row]:
    """The pairs of a location from an event on, where it says them."""
    return [
        {"capacity_mbps": each.capacity_mbps} for each in getattr(recorded.event, "routers", ())
    ]


def _since(since: str, found: Sequence[Level]) -> Sequence[Level]:
    """The levels from a time on, of which the first one is the level of then."""
    before = [each for each in found if each.time < since]
    return [*(each._replace(time=since) for each in before[-1:]), *found[len(before) :]]


def _thinned(found: Sequence[Level], most: int) -> Sequence[Level]:
    """So many of the levels at most, evenly spread, the first and the last one among them."""
    if len(found) <= most:
        return found
    return [found[round(each * (len(found) - 1) / (most - 1))] for each in range(most)]
