"""The view of networks: address space, gateways, links, and subnets with routes and rules."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, Boolean, Column, Integer, MetaData, Table

from domain.words.prefix import stored_prefix
from projections.fold import Fold
from projections.listing import Listing
from projections.parts import Part
from projections.projection import Row, Shape, Tables
from projections.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.network import events
    from projections.database import Live
    from projections.parts import Edit

SUBNETS: Final = Part("subnets", ("name",))
GATEWAYS: Final = Part("gateways", ("kind",))
LINKS: Final = Part("links", ("linked_id",))
ROUTES: Final = Part("routes", ("subnet", "prefix"))
RULES: Final = Part("security_rules", ("subnet", "name"))
CONNECTIONS: Final = Part("connections", ("circuit_id",))
PARTS: Final = (SUBNETS, GATEWAYS, LINKS, ROUTES, RULES, CONNECTIONS)

RULE_FIELDS: Final = (
    "name",
    "priority",
    "direction",
    "access",
    "protocol",
    "source",
    "source_ports",
    "destination",
    "destination_ports",
)
"""What is shown of a security rule."""


@lru_cache(maxsize=8)  # a rebuild makes new tables and drops the old
def _tables(generation: int) -> Tables:
    name = f"view_networks_{generation}"
    networks = Table(
        name,
        MetaData(),
        Column("network_id", TEXT, primary_key=True),
        Column("customer_id", TEXT, nullable=False),
        Column("subscription_id", TEXT, nullable=False),
        Column("region", TEXT),
        Column("address_space", JSON, nullable=False),
        Column("version", Integer, nullable=False),
        Column("deleted", Boolean, nullable=False),
    )
    return {
        "networks": networks,
        "subnets": _part(name, SUBNETS, Column("prefix", TEXT, nullable=False)),
        "gateways": _part(name, GATEWAYS),
        "links": _part(name, LINKS),
        "routes": _part(
            name, ROUTES, Column("next_hop", TEXT, nullable=False), Column("next_hop_address", TEXT)
        ),
        "security_rules": _part(name, RULES, Column("rule", JSON, nullable=False)),
        "connections": _part(
            name,
            CONNECTIONS,
            Column("authorization_id", TEXT),
            Column("weight", Integer, nullable=False),
        ),
    }


def _part(name: str, part: Part, *columns: Column[Any]) -> Table:
    return Table(
        f"{name}_{part.table}",
        MetaData(),
        Column("network_id", TEXT, primary_key=True),
        *(Column(each, TEXT, primary_key=True) for each in part.key),
        *columns,
        Column("version", Integer, nullable=False),
    )


SHAPE: Final = Shape("networks", 3, _tables)


def show(live: Live, network_id: str) -> Row | None:
    """A network as the contract shows it, removed ones too; None if there was never one."""
    return LISTING.show(live, network_id)


def rendered(row: Row) -> Row:
    """The JSON of the contract, unset fields null."""
    return {
        "network_id": row["network_id"],
        "customer_id": row["customer_id"],
        "subscription_id": row["subscription_id"],
        "region": row["region"],
        "address_space": row["address_space"],
        "subnets": [_subnet(each, row) for each in row["subnets"]],
        "gateways": sorted(each["kind"] for each in row["gateways"]),
        "links": [each["linked_id"] for each in row["links"]],
        "connections": [_connection(each) for each in row["connections"]],
        "version": row["version"],
        "deleted": row["deleted"],
    }


def _subnet(subnet: Row, row: Row) -> Row:
    """A subnet with its routes by address, and its rules by direction and priority."""
    routes = [each for each in row["routes"] if each["subnet"] == subnet["name"]]
    rules = [each["rule"] for each in row["security_rules"] if each["subnet"] == subnet["name"]]
    return {
        "name": subnet["name"],
        "prefix": subnet["prefix"],
        "routes": [
            {name: each[name] for name in ("prefix", "next_hop", "next_hop_address")}
            for each in sorted(routes, key=_address)
        ],
        "security_rules": sorted(rules, key=lambda each: (each["direction"], each["priority"])),
    }


def _connection(connection: Row) -> Row:
    return {name: connection[name] for name in ("circuit_id", "authorization_id", "weight")}


def _address(route: Row) -> tuple[int, int, int]:
    prefix = stored_prefix(route["prefix"])
    return prefix.version, prefix.address, prefix.length


LISTING: Final = Listing(
    SHAPE,
    columns=("network_id", "customer_id", "subscription_id", "region", "address_space"),
    filters={"customer_id": str, "subscription_id": str, "region": str, "deleted": bool},
    case_blind=("subscription_id",),
    sorts=("customer_id", "subscription_id"),
    rendered=rendered,
    parts=PARTS,
)


def _registered(id: str, event: events.NetworkRegistered) -> Row:
    return {
        "network_id": id,
        "customer_id": event.customer_id,
        "subscription_id": event.subscription_id,
        "region": event.region,
        "address_space": [str(each) for each in event.address_space],
        "deleted": False,
    }


def _address_space_changed(row: Row, event: events.AddressSpaceChanged) -> None:
    row["address_space"] = [str(each) for each in event.address_space]


def _removed(row: Row, _: events.NetworkRemoved) -> None:
    row["deleted"] = True


def _gateway_added(event: events.GatewayAdded) -> Sequence[Edit]:
    return [GATEWAYS.put(event.gateway)]


def _gateway_removed(event: events.GatewayRemoved) -> Sequence[Edit]:
    return [GATEWAYS.remove(event.gateway)]


def _subnet_added(event: events.SubnetAdded) -> Sequence[Edit]:
    return [SUBNETS.put(event.name, prefix=str(event.prefix))]


def _subnet_removed(event: events.SubnetRemoved) -> Sequence[Edit]:
    return [SUBNETS.remove(event.name), ROUTES.remove(event.name), RULES.remove(event.name)]


def _route_set(event: events.RouteSet) -> Sequence[Edit]:
    hop = {"next_hop": event.next_hop, "next_hop_address": event.next_hop_address}
    return [ROUTES.put(event.subnet, str(event.prefix), **hop)]


def _route_removed(event: events.RouteRemoved) -> Sequence[Edit]:
    return [ROUTES.remove(event.subnet, str(event.prefix))]


def _rule_set(event: events.SecurityRuleSet) -> Sequence[Edit]:
    rule = {name: getattr(event, name) for name in RULE_FIELDS}
    return [RULES.put(event.subnet, event.name, rule=rule)]


def _rule_removed(event: events.SecurityRuleRemoved) -> Sequence[Edit]:
    return [RULES.remove(event.subnet, event.name)]


def _linked(event: events.NetworkLinked) -> Sequence[Edit]:
    return [LINKS.put(event.network_id)]


def _unlinked(event: events.NetworkUnlinked) -> Sequence[Edit]:
    return [LINKS.remove(event.network_id)]


def _connected(event: events.ConnectedToCircuit) -> Sequence[Edit]:
    by, weight = event.authorization_id, event.weight
    return [CONNECTIONS.put(event.circuit_id, authorization_id=by, weight=weight)]


def _disconnected(event: events.DisconnectedFromCircuit) -> Sequence[Edit]:
    return [CONNECTIONS.remove(event.circuit_id)]


FOLD: Final = Fold(
    "network",
    "networks",
    "network_id",
    first={"tieline.network.registered.v1": _registered},
    then={
        "tieline.network.address-space-changed.v1": _address_space_changed,
        "tieline.network.removed.v1": _removed,
    },
    parts=PARTS,
    edits={
        "tieline.network.gateway-added.v1": _gateway_added,
        "tieline.network.gateway-removed.v1": _gateway_removed,
        "tieline.network.subnet-added.v1": _subnet_added,
        "tieline.network.subnet-removed.v1": _subnet_removed,
        "tieline.network.route-set.v1": _route_set,
        "tieline.network.route-removed.v1": _route_removed,
        "tieline.network.security-rule-set.v1": _rule_set,
        "tieline.network.security-rule-removed.v1": _rule_removed,
        "tieline.network.linked.v1": _linked,
        "tieline.network.unlinked.v1": _unlinked,
        "tieline.network.connected.v1": _connected,
        "tieline.network.disconnected.v1": _disconnected,
    },
)
