"""The view of customers: what each is, holds and has granted."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import JSON, Boolean, Column, Index, Integer, MetaData, Table, func, select

from projections.fold import Fold
from projections.listing import Listing, WordsOf, same_subscription
from projections.parts import Part
from projections.projection import Row, Shape, Tables
from projections.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement

    from domain.customer import events
    from projections.database import Live
    from projections.parts import Edit

ERASED: Final = "(erased)"
"""Stands for the name of a customer that was erased."""

SUBSCRIPTIONS: Final = Part("subscriptions", ("subscription_id",))
ROLES: Final = Part("roles", ("principal", "role", "scope", "on_behalf"))
"""A grant for the whole customer has an empty scope: a key column can't be null."""
PREFIXES: Final = Part("prefixes", ("prefix",))
ROUTE_FILTERS: Final = Part("route_filters", ("route_filter_id",))
NETWORKS: Final = Part("networks", ("network_id",))
PARTS: Final = (SUBSCRIPTIONS, ROLES, PREFIXES, NETWORKS, ROUTE_FILTERS)


@lru_cache(maxsize=8)  # a rebuild makes new tables and drops the old
def _tables(generation: int) -> Tables:
    name = f"view_customers_{generation}"
    customers = Table(
        name,
        MetaData(),
        Column("customer_id", TEXT, primary_key=True),
        Column("name", TEXT, nullable=False),
        Column("model", TEXT, nullable=False),
        Column("isolation", TEXT, nullable=False),
        Column("encapsulation_id", Integer, nullable=False),
        Column("identity_store", JSON(none_as_null=True)),
        Column("version", Integer, nullable=False),
        Column("deleted", Boolean, nullable=False),
        Column("erased", Boolean, nullable=False),
    )
    subscriptions = Table(
        f"{name}_subscriptions",
        MetaData(),
        Column("customer_id", TEXT, primary_key=True),
        Column("subscription_id", TEXT, primary_key=True),
        Column("managed_by", TEXT, nullable=False),
        Column("version", Integer, nullable=False),
    )
    roles = Table(
        f"{name}_roles",
        MetaData(),
        Column("customer_id", TEXT, primary_key=True),
        Column("principal", TEXT, primary_key=True),
        Column("role", TEXT, primary_key=True),
        Column("scope", TEXT, primary_key=True),
        Column("on_behalf", Boolean, primary_key=True),
        Column("version", Integer, nullable=False),
        Index(f"{name}_roles_principal", "principal", "customer_id"),
    )
    prefixes = Table(
        f"{name}_prefixes",
        MetaData(),
        Column("customer_id", TEXT, primary_key=True),
        Column("prefix", TEXT, primary_key=True),
        Column("state", TEXT, nullable=False),
        Column("version", Integer, nullable=False),
    )
    return {
        "customers": customers,
        "subscriptions": subscriptions,
        "roles": roles,
        "prefixes": prefixes,
        "networks": _ids(name, NETWORKS),
        "route_filters": _ids(name, ROUTE_FILTERS),
    }


def _ids(name: str, part: Part) -> Table:
    """A child table of nothing but ids."""
    return Table(
        f"{name}_{part.table}",
        MetaData(),
        Column("customer_id", TEXT, primary_key=True),
        *(Column(each, TEXT, primary_key=True) for each in part.key),
        Column("version", Integer, nullable=False),
    )


SHAPE: Final = Shape("customers", 6, _tables)


def show(live: Live, customer_id: str) -> Row | None:
    """A customer as the contract shows it, removed ones too; None if there was never one."""
    return LISTING.show(live, customer_id)


def totals(live: Live) -> Sequence[Row]:
    """How many customers there are, by model and whether they are removed."""
    table = live.tables(SHAPE)["customers"]
    groups = (table.c.model, table.c.deleted)
    query = select(*groups, func.count().label("count")).group_by(*groups)
    return list(live.rows(query.order_by(*groups)))


def rendered(row: Row) -> Row:
    """The JSON of the contract, unset fields null; each list in the order in which it grew."""
    return {
        "customer_id": row["customer_id"],
        "name": row["name"],
        "model": row["model"],
        "isolation": row["isolation"],
        "encapsulation_id": row["encapsulation_id"],
        "identity_store": row["identity_store"],
        "subscriptions": [
            {"subscription_id": each["subscription_id"], "managed_by": each["managed_by"]}
            for each in row["subscriptions"]
        ],
        "roles": [_grant(each) for each in row["roles"]],
        "prefixes": [
            {"prefix": each["prefix"], "state": each["state"]} for each in row["prefixes"]
        ],
        "networks": [each["network_id"] for each in row["networks"]],
        "route_filters": [each["route_filter_id"] for each in row["route_filters"]],
        "version": row["version"],
        "deleted": row["deleted"],
        "erased": row["erased"],
    }


def _grant(role: Row) -> Row:
    return {
        "principal": role["principal"],
        "role": role["role"],
        "scope": role["scope"] or None,
        "on_behalf": role["on_behalf"],
    }


