"""The effective routes of a subnet: the system's and its own; which is used, what beats it."""

import pytest

from domain.network.commands import Gateway
from domain.network.events import GatewayAdded
from tests.domain.asking import ALONE, CONNECTED, beside, reasons, routes_in
from tests.examples import a_customer, a_link, a_network
from tests.examples.hanging import (
    a_connection,
    a_gateway_network,
    a_ready_world,
    a_route,
    a_subnet,
    routes,
)

RESERVED = [
    "* 10.0.0.0/8 system None",
    "* 100.64.0.0/10 system None",
    "* 172.16.0.0/12 system None",
    "* 192.168.0.0/16 system None",
]


# --- system


def test_a_network_alone_has_its_space_the_internet_and_space_that_leads_nowhere() -> None:
    assert routes_in(ALONE) == [
        "* 0.0.0.0/0 system Internet",
        "* 10.0.0.0/8 system None",
        "* 10.1.0.0/16 system VnetLocal",
        "* 100.64.0.0/10 system None",
        "* 172.16.0.0/12 system None",
        "* 192.168.0.0/16 system None",
    ]


def test_with_ipv6_space_it_has_the_internet_of_both_families_ipv4_first() -> None:
    both = a_customer(), a_network("n1", "10.1.0.0/16", "2001:db8::/48"), a_subnet()
    assert [each for each in routes_in(*both) if ":" in each] == [
        "* ::/0 system Internet",
        "* 2001:db8::/48 system VnetLocal",
    ]
    assert routes_in(*both)[:6] == routes_in(ALONE)


@pytest.mark.parametrize(
    ("space", "left_out"),
    [
        ("192.168.0.0/16", "192.168.0.0/16"),
        ("192.0.0.0/8", "192.168.0.0/16"),
        ("100.64.0.0/10", "100.64.0.0/10"),
        ("172.16.0.0/12", "172.16.0.0/12"),
        ("10.0.0.0/8", "10.0.0.0/8"),
    ],
)
def test_what_leads_nowhere_is_left_out_where_the_network_has_all_of_it(
    space: str, left_out: str
) -> None:
    of = routes_in(a_customer(), a_network("n1", space), a_subnet())
    assert [each for each in of if each.endswith("None")] == [
        each for each in RESERVED if left_out not in each
    ]
    assert f"* {space} system VnetLocal" in of


def test_half_of_it_leaves_the_rest_leading_nowhere() -> None:
    half = routes_in(a_customer(), a_network("n1", "192.168.0.0/17"), a_subnet())
    assert {*RESERVED, "* 192.168.0.0/17 system VnetLocal"} < set(half)


def test_each_prefix_of_a_linked_network_leads_there_and_no_further() -> None:
    world = (
        *ALONE,
        *a_network("n2", "10.2.0.0/16", "10.12.0.0/16"),
        *a_network("n3", "10.3.0.0/16"),
        *a_link("n1", "n2"),
        *a_link("n2", "n3"),
    )
    assert beside(world) == [
        "* 10.2.0.0/16 system VirtualNetworkGateway via n2",
        "* 10.12.0.0/16 system VirtualNetworkGateway via n2",
    ]
    assert reasons("10.2.0.0/16", world) == ["It is address space of network n2, which is linked."]


def test_two_linked_networks_may_have_the_same_space() -> None:
    world = (
        *ALONE,
        *(fact for id in ("n2", "n3") for fact in a_network(id, "10.2.0.0/16")),
        *a_link("n1", "n3"),
        *a_link("n1", "n2"),
    )
    assert beside(world) == ["* 10.2.0.0/16 system VirtualNetworkGateway via n2 n3"]
    assert reasons("10.2.0.0/16", world) == [
        "It is address space of networks n2 and n3, which are linked."
    ]


def test_every_system_route_says_why_it_is_used() -> None:
    assert reasons("10.1.0.0/16", ALONE) == ["It is the network's own address space."]
    assert reasons("0.0.0.0/0", ALONE) == ["It is the default route to the internet."]
    assert reasons("10.0.0.0/8", ALONE) == [
        "It is private address space, dropped where no longer route takes it."
    ]


# --- its own


def test_a_subnet_has_its_own_routes_another_has_not() -> None:
    world = ALONE, a_subnet(name="db", prefix="10.1.2.0/24")
    own = a_route("10.20.0.0/16", "VirtualAppliance", "10.1.1.4")
    assert beside(*world, own) == ["* 10.20.0.0/16 user VirtualAppliance 10.1.1.4"]
    assert beside(*world, a_route("10.20.0.0/16", "Internet", subnet="db")) == []
    assert reasons("10.20.0.0/16", *world, own) == ["It is a route of subnet web."]
    assert reasons("10.20.0.0/16", ALONE, a_route("10.20.0.0/16", "None")) == [
        "It is a route of subnet web, and what is for it is dropped."
    ]


