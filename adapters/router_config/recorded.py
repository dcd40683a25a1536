"""What is announced on each peering of a circuit, collected from the rows of several views."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from adapters.router_config.policies import Announced
from domain.profiles import PROFILES

if TYPE_CHECKING:
    from projections.projection import Row

Read = Callable[[str, str], "Row"]
"""`read(kind, id)`: the row of a thing that exists."""


def announced_on(circuit: Row, read: Read) -> Mapping[str, Announced]:
    """By routing domain: what the customer's side and the cloud announce there."""
    return {each["routing_domain"]: _announced(circuit, each, read) for each in circuit["peerings"]}


def _announced(circuit: Row, peering: Row, read: Read) -> Announced:
    if peering["routing_domain"] == "private":
        advertised = peering["advertised_routes"] or ()
        return Announced(advertised, _connected(circuit, read), _of_peers(circuit, read))
    advertised = peering["advertised_prefixes"] or ()
    return Announced(advertised, public=True, communities=_communities(circuit, peering, read))


def _communities(circuit: Row, peering: Row, read: Read) -> Sequence[str] | None:
    """Those of the route filter; where none is attached, any, or none at all if one is needed."""
    if attached := peering["route_filter_id"]:
        return read("route-filter", attached)["communities"]
    needed = peering["routing_domain"] == "microsoft" and PROFILES[circuit["profile"]].route_filters
    return None if needed else ()


def _connected(circuit: Row, read: Read) -> Sequence[str]:
    networks = (read("network", each["network_id"]) for each in circuit["connections"])
    return [prefix for network in networks for prefix in network["address_space"]]


def _of_peers(circuit: Row, read: Read) -> Sequence[str]:
    peerings = (each for id in circuit["peer_circuits"] for each in read("circuit", id)["peerings"])
    return [prefix for peering in peerings for prefix in peering["advertised_routes"] or ()]
