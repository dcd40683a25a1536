"""The next hop of an address: the longest prefix that covers it, and the routes that it beats."""

import pytest

from domain.routing.next_hop import Hop
from domain.words.prefix import address
from tests.domain.asking import ALONE, CONNECTED, hop_to, shown
from tests.examples import a_customer, a_link, a_network
from tests.examples.hanging import (
    a_connection,
    a_gateway_network,
    a_ready_world,
    a_route,
    a_subnet,
    routes,
)


def used(hop: Hop) -> str:
    assert hop.route is not None
    return shown(hop.route)


def others(hop: Hop) -> list[tuple[str, str]]:
    return [(shown(each.route), each.reason) for each in hop.others]


@pytest.mark.parametrize(
    ("to", "route"),
    [
        ("10.1.1.4", "* 10.1.0.0/16 system VnetLocal"),
        ("10.2.0.1", "* 10.0.0.0/8 system None"),
        ("8.8.8.8", "* 0.0.0.0/0 system Internet"),
    ],
)
def test_it_is_that_of_the_longest_prefix(to: str, route: str) -> None:
    assert used(hop_to(to, ALONE)) == route


def test_it_says_why_and_why_not_the_others_the_best_first() -> None:
    world = CONNECTED, routes("c1", "10.20.0.0/16", "0.0.0.0/0"), a_route("10.0.0.0/8", "None")
    hop = hop_to("10.20.0.9", *world)
    assert used(hop) == "* 10.20.0.0/16 bgp VirtualNetworkGateway via c1"
    assert hop.reason == (
        "10.20.0.0/16 is the longest prefix in use that covers 10.20.0.9; it is learned over "
        "circuit c1 (advertised there)."
    )
    longer = (
        "The bgp route for 10.20.0.0/16 to VirtualNetworkGateway beats it: its prefix is longer."
    )
    beaten = "The bgp route for 0.0.0.0/0 to VirtualNetworkGateway beats it."
    assert others(hop) == [
        ("* 10.0.0.0/8 user None", longer),
        ("- 10.0.0.0/8 system None", "The user route for 10.0.0.0/8 to None beats it."),
        ("* 0.0.0.0/0 bgp VirtualNetworkGateway via c1", longer),
        ("- 0.0.0.0/0 system Internet", beaten),
    ]


def test_an_address_in_the_networks_own_space_is_never_routed_by_bgp() -> None:
    """Such routes come last: an address there would sooner take the internet."""
    hop = hop_to("10.1.1.4", CONNECTED, routes("c1", "10.1.1.0/24", "10.0.0.0/15"))
    assert used(hop) == "* 10.1.0.0/16 system VnetLocal"
    assert hop.reason == (
        "10.1.0.0/16 is the longest prefix in use that covers 10.1.1.4; it is the network's own "
        "address space."
    )
    assert [route for route, _ in others(hop)] == [
        "* 10.0.0.0/15 bgp VirtualNetworkGateway via c1",
        "* 10.0.0.0/8 system None",
        "* 0.0.0.0/0 system Internet",
        "- 10.1.1.0/24 bgp VirtualNetworkGateway via c1",
    ]
    assert others(hop)[-1][1] == (
        "No bgp route is used inside the network's own address space: the system route for "
        "10.1.0.0/16 to VnetLocal beats it."
    )


def test_nor_where_the_space_is_made_of_longer_prefixes() -> None:
    halves = "10.1.0.0/17", "10.1.128.0/17"
    world = a_ready_world(), a_gateway_network("n1", *halves), a_connection("n1", "c1", *halves)
    hop = hop_to("10.1.200.4", *world, a_subnet(), routes("c1", "10.1.0.0/16", "10.1.200.0/24"))
    assert used(hop) == "* 10.1.128.0/17 system VnetLocal"


def test_a_route_of_the_subnet_leads_elsewhere_even_inside_it() -> None:
    user = a_route("10.1.1.0/24", "VirtualAppliance", "10.1.2.4")
    hop = hop_to("10.1.1.9", CONNECTED, routes("c1", "10.1.1.0/25"), user)
    assert used(hop) == "* 10.1.1.0/24 user VirtualAppliance 10.1.2.4"


def test_a_longer_learned_prefix_comes_before_the_link_it_lies_in() -> None:
    linked = a_network("n2", "10.2.0.0/16"), a_link()
    hop = hop_to("10.2.3.4", CONNECTED, linked, routes("c1", "10.2.3.0/24"))
    assert used(hop) == "* 10.2.3.0/24 bgp VirtualNetworkGateway via c1"


def test_ipv6_in_an_ipv4_network_has_no_route_at_all() -> None:
    hop = hop_to("2001:db8::1", CONNECTED, routes("c1", "2001:db8::/48"))
    assert (hop.route, list(hop.others)) == (None, [])
    assert hop.reason == "No route covers 2001:db8::1: the network has no IPv6."


def test_ipv6_in_an_ipv6_network() -> None:
    six = a_customer(), a_network("n1", "10.1.0.0/16", "2001:db8::/48"), a_subnet()
    assert used(hop_to("2001:db8::1", *six)) == "* 2001:db8::/48 system VnetLocal"
    assert used(hop_to("2001:db9::1", *six)) == "* ::/0 system Internet"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("10.1.0.0/16", "an address has no length"),
        ("10.1.0.0/32", "an address has no length"),
        ("fe80::1%eth0", "an address with a zone is of one machine alone"),
        ("10.1.0", "four numbers"),
        ("010.1.0.4", "four numbers"),
        ("web", "four numbers"),
        ("", "four numbers"),
        ("::g", "address"),
    ],
)
def test_what_is_no_address(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        address(text)


def test_an_address_is_read_in_any_form() -> None:
    assert address("2001:DB8:0::1").text == "2001:db8::1/128"