@pytest.mark.parametrize(
    ("gateways", "reason"),
    [
        ((), ", but what is for it is dropped: the network has no VPN gateway"),
        (("expressroute",), ", but what is for it is dropped: the network has no VPN gateway"),
        (("vpn",), ""),
        (
            ("vpn", "expressroute"),
            (
                ", but what is for it is dropped: with an ExpressRoute gateway beside the VPN "
                "gateway, neither takes a user-defined route"
            ),
        ),
    ],
)
def test_one_to_a_gateway_that_does_not_take_it_is_active_and_drops(
    gateways: tuple[Gateway, ...], reason: str
) -> None:
    has = [("network/n1", GatewayAdded(gateway=each)) for each in gateways]
    world = ALONE, has, a_route("10.20.0.0/16", "VirtualNetworkGateway")
    assert beside(*world) == ["* 10.20.0.0/16 user VirtualNetworkGateway"]
    assert reasons("10.20.0.0/16", *world) == [f"It is a route of subnet web{reason}."]


# --- for the same prefix


def test_user_comes_before_bgp_and_bgp_before_system() -> None:
    linked = a_network("n2", "10.20.0.0/16"), a_link()
    world = CONNECTED, linked, routes("c1", "10.20.0.0/16")
    assert beside(*world) == [
        "* 10.20.0.0/16 bgp VirtualNetworkGateway via c1",
        "- 10.20.0.0/16 system VirtualNetworkGateway via n2",
    ]
    assert reasons("10.20.0.0/16", *world) == [
        (
            "It is learned over circuit c1 (advertised there); it comes before the system route "
            "for the same prefix."
        ),
        "The bgp route for 10.20.0.0/16 to VirtualNetworkGateway beats it.",
    ]
    user = a_route("10.20.0.0/16", "VirtualAppliance", "10.1.1.4")
    assert beside(*world, user) == [
        "* 10.20.0.0/16 user VirtualAppliance 10.1.1.4",
        "- 10.20.0.0/16 bgp VirtualNetworkGateway via c1",
        "- 10.20.0.0/16 system VirtualNetworkGateway via n2",
    ]
    beaten = "The user route for 10.20.0.0/16 to VirtualAppliance 10.1.1.4 beats it."
    assert reasons("10.20.0.0/16", *world, user) == [
        (
            "It is a route of subnet web; it comes before the bgp and system routes for the same "
            "prefix."
        ),
        beaten,
        beaten,
    ]


def test_what_leads_nowhere_gives_way_to_a_linked_network_and_to_what_is_learned() -> None:
    linked = a_network("n2", "192.168.0.0/16"), a_link()
    assert [each for each in routes_in(ALONE, linked) if "192.168" in each] == [
        "* 192.168.0.0/16 system VirtualNetworkGateway via n2",
        "- 192.168.0.0/16 system None",
    ]
    assert [each for each in routes_in(CONNECTED, routes()) if "192.168" in each] == [
        "* 192.168.0.0/16 bgp VirtualNetworkGateway via c1",
        "- 192.168.0.0/16 system None",
    ]


# --- no bgp inside the network's own space


@pytest.mark.parametrize("inside", ["10.1.0.0/16", "10.1.1.0/24", "10.1.1.4/32"])
def test_a_learned_prefix_inside_the_networks_own_space_is_not_active(inside: str) -> None:
    world = CONNECTED, routes("c1", inside)
    assert f"- {inside} bgp VirtualNetworkGateway via c1" in routes_in(*world)
    assert "* 10.1.0.0/16 system VnetLocal" in routes_in(*world)
    assert reasons(inside, *world)[-1] == (
        "No bgp route is used inside the network's own address space: the system route for "
        "10.1.0.0/16 to VnetLocal beats it."
    )


def test_one_that_covers_more_than_it_is() -> None:
    assert beside(CONNECTED, routes("c1", "10.0.0.0/15")) == [
        "* 10.0.0.0/15 bgp VirtualNetworkGateway via c1"
    ]


def test_several_prefixes_may_make_up_the_space_it_lies_inside() -> None:
    halves = [
        *a_ready_world(),
        *a_gateway_network("n1", "10.1.0.0/17", "10.1.128.0/17"),
        a_subnet(),
        *a_connection("n1", "c1", "10.1.0.0/17", "10.1.128.0/17"),
    ]
    world = halves, routes("c1", "10.1.0.0/16")
    assert "- 10.1.0.0/16 bgp VirtualNetworkGateway via c1" in routes_in(*world)
    assert reasons("10.1.0.0/16", *world) == [
        (
            "No bgp route is used inside the network's own address space: the system routes for "
            "10.1.0.0/17 and 10.1.128.0/17 beat it."
        )
    ]


def test_a_route_of_the_subnet_beats_it_there_too() -> None:
    user = a_route("10.1.0.0/16", "VirtualAppliance", "10.1.1.4")
    world = CONNECTED, routes("c1", "10.1.1.0/24"), user
    assert reasons("10.1.1.0/24", *world) == [
        (
            "No bgp route is used inside the network's own address space: the user route for "
            "10.1.0.0/16 to VirtualAppliance 10.1.1.4 beats it."
        )
    ]