def _with_subscription(tables: Tables, ids: Collection[str]) -> ColumnElement[bool]:
    """Whether the customer has any of these subscriptions; GUIDs compare in any case."""
    customer, owned = tables["customers"].c, tables["subscriptions"].c
    having = select(owned.customer_id).where(same_subscription(owned.subscription_id, ids))
    return customer.customer_id.in_(having)


LISTING: Final = Listing(
    SHAPE,
    columns=(
        "customer_id",
        "name",
        "model",
        "isolation",
        "encapsulation_id",
        "version",
    ),
    filters={
        "subscription_id": str,
        "model": WordsOf("domain.words.values", "Model"),
        "isolation": WordsOf("domain.words.values", "Isolation"),
        "deleted": bool,
    },
    such={"subscription_id": _with_subscription},
    sorts=("encapsulation_id",),
    rendered=rendered,
    parts=PARTS,
)


def _registered(id: str, event: events.CustomerRegistered) -> Row:
    return {
        "customer_id": id,
        "name": event.name,
        "model": event.model,
        "isolation": event.isolation,
        "encapsulation_id": event.encapsulation_id,
        "identity_store": None,
        "deleted": False,
        "erased": False,
    }


def _identity_store_recorded(row: Row, event: events.IdentityStoreRecorded) -> None:
    row["identity_store"] = {
        "location": event.location,
        "directory": event.directory,
        "replicated": event.replicated,
    }


def _removed(row: Row, _: events.CustomerRemoved) -> None:
    row["deleted"] = True


def _erased(row: Row, _: events.CustomerErased) -> None:
    row["name"] = ERASED
    row["erased"] = True


def _counted(row: Row, event: object) -> None:
    """The view of circuits tells where its circuits are; here only the version moves."""


def _subscription_added(event: events.SubscriptionAdded) -> Sequence[Edit]:
    return [SUBSCRIPTIONS.put(event.subscription_id, managed_by=event.managed_by)]


def _subscription_manager_changed(event: events.SubscriptionManagerChanged) -> Sequence[Edit]:
    return [SUBSCRIPTIONS.amend(event.subscription_id, managed_by=event.managed_by)]


def _subscription_removed(event: events.SubscriptionRemoved) -> Sequence[Edit]:
    return [SUBSCRIPTIONS.remove(event.subscription_id)]


def _role_granted(event: events.RoleGranted) -> Sequence[Edit]:
    return [ROLES.put(event.principal, event.role, event.scope or "", event.on_behalf)]


def _role_revoked(event: events.RoleRevoked) -> Sequence[Edit]:
    return [ROLES.remove(event.principal, event.role, event.scope or "", event.on_behalf)]


def _prefix_claimed(event: events.PrefixClaimed) -> Sequence[Edit]:
    return [PREFIXES.put(str(event.prefix), state="claimed")]


def _prefix_confirmed(event: events.PrefixConfirmed) -> Sequence[Edit]:
    """A confirmation without an earlier claim adds the prefix, too."""
    return [PREFIXES.put(str(event.prefix), state="confirmed")]


def _prefix_freed(
    event: events.PrefixRejected | events.PrefixReleased | events.PrefixClaimEnded,
) -> Sequence[Edit]:
    return [PREFIXES.remove(str(event.prefix))]


def _network_attached(event: events.CustomerNetworkAttached) -> Sequence[Edit]:
    return [NETWORKS.put(event.network_id)]


def _network_detached(event: events.CustomerNetworkDetached) -> Sequence[Edit]:
    return [NETWORKS.remove(event.network_id)]


def _route_filter_attached(event: events.CustomerRouteFilterAttached) -> Sequence[Edit]:
    return [ROUTE_FILTERS.put(event.route_filter_id)]


def _route_filter_detached(event: events.CustomerRouteFilterDetached) -> Sequence[Edit]:
    return [ROUTE_FILTERS.remove(event.route_filter_id)]


FOLD: Final = Fold(
    "customer",
    "customers",
    "customer_id",
    first={"tieline.customer.registered.v1": _registered},
    then={
        "tieline.customer.identity-store-recorded.v1": _identity_store_recorded,
        "tieline.customer.removed.v1": _removed,
        "tieline.customer.erased.v1": _erased,
        "tieline.customer.circuit-attached.v1": _counted,
        "tieline.customer.circuit-detached.v1": _counted,
    },
    parts=PARTS,
    edits={
        "tieline.customer.subscription-added.v1": _subscription_added,
        "tieline.customer.subscription-manager-changed.v1": _subscription_manager_changed,
        "tieline.customer.subscription-removed.v1": _subscription_removed,
        "tieline.customer.role-granted.v1": _role_granted,
        "tieline.customer.role-revoked.v1": _role_revoked,
        "tieline.customer.prefix-claimed.v1": _prefix_claimed,
        "tieline.customer.prefix-confirmed.v1": _prefix_confirmed,
        "tieline.customer.prefix-rejected.v1": _prefix_freed,
        "tieline.customer.prefix-released.v1": _prefix_freed,
        "tieline.customer.prefix-claim-ended.v1": _prefix_freed,
        "tieline.customer.network-attached.v1": _network_attached,
        "tieline.customer.network-detached.v1": _network_detached,
        "tieline.customer.route-filter-attached.v1": _route_filter_attached,
        "tieline.customer.route-filter-detached.v1": _route_filter_detached,
    },
)
