"""What is announced on each peering of a circuit, collected from the rows of several views."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from adapters.router_config.policies import Announced
from domain.profiles import PROFILES
from domain.words.prefix import as_set, stored_prefix

if TYPE_CHECKING:
    from projections.projection import Row

Read = Callable[[str, str], "Row"]
"""`read(kind, id)`: the row of a thing that exists."""


def announced_on(circuit: Row, read: Read) -> Mapping[str, Announced]:
    """By routing domain: what the customer's side and the cloud announce there."""
    return {each["routing_domain"]: _announced(circuit, each, read) for each in circuit["peerings"]}


def _announced(circuit: Row, peering: Row, read: Read) -> Announced:
    if peering["routing_domain"] == "private":
        return Announced(peering["advertised_routes"] or (), _behind_the_cloud(circuit, read))
    advertised = peering["advertised_prefixes"] or ()
    return Announced(advertised, public=True, communities=_communities(circuit, peering, read))


def _communities(circuit: Row, peering: Row, read: Read) -> Sequence[str] | None:
    """Those of the route filter; where none is attached, any, or none at all if one is needed."""
    if attached := peering["route_filter_id"]:
        return read("route-filter", attached)["communities"]
    needed = peering["routing_domain"] == "microsoft" and PROFILES[circuit["profile"]].route_filters
    return None if needed else ()


def _behind_the_cloud(circuit: Row, read: Read) -> Sequence[str]:
    """The address spaces of the connected networks, and the routes of peer circuits."""
    found: list[str] = []
    for connection in circuit["connections"]:
        found += read("network", connection["network_id"])["address_space"]
    for id in circuit["peer_circuits"]:
        for peering in read("circuit", id)["peerings"]:
            found += peering["advertised_routes"] or ()
    return [str(each) for each in as_set(map(stored_prefix, found))]
