"""The view of customers: what each is, holds and has granted."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, Boolean, Column, Integer, MetaData, Table, func, select

from projections.database import TEXT, Live, page_of, shown
from projections.projection import Fold, Row, Shape, Tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.customer import events

FILTERS: Final = ("model", "isolation", "deleted")


@lru_cache(maxsize=8)  # a rebuild makes new ones, and the old are gone
def _tables(generation: int) -> Tables:
    customers = Table(
        f"view_customers_{generation}",
        MetaData(),
        Column("customer_id", TEXT, primary_key=True),
        Column("name", TEXT, nullable=False),
        Column("model", TEXT, nullable=False),
        Column("isolation", TEXT, nullable=False),
        Column("encapsulation_id", Integer, nullable=False),
        Column("identity_store", JSON(none_as_null=True)),
        Column("subscriptions", JSON, nullable=False),
        Column("roles", JSON, nullable=False),
        Column("prefixes", JSON, nullable=False),
        Column("version", Integer, nullable=False),
        Column("deleted", Boolean, nullable=False),
    )
    return {"customers": customers}


SHAPE: Final = Shape("customers", 1, _tables)


def show(live: Live, customer_id: str) -> Row | None:
    """A customer as the contract shows it, removed ones too; None if there was never one."""
    row = shown(live, SHAPE, customer_id)
    return row and rendered(row)


def listed(
    live: Live, filters: Mapping[str, Any], after: str = "", limit: int = 100
) -> Sequence[Row]:
    """Customers after an id, in the order of their ids, narrowed by `FILTERS`."""
    page = page_of(live, SHAPE, filters, FILTERS, after=after, limit=limit)
    return [rendered(row) for row in page]


def totals(live: Live) -> Sequence[Row]:
    """How many customers there are, by model and whether they are removed."""
    table = live.tables(SHAPE)["customers"]
    groups = (table.c.model, table.c.deleted)
    query = select(*groups, func.count().label("count")).group_by(*groups)
    return list(live.rows(query.order_by(*groups)))


def rendered(row: Row) -> Row:
    """The JSON of the contract, unset fields null."""
    return row


def _registered(id: str, event: events.CustomerRegistered) -> Row:
    return {
        "customer_id": id,
        "name": event.name,
        "model": event.model,
        "isolation": event.isolation,
        "encapsulation_id": event.encapsulation_id,
        "identity_store": None,
        "subscriptions": [],
        "roles": [],
        "prefixes": [],
        "deleted": False,
    }


def _model_changed(row: Row, event: events.ModelChanged) -> None:
    row["model"] = event.model


def _identity_store_recorded(row: Row, event: events.IdentityStoreRecorded) -> None:
    row["identity_store"] = {
        "location": event.location,
        "directory": event.directory,
        "replicated": event.replicated,
    }


def _removed(row: Row, _: events.CustomerRemoved) -> None:
    row["deleted"] = True


def _subscription_added(row: Row, event: events.SubscriptionAdded) -> None:
    subscription = {"subscription_id": event.subscription_id, "managed_by": event.managed_by}
    row["subscriptions"].append(subscription)


def _subscription_manager_changed(row: Row, event: events.SubscriptionManagerChanged) -> None:
    for subscription in row["subscriptions"]:
        if subscription["subscription_id"] == event.subscription_id:
            subscription["managed_by"] = event.managed_by


def _subscription_removed(row: Row, event: events.SubscriptionRemoved) -> None:
    _without(row["subscriptions"], subscription_id=event.subscription_id)


def _role_granted(row: Row, event: events.RoleGranted) -> None:
    row["roles"].append(_grant(event))


def _role_revoked(row: Row, event: events.RoleRevoked) -> None:
    _without(row["roles"], **_grant(event))


def _grant(event: events.RoleGranted | events.RoleRevoked) -> Row:
    return {
        "principal": event.principal,
        "role": event.role,
        "scope": event.scope,
        "on_behalf": event.on_behalf,
    }


def _prefix_claimed(row: Row, event: events.PrefixClaimed) -> None:
    row["prefixes"].append({"prefix": str(event.prefix), "state": "claimed"})


def _prefix_confirmed(row: Row, event: events.PrefixConfirmed) -> None:
    """Confirmed without a claim before, it stands for one."""
    _without(row["prefixes"], prefix=str(event.prefix))
    row["prefixes"].append({"prefix": str(event.prefix), "state": "confirmed"})


def _prefix_freed(row: Row, event: events.PrefixRejected | events.PrefixReleased) -> None:
    _without(row["prefixes"], prefix=str(event.prefix))


def _without(items: list[Row], **fields: Any) -> None:
    """Take out, in place, what has all these values."""
    items[:] = [item for item in items if not fields.items() <= item.items()]


def _counted(row: Row, event: object) -> None:
    """Where its circuits are is asked of the view of circuits; only the version moves."""


FOLD: Final = Fold(
    "customers",
    "customer_id",
    first={"tieline.customer.registered.v1": _registered},
    then={
        "tieline.customer.model-changed.v1": _model_changed,
        "tieline.customer.identity-store-recorded.v1": _identity_store_recorded,
        "tieline.customer.removed.v1": _removed,
        "tieline.customer.subscription-added.v1": _subscription_added,
        "tieline.customer.subscription-manager-changed.v1": _subscription_manager_changed,
        "tieline.customer.subscription-removed.v1": _subscription_removed,
        "tieline.customer.role-granted.v1": _role_granted,
        "tieline.customer.role-revoked.v1": _role_revoked,
        "tieline.customer.prefix-claimed.v1": _prefix_claimed,
        "tieline.customer.prefix-confirmed.v1": _prefix_confirmed,
        "tieline.customer.prefix-rejected.v1": _prefix_freed,
        "tieline.customer.prefix-released.v1": _prefix_freed,
        "tieline.customer.circuit-attached.v1": _counted,
        "tieline.customer.circuit-detached.v1": _counted,
    },
)
