"""What tieline writes for routers, on routers: sessions come up, what is recorded passes."""

from collections.abc import Iterable, Mapping
from itertools import product
from operator import gt
from typing import Final

import pytest

from adapters.router_config.model import ConnectionName, Side
from tests.routers.circuit import CIRCUIT, PREFIXES, ROUTES, SPACE, UNRECORDED, WITH_COMMUNITY
from tests.routers.frr import Router
from tests.routers.observing import ESTABLISHED, a_wrong_key
from tests.routers.running import CONNECTIONS, SIDES, Routers
from tests.waiting import until

PRIVATE: Final[Mapping[tuple[Side, ConnectionName], set[str]]] = {
    ("customer", "primary"): {"10.255.0.2", "fd00:255::2"},
    ("customer", "secondary"): {"10.255.0.6", "fd00:255::6"},
    ("provider", "primary"): {"10.255.0.1", "fd00:255::1"},
    ("provider", "secondary"): {"10.255.0.5", "fd00:255::5"},
}
"""The neighbors of each router on the private peering."""

MICROSOFT: Final[Mapping[tuple[Side, ConnectionName], set[str]]] = {
    ("customer", "primary"): {"203.0.113.2", "2001:db8:f::2"},
    ("customer", "secondary"): {"203.0.113.6", "2001:db8:f::6"},
    ("provider", "primary"): {"203.0.113.1", "2001:db8:f::1"},
    ("provider", "secondary"): {"203.0.113.5", "2001:db8:f::5"},
}


def states(router: Router) -> Mapping[str, str]:
    """The state of each session, by the neighbor's address."""
    return {address: peer["state"] for address, peer in router.peers().items()}


def all_up(router: Router) -> bool:
    return {*states(router).values()} == {ESTABLISHED}


def refused_segments(routers: Iterable[Router]) -> list[int]:
    """How many segments each refused, since they were signed with another key."""
    return [each.host.counted("TCPMD5Failure") for each in routers]


def received(router: Router, neighbors: set[str]) -> set[str]:
    """What some neighbors announced and the router accepted."""
    return {prefix for each in neighbors for prefix in router.received(each)}


each_end = pytest.mark.parametrize(("side", "connection"), [*product(SIDES, CONNECTIONS)])
each_connection = pytest.mark.parametrize("connection", CONNECTIONS)


@each_end
def test_every_session_comes_up(routers: Routers, side: Side, connection: ConnectionName) -> None:
    router = routers[side, connection]
    until("every session is up", lambda: all_up(router))
    assert {*states(router)} == PRIVATE[side, connection] | MICROSOFT[side, connection]


@each_connection
@pytest.mark.parametrize(
    ("neighbors", "recorded"),
    [(PRIVATE, ROUTES), (MICROSOFT, PREFIXES)],
    ids=["private", "microsoft"],
)
def test_what_the_customer_advertises_arrives_and_nothing_else(
    routers: Routers,
    connection: ConnectionName,
    neighbors: Mapping[tuple[Side, ConnectionName], set[str]],
    recorded: set[str],
) -> None:
    end: tuple[Side, ConnectionName] = ("provider", connection)
    until("all of it, no more", lambda: received(routers[end], neighbors[end]) == recorded)


@each_connection
@pytest.mark.parametrize(
    ("neighbors", "recorded"),
    [(PRIVATE, SPACE), (MICROSOFT, WITH_COMMUNITY)],
    ids=["private", "microsoft"],
)
def test_connected_networks_and_what_the_route_filter_allows_arrive_and_nothing_else(
    routers: Routers,
    connection: ConnectionName,
    neighbors: Mapping[tuple[Side, ConnectionName], set[str]],
    recorded: set[str],
) -> None:
    end: tuple[Side, ConnectionName] = ("customer", connection)
    until("all of it, no more", lambda: received(routers[end], neighbors[end]) == recorded)


@each_end
def test_what_is_not_recorded_is_there_to_be_announced(
    routers: Routers, side: Side, connection: ConnectionName
) -> None:
    """Else the tests above would prove nothing."""
    router = routers[side, connection]
    for family in ("ipv4", "ipv6"):
        table = router.ask(f"show bgp {family} unicast")["routes"]
        there = {prefix for prefix, (path, *_) in table.items() if path.get("valid")}
        assert there & UNRECORDED, table


@pytest.mark.parametrize(
    ("side", "address", "port"),
    [
        ("customer", "10.1.0.4", "eth0.100"),
        ("customer", "fd00:1::4", "eth0.100"),
        ("customer", "192.0.2.4", "eth0.200"),
        ("provider", "10.20.0.4", "eth0.100"),
        ("provider", "2001:db8:100::4", "eth0.200"),
    ],
)
def test_traffic_takes_the_vlan_of_its_peering(
    routers: Routers, side: Side, address: str, port: str
) -> None:
    host = routers[side, "primary"].host
    until("a route", lambda: f" dev {port} " in host.run("ip", "route", "get", address))


def test_a_wrong_key_keeps_a_session_down(routers: Routers) -> None:
    customer, provider = routers["customer", "primary"], routers["provider", "primary"]
    until("every session is up", lambda: all_up(customer) and all_up(provider))
    ends = (customer, provider)
    before = refused_segments(ends)
    with a_wrong_key(customer, "10.255.0.2"):
        until("each refused a segment", lambda: all(map(gt, refused_segments(ends), before)))
        told = dict(states(customer))
        assert told.pop("10.255.0.2") != ESTABLISHED
        assert {*told.values()} == {ESTABLISHED}, "the others have the right one"
        assert states(provider)["10.255.0.1"] != ESTABLISHED
    until("the right key brings it back", lambda: all_up(customer) and all_up(provider))


SLIP: Final = f"route-map {CIRCUIT}-private-out permit 5"
"""Typed at the customer's router, it lets everything out."""


def test_a_slip_at_the_customers_end_is_stopped_at_the_clouds(routers: Routers) -> None:
    customer, provider = routers["customer", "primary"], routers["provider", "primary"]
    kept = ("router bgp 12076", "address-family ipv4 unicast")
    told = "neighbor 10.255.0.1 soft-reconfiguration inbound"
    provider.configure(*kept, told)
    customer.configure(SLIP)
    try:
        customer.run("clear bgp ipv4 10.255.0.2 soft out")
        until("it arrives", lambda: "10.99.0.0/16" in provider.refused("10.255.0.1"))
        assert provider.received("10.255.0.1") == {each for each in ROUTES if "." in each}
    finally:
        customer.configure(f"no {SLIP}")
        customer.run("clear bgp ipv4 10.255.0.2 soft out")
        provider.configure(*kept, f"no {told}")
