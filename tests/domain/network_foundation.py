"""Two customers, three locations, and what hangs on their circuits before a life begins.

Little is allowed, so that limits are reached.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from domain.profiles import CURRENT, Profile
from tests.domain.world import Said
from tests.examples import FIREWALLS, MICROSOFT, PEERING

LOCATIONS: Final = {"frankfurt": "europe", "london": "europe", "ashburn": "north-america"}
"""The locations, each with its geopolitical region."""

SUBSCRIPTIONS: Final = {"acme-prod": "acme", "acme-dev": "acme", "globex-prod": "globex"}
"""The subscriptions, each with whose it is."""

LITTLE: Final[Profile] = replace(
    CURRENT,
    name="little",
    circuits_per_subscription=3,
    circuits_per_subscription_and_location=2,
    networks_per_circuit=2,
    networks_per_premium_circuit={50: 2, 100: 3, 200: 3, 500: 4, 1000: 4},
    circuits_per_network=2,
    circuits_per_network_and_location=1,
    links_per_network=1,
    authorizations_per_circuit=2,
    routes_per_subnet=2,
    rules_per_subnet=2,
    prefixes_ipv4=CURRENT.prefixes_ipv4
    | {("private", "standard"): 3, ("private", "premium"): 4}
    | {("microsoft", "standard"): 2, ("microsoft", "premium"): 2},
    prefixes_ipv6={"private": 1, "microsoft": 1, "public": 0},
)
"""The rules in force, with limits so low that a short life reaches them."""

ROUTERS: Final = [{"name": "p1", "primary": "a", "secondary": "b", "capacity_mbps": 3000}]
SMALLER: Final = [{**ROUTERS[0], "capacity_mbps": 2000}]
"""The routers of a location, and the same with less capacity."""

_GATEWAYS: Final = ("expressroute", "vpn")
_NETWORKS: Final = {
    "n1": ("acme-prod", "10.1.0.0/16", None),
    "n2": ("acme-dev", "10.2.0.0/16", None),
    "n3": ("acme-prod", "10.3.0.0/16", "West Europe"),
    "n4": ("acme-prod", "10.1.128.0/17", None),
    "n5": ("acme-prod", "10.5.0.0/16", "East US"),
    "n6": ("acme-prod", "10.6.0.0/16", None),
    "n7": ("acme-dev", "10.7.0.0/16", "East US"),
    "m1": ("globex-prod", "10.1.0.0/16", None),
}
"""Networks: subscriptions, address space, regions; n1 and n4 overlap, n6 has no gateway."""

CIRCUITS: Final = {
    "c1": ("acme-prod", "frankfurt", "premium"),
    "c2": ("acme-prod", "london", "premium"),
    "c3": ("acme-dev", "frankfurt", "standard"),
    "c4": ("acme-dev", "london", "standard"),
    "c5": ("acme-prod", "ashburn", "premium"),
    "g1": ("globex-prod", "frankfurt", "premium"),
}
"""Circuits: their subscriptions, locations and tiers."""

A_ROUTE: Final = {"prefix": "10.40.0.0/16", "next_hop": "None"}
A_RULE: Final = {
    "name": "https",
    "priority": 100,
    "direction": "inbound",
    "access": "allow",
    "protocol": "tcp",
    "source": ["internet"],
    "source_ports": ["any"],
    "destination": ["any"],
    "destination_ports": ["443"],
}


def an_order(subscription_id: str, location_id: str, **fields: Any) -> dict[str, Any]:
    """The data of an order that is accepted while there is room."""
    return {
        "customer_id": SUBSCRIPTIONS[subscription_id],
        "subscription_id": subscription_id,
        "location_id": location_id,
        "provider": "colt",
        "bandwidth_mbps": 500,
        "tier": "standard",
        "billing": "unlimited",
    } | fields


def foundation() -> Iterator[Said]:
    """The parties and what is theirs; the circuits wait for their provider."""
    for id in ("acme", "globex"):
        yield "register-customer", f"customer/{id}", {"name": id, "model": "connect-through"}
    for id, customer in SUBSCRIPTIONS.items():
        yield "add-subscription", f"customer/{customer}", {"subscription_id": id}
    for id, region in LOCATIONS.items():
        where: dict[str, Any] = {"providers": ["colt"], "routers": ROUTERS}
        near = {"geopolitical_region": region, "local_regions": ["Germany West Central"]}
        yield "open-location", f"location/{id}", where | near
    for id, (subscription, location, tier) in CIRCUITS.items():
        yield "order-circuit", f"circuit/{id}", an_order(subscription, location, tier=tier)
    for id, (subscription, prefix, region) in _NETWORKS.items():
        space = {"address_space": [prefix], "region": region}
        whose = {"customer_id": SUBSCRIPTIONS[subscription], "subscription_id": subscription}
        yield "register-network", f"network/{id}", whose | space
        for kind in _GATEWAYS if id != "n6" else ():
            yield "add-gateway", f"network/{id}", {"kind": kind}


def hanging() -> Iterator[Said]:
    """What hangs on provisioned circuits, most of it on c1."""
    for id in CIRCUITS:
        yield "configure-peering", f"circuit/{id}", PEERING
    microsoft: dict[str, Any] = {"routing_domain": "microsoft"}
    both = {"advertised_prefixes": ["203.0.113.0/24", "192.0.2.0/25"]}
    yield "configure-peering", "circuit/c1", MICROSOFT | both
    yield "validate-peering", "circuit/c1", {**microsoft, "evidence": "a letter"}
    filters = {"customer_id": "acme", "communities": ["12076:51004"]}
    yield "define-route-filter", "route-filter/f1", filters
    yield "attach-route-filter", "circuit/c1", {**microsoft, "route_filter_id": "f1"}
    other = {"primary_subnet": "198.51.100.32/30", "secondary_subnet": "198.51.100.36/30"}
    prefixes = {"advertised_prefixes": ["2001:db8:2::/48"]}
    yield "configure-peering", "circuit/g1", MICROSOFT | other | prefixes
    yield "define-route-filter", "route-filter/h1", {**filters, "customer_id": "globex"}
    yield "connect-network", "circuit/c1", {"network_id": "n1"}
    yield "issue-authorization", "circuit/c1", {"authorization_id": "a1"}
    yield "connect-network", "circuit/c1", {"network_id": "n2", "authorization_id": "a1"}
    yield "connect-network", "circuit/c2", {"network_id": "n5"}
    yield "link-networks", "network/n3", {"network_id": "n5"}
    for one, other in (("c1", "c4"), ("c2", "c5")):
        yield "peer-circuits", f"circuit/{one}", {"other_circuit_id": other}
    bound = {"authorization_id": "a5", "subscription_id": "acme-dev"}
    yield "issue-authorization", "circuit/c4", bound
    yield "set-encryption", "circuit/c1", FIREWALLS
    for id, prefix in (("n1", "10.1.1.0/24"), ("n2", "10.2.1.0/24"), ("n3", "10.3.1.0/24")):
        yield "add-subnet", f"network/{id}", {"name": "web", "prefix": prefix}
        yield "set-route", f"network/{id}", {"subnet": "web", **A_ROUTE}
        yield "set-security-rule", f"network/{id}", {"subnet": "web", **A_RULE}
    another = {"name": "ssh", "priority": 400}
    yield "set-security-rule", "network/n1", {"subnet": "web", **A_RULE, **another}
    many = ["10.41.0.0/16", "10.42.0.0/16", "10.43.0.0/16", "10.44.0.0/16"]
    for id, routes in (("c1", ["0.0.0.0/0"]), ("g1", many)):
        advertised = {"routing_domain": "private", "prefixes": routes}
        yield "advertise-routes", f"circuit/{id}", advertised
