"""The view of route filters: what each allows, and which peerings use it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import JSON, Boolean, Column, Integer, MetaData, Table

from projections.fold import Fold
from projections.listing import Listing
from projections.parts import Part
from projections.projection import Row, Shape, Tables
from projections.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.route_filter import events
    from projections.database import Live
    from projections.parts import Edit

ATTACHED_TO: Final = Part("attached_to", ("circuit_id", "routing_domain"))


@lru_cache(maxsize=8)  # a rebuild makes new tables and drops the old
def _tables(generation: int) -> Tables:
    name = f"view_route_filters_{generation}"
    route_filters = Table(
        name,
        MetaData(),
        Column("route_filter_id", TEXT, primary_key=True),
        Column("customer_id", TEXT, nullable=False),
        Column("communities", JSON, nullable=False),
        Column("version", Integer, nullable=False),
        Column("deleted", Boolean, nullable=False),
    )
    attached_to = Table(
        f"{name}_attached_to",
        MetaData(),
        Column("route_filter_id", TEXT, primary_key=True),
        Column("circuit_id", TEXT, primary_key=True),
        Column("routing_domain", TEXT, primary_key=True),
        Column("version", Integer, nullable=False),
    )
    return {"route_filters": route_filters, "attached_to": attached_to}


SHAPE: Final = Shape("route_filters", 1, _tables)


def show(live: Live, route_filter_id: str) -> Row | None:
    """A route filter as the contract shows it, removed ones too; None if there was never one."""
    return LISTING.show(live, route_filter_id)


def rendered(row: Row) -> Row:
    """The JSON of the contract."""
    return {
        "route_filter_id": row["route_filter_id"],
        "customer_id": row["customer_id"],
        "communities": row["communities"],
        "attached_to": [
            {"circuit_id": each["circuit_id"], "routing_domain": each["routing_domain"]}
            for each in row["attached_to"]
        ],
        "version": row["version"],
        "deleted": row["deleted"],
    }


LISTING: Final = Listing(
    SHAPE,
    columns=("route_filter_id", "customer_id", "communities", "version"),
    filters={"customer_id": str, "deleted": bool},
    sorts=("customer_id",),
    rendered=rendered,
    parts=(ATTACHED_TO,),
)


def _defined(id: str, event: events.RouteFilterDefined) -> Row:
    return {
        "route_filter_id": id,
        "customer_id": event.customer_id,
        "communities": sorted(event.communities),
        "deleted": False,
    }


def _changed(row: Row, event: events.RouteFilterChanged) -> None:
    row["communities"] = sorted(event.communities)


def _removed(row: Row, _: events.RouteFilterRemoved) -> None:
    row["deleted"] = True


def _attached(event: events.RouteFilterAttached) -> Sequence[Edit]:
    return [ATTACHED_TO.put(event.circuit_id, event.routing_domain)]


def _detached(event: events.RouteFilterDetached) -> Sequence[Edit]:
    return [ATTACHED_TO.remove(event.circuit_id, event.routing_domain)]


FOLD: Final = Fold(
    "route-filter",
    "route_filters",
    "route_filter_id",
    first={"tieline.route-filter.defined.v1": _defined},
    then={
        "tieline.route-filter.changed.v1": _changed,
        "tieline.route-filter.removed.v1": _removed,
    },
    parts=(ATTACHED_TO,),
    edits={
        "tieline.route-filter.attached.v1": _attached,
        "tieline.route-filter.detached.v1": _detached,
    },
)
