"""Locations: their list, and each with its router pairs, what is taken of them, and since when."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from adapters.console.acting import may_order
from adapters.console.customers import added
from adapters.console.filling import freest
from adapters.console.filling_more import new_of
from adapters.console.lately import lately
from adapters.console.lists import Shape, rows_of
from adapters.console.offers import of_location, offered
from adapters.console.overview import filled_of
from adapters.console.pages import Page, Shown, with_query
from adapters.console.plot import plotted
from adapters.console.seen import listed
from adapters.console.turn import phase_of
from adapters.console.words import Tone, fullness, sentence_case
from adapters.http.asked import Asked
from adapters.http.nouns import found, listing_of, parameters_of
from adapters.http.queries import one_of
from domain.words.values import format_time
from projections import circuits
from projections.capacity import levels
from projections.projection import Row

SHAPE: Final = Shape(
    "location", filters=("provider", "open"), columns=(("location_id", "Location"),)
)

MOST_CIRCUITS: Final = 100
"""Circuits that are shown of a location."""

SPANS: Final[Mapping[str, int | None]] = {
    "day": 1,
    "week": 7,
    "month": 30,
    "year": 365,
    "all": None,
}
"""How far back capacity is shown, in days."""

_USUAL: Final = "all"


class Taken(NamedTuple):
    """A router pair, and the circuits on it that somebody sees."""

    pair: Row
    capacity_mbps: int
    circuits: Sequence[Row]

    @property
    def percent(self) -> int:
        """What is taken of what may be sold."""
        taken = self.pair["taken_mbps"]
        return round(100 * taken / self.capacity_mbps) if self.capacity_mbps else 0

    @property
    def tone(self) -> Tone:
        """How urgent that is."""
        return fullness(self.percent)


def pages() -> Sequence[Page]:
    """The pages of locations."""
    return (
        Page("/locations", _list, parameters_of("location", listing_of("location"))),
        Page("/locations/{id}", _show, {"span": one_of(SPANS)}),
    )


def _list(asked: Asked) -> Shown:
    rows, values = rows_of(SHAPE, asked)
    shown = [(filled_of(each), freest(each)) for each in rows]
    return Shown("locations.html", {**values, "rows": shown, "new": new_of(asked, "location")})


def _show(asked: Asked) -> Shown:
    location = found("location", listing_of("location"), asked)
    id = location["location_id"]
    here = listed(asked, "circuit", limit=MOST_CIRCUITS, location_id=id)
    pairs = [_taken(pair, here.rows) for pair in location["pairs"]]
    placed = {each["circuit_id"] for pair in pairs for each in pair.circuits}
    told = lately(asked, f"location/{id}", location["version"])
    values = {
        "location": location,
        "filled": filled_of(location),
        "pairs": pairs,
        "phases": {each["circuit_id"]: phase_of(each) for each in here.rows},
        "unplaced": [each for each in here.rows if each["circuit_id"] not in placed],
        "total": _total(asked, id, here.rows),
        "has_more": here.has_more,
        "course": None if told is None else _course(asked, location),
        "lately": told,
        "actions": offered(asked, f"location/{id}", of_location(asked, location)),
        "may_order": location["open"] and may_order(asked),
        "json": f"/v1/locations/{id}",
    }
    return Shown("location.html", values)


def _total(asked: Asked, id: str, rows: Sequence[Row]) -> int:
    """How many circuits somebody sees there; of a long list, what is shown of it."""
    if asked.onlooker.looks_at_csp("now"):
        return added(circuits.totals_by(asked.live, "location_id", [id]).get(id, ())).circuits
    return len(rows)


def _taken(pair: Row, rows: Sequence[Row]) -> Taken:
    there = [each for each in rows if each["pair"] == pair["name"]]
    return Taken(pair, pair["taken_mbps"] + pair["free_mbps"], there)


def _course(asked: Asked, location: Row) -> Mapping[str, Any]:
    """What was taken over time, plotted for wide screens and for phones."""
    span = asked.given.get("span", _USUAL)
    now, days = datetime.now(UTC), SPANS[span]
    since = "" if days is None else format_time(now - timedelta(days=days))
    told, until = levels(asked.world.log, location, since), format_time(now)
    path = f"/locations/{location['location_id']}"
    return {
        "levels": list(reversed(told)),
        "wide": plotted(told, until, 760, 200, 6),
        "tall": plotted(told, until, 340, 200, 3),
        "spans": [
            (
                sentence_case(each),
                each == span,
                with_query(path, {"span": None if each == _USUAL else each}),
            )
            for each in SPANS
        ],
    }
