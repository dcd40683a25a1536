"""The view of circuits: what each is, its three states, its peerings, the change it is part of.

circuit_rows.py says what events do to its rows. A change spans two circuits' streams, so it is
joined from the view of changes when a circuit is shown.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    and_,
    func,
    or_,
    select,
)

from projections import changes, circuit_parts
from projections.listing import Listing, WordsOf
from projections.projection import Row, Shape, Tables
from projections.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select

    from projections.database import Live


@lru_cache(maxsize=8)  # a rebuild makes new tables and drops the old
def _tables(generation: int) -> Tables:
    name = f"view_circuits_{generation}"
    circuits = Table(
        name,
        MetaData(),
        Column("circuit_id", TEXT, primary_key=True),
        Column("customer_id", TEXT, nullable=False),
        Column("subscription_id", TEXT, nullable=False),
        Column("location_id", TEXT, nullable=False),
        Column("provider", TEXT, nullable=False),
        Column("pair", TEXT),
        Column("profile", TEXT, nullable=False),
        Column("tier", TEXT, nullable=False),
        Column("billing", TEXT, nullable=False),
        Column("bandwidth_mbps", Integer, nullable=False),
        Column("wanted_bandwidth_mbps", Integer),
        Column("provider_state", TEXT, nullable=False),
        Column("circuit_state", TEXT, nullable=False),
        Column("resource_state", TEXT, nullable=False),
        Column("service_key", TEXT),
        Column("peerings", JSON, nullable=False),
        Column("encryption", JSON(none_as_null=True)),
        Column("replaces", TEXT),
        Column("replaced_by", TEXT),
        Column("drift", JSON, nullable=False),
        Column("last_observed_at", TEXT),
        Column("deleted", Boolean, nullable=False),
        Column("version", Integer, nullable=False),
        # read to derive other columns, never shown
        Column("deprovisioning_requested", Boolean, nullable=False),
        Column("called_off", Boolean, nullable=False),
        Column("rejected", Boolean, nullable=False),
        Column("change_circuit", TEXT),
        Column("change_id", TEXT),
        Column("change_kind", TEXT),
        Column("takes_over_at_deletion", TEXT),
        Column("seen", JSON, nullable=False),
        Column("drifting", Boolean, nullable=False),
        Index(f"{name}_customer", "customer_id"),
        Index(f"{name}_location", "location_id", "pair"),
        Index(f"{name}_drifting", "drifting", "circuit_id"),
    )
    return {"circuits": circuits, **circuit_parts.tables(name)}


SHAPE: Final = Shape("circuits", 5, _tables)


def show(live: Live, circuit_id: str) -> Row | None:
    """A circuit as the contract shows it, deleted ones too; None if there was never one."""
    return LISTING.show(live, circuit_id)


def totals(live: Live) -> Sequence[Row]:
    """How many circuits there are by their three states, and their rates added up (Mbit/s)."""
    table = live.tables(SHAPE)["circuits"]
    columns = table.c
    groups = (
        columns.provider_state,
        columns.circuit_state,
        columns.resource_state,
        columns.deleted,
    )
    sums = (func.count().label("count"), func.sum(columns.bandwidth_mbps).label("bandwidth_mbps"))
    return list(live.rows(select(*groups, *sums).group_by(*groups).order_by(*groups)))


def totals_by(live: Live, column: str, ids: Collection[str]) -> Mapping[str, Sequence[Row]]:
    """The totals of the circuits that are not deleted, by the ids in a column: of customers, of
    locations. Whoever has no circuit is missing.
    """
    table = live.tables(SHAPE)["circuits"].c
    owner = table[column]
    groups = (owner, table.provider_state, table.circuit_state, table.resource_state, table.deleted)
    sums = (func.count().label("count"), func.sum(table.bandwidth_mbps).label("bandwidth_mbps"))
    query = select(*groups, *sums).where(owner.in_(ids), ~table.deleted).group_by(*groups)
    found: dict[str, list[Row]] = {}
    for row in live.rows(query):
        found.setdefault(row[column], []).append(row)
    return found


def _with_change(live: Live) -> Select[Any]:
    table = live.tables(SHAPE)["circuits"]
    change = live.tables(changes.SHAPE)["changes"]
    shown = [change.c[name].label(f"shown_{name}") for name in changes.OF_CIRCUIT]
    same = and_(
        change.c.circuit_id == table.c.change_circuit, change.c.change_id == table.c.change_id
    )
    return select(table, *shown).select_from(table.outerjoin(change, same))


def _rendered_with_change(row: Row) -> Row:
    return rendered(row, {name: row[f"shown_{name}"] for name in changes.OF_CIRCUIT})


def rendered(row: Row, change: Row | None) -> Row:
    """The JSON of the contract, unset fields null; `change` is the row of the change that it is
    part of.
    """
    return {
        "circuit_id": row["circuit_id"],
        "customer_id": row["customer_id"],
        "subscription_id": row["subscription_id"],
        "location_id": row["location_id"],
        "provider": row["provider"],
        "pair": row["pair"],
        "profile": row["profile"],
        "tier": row["tier"],
        "billing": row["billing"],
        "bandwidth_mbps": row["bandwidth_mbps"],
        "wanted_bandwidth_mbps": row["wanted_bandwidth_mbps"],
        "provider_state": row["provider_state"],
        "circuit_state": row["circuit_state"],
        "resource_state": row["resource_state"],
        "service_key": row["service_key"],
        "change": _change(row, change),
        "peerings": circuit_parts.with_routes(row),
        **circuit_parts.rendered(row),
        "encryption": row["encryption"],
        "drift": row["drift"],
        "alarms": circuit_parts.alarms_of(row),
        "last_observed_at": row["last_observed_at"],
        "replaces": row["replaces"],
        "replaced_by": row["replaced_by"],
        "version": row["version"],
        "deleted": row["deleted"],
    }


def _change(row: Row, change: Row | None) -> Row | None:
    """The change until it ends. The circuit's own stream tells its id and kind, even while the view
    of changes is behind.
    """
    if row["change_id"] is None:
        return None
    shown = {name: change and change[name] for name in changes.OF_CIRCUIT}
    return {
        **shown,
        "change_id": row["change_id"],
        "kind": row["change_kind"],
        "overdue": bool(shown["overdue"]),
    }


def _in_a_state(tables: Tables, states: Collection[str]) -> ColumnElement[bool]:
    """Whether any of the three states is one of these: each word belongs to one of them alone."""
    columns = tables["circuits"].c
    of = (columns.provider_state, columns.circuit_state, columns.resource_state)
    return or_(*(each.in_(states) for each in of))


LISTING: Final = Listing(
    SHAPE,
    columns=(
        "circuit_id",
        "customer_id",
        "location_id",
        "provider",
        "bandwidth_mbps",
        "provider_state",
        "circuit_state",
    ),
    filters={
        "customer_id": str,
        "subscription_id": str,
        "location_id": str,
        "provider": str,
        "pair": str,
        "profile": str,
        "tier": WordsOf("domain.words.values", "Tier"),
        "billing": WordsOf("domain.words.values", "Billing"),
        "bandwidth_mbps": int,
        "state": WordsOf("domain.words.values", "AnyState"),
        "provider_state": WordsOf("domain.words.values", "ProviderState"),
        "circuit_state": WordsOf("domain.words.values", "CircuitState"),
        "resource_state": WordsOf("domain.words.values", "ResourceState"),
        "deleted": bool,
    },
    such={"state": _in_a_state},
    case_blind=("subscription_id",),
    sorts=("customer_id", "location_id", "provider"),
    rendered=_rendered_with_change,
    parts=circuit_parts.PARTS,
    query=_with_change,
    beside=(changes.SHAPE,),
)
