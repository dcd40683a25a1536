"""The view of locations: their providers, and what is taken and free on each router pair."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import JSON, Boolean, Column, Integer, MetaData, Table, Text, cast, or_, select

from projections.fold import Fold
from projections.json_text import json_text
from projections.listing import Listing
from projections.projection import Row, Shape, Tables
from projections.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement

    from domain.location import events
    from projections.database import Live


@lru_cache(maxsize=8)  # a rebuild makes new tables and drops the old
def _tables(generation: int) -> Tables:
    locations = Table(
        f"view_locations_{generation}",
        MetaData(),
        Column("location_id", TEXT, primary_key=True),
        Column("providers", JSON, nullable=False),
        Column("routers", JSON, nullable=False),
        Column("taken", JSON, nullable=False),
        Column("open", Boolean, nullable=False),
        Column("oversubscription", TEXT, nullable=False),
        Column("local_regions", JSON, nullable=False),
        Column("geopolitical_region", TEXT),
        Column("version", Integer, nullable=False),
    )
    return {"locations": locations}


SHAPE: Final = Shape("locations", 1, _tables)


def show(live: Live, location_id: str) -> Row | None:
    """A location as the contract shows it; None if there is none."""
    return LISTING.show(live, location_id)


def capacity(live: Live) -> Sequence[Row]:
    """Every location with the sums over its pairs, in Mbit/s."""
    table = live.tables(SHAPE)["locations"]
    return [
        _summed(rendered(row)) for row in live.rows(select(table).order_by(table.c.location_id))
    ]


def with_room(live: Live, provider: str, bandwidth_mbps: int) -> Sequence[Row]:
    """The open locations where a circuit of a provider would fit, each with its freest pair."""
    table = live.tables(SHAPE)["locations"]
    query = select(table).where(table.c.open).order_by(table.c.location_id)
    rooms = [_freest(rendered(row), provider) for row in live.rows(query)]
    return [room for room in rooms if room and room["free_mbps"] >= bandwidth_mbps]


def _freest(location: Row, provider: str) -> Row | None:
    """The pair with the most room for a provider; None where it can't have circuits."""
    pairs = [pair for pair in location["pairs"] if pair["provider"] in (None, provider)]
    if provider not in location["providers"] or not pairs:
        return None
    most = max(pairs, key=lambda pair: pair["free_mbps"])
    return {
        "location_id": location["location_id"],
        "pair": most["name"],
        "free_mbps": most["free_mbps"],
    }


def _summed(location: Row) -> Row:
    sums = {
        name: sum(pair[name] for pair in location["pairs"])
        for name in ("capacity_mbps", "taken_mbps", "free_mbps")
    }
    return {"location_id": location["location_id"], "open": location["open"], **sums}


def rendered(row: Row) -> Row:
    """The JSON of the contract; free is capacity times factor, rounded down, less what is taken."""
    factor = Decimal(row["oversubscription"])
    return {
        "location_id": row["location_id"],
        "providers": row["providers"],
        "pairs": [
            _pair(router, row["taken"].get(router["name"], 0), factor) for router in row["routers"]
        ],
        "open": row["open"],
        "oversubscription": row["oversubscription"],
        "local_regions": row["local_regions"],
        "geopolitical_region": row["geopolitical_region"],
        "version": row["version"],
    }


def sold(pairs: Sequence[Row], factor: Decimal) -> int:
    """What may be sold on some pairs, in Mbit/s: of each, capacity times factor, rounded down."""
    return sum(_sold(each, factor) for each in pairs)


def _sold(pair: Row, factor: Decimal) -> int:
    return int(pair["capacity_mbps"] * factor)


def _pair(router: Row, taken: int, factor: Decimal) -> Row:
    return {
        "name": router["name"],
        "primary": router["primary"],
        "secondary": router["secondary"],
        "capacity_mbps": router["capacity_mbps"],
        "taken_mbps": taken,
        "free_mbps": _sold(router, factor) - taken,
        "provider": router["provider"],
    }


def _in_short(location: Row) -> Row:
    """What is free on each pair, which is what an order needs."""
    free = [f"{pair['name']} {pair['free_mbps']}" for pair in location["pairs"]]
    return {**location, "free_mbps": free}


def _with_provider(tables: Tables, providers: Collection[str]) -> ColumnElement[bool]:
    """Whether any of these providers is at the location: in its list, which is stored as JSON."""
    listed = cast(tables["locations"].c.providers, Text)
    return or_(*(listed.contains(json_text(each), autoescape=True) for each in providers))


LISTING: Final = Listing(
    SHAPE,
    columns=("location_id", "open", "providers", "free_mbps", "oversubscription"),
    filters={"provider": str, "open": bool},
    such={"provider": _with_provider},
    rendered=rendered,
    in_short=_in_short,
)


def _opened(id: str, event: events.LocationOpened) -> Row:
    return {
        "location_id": id,
        "providers": list(event.providers),
        "routers": _routers(event),
        "taken": {},
        "open": True,
        "oversubscription": event.oversubscription,
        "local_regions": list(event.local_regions),
        "geopolitical_region": event.geopolitical_region,
    }


def _routers(event: events.LocationOpened | events.LocationResized) -> list[Row]:
    from domain.words.structs import all_fields  # noqa: PLC0415  as in fold.py

    return [all_fields(pair) for pair in event.routers]


def _resized(row: Row, event: events.LocationResized) -> None:
    row["routers"] = _routers(event)


def _closed(row: Row, _: events.LocationClosed) -> None:
    row["open"] = False


def _reopened(row: Row, _: events.LocationReopened) -> None:
    row["open"] = True


def _provider_added(row: Row, event: events.ProviderAdded) -> None:
    row["providers"].append(event.provider)


def _provider_removed(row: Row, event: events.ProviderRemoved) -> None:
    row["providers"].remove(event.provider)


def _capacity_taken(row: Row, event: events.CapacityTaken) -> None:
    row["taken"][event.pair] = row["taken"].get(event.pair, 0) + event.bandwidth_mbps


def _capacity_released(row: Row, event: events.CapacityReleased) -> None:
    row["taken"][event.pair] -= event.bandwidth_mbps


FOLD: Final = Fold(
    "location",
    "locations",
    "location_id",
    first={"tieline.location.opened.v1": _opened},
    then={
        "tieline.location.resized.v1": _resized,
        "tieline.location.closed.v1": _closed,
        "tieline.location.reopened.v1": _reopened,
        "tieline.location.provider-added.v1": _provider_added,
        "tieline.location.provider-removed.v1": _provider_removed,
        "tieline.location.capacity-taken.v1": _capacity_taken,
        "tieline.location.capacity-released.v1": _capacity_released,
    },
)
