"""What a network learns over its circuits, by weight, and where forced tunnelling fails open."""

from typing import Any

import pytest

from domain.circuit.connection_events import NetworkConnected
from domain.circuit.events import (
    Deprovisioned,
    DeprovisioningBegun,
    PeeringDisabled,
    PeeringEnabled,
    PeeringRemoved,
)
from domain.words.prefix import prefix
from tests.domain.asking import CONNECTED, beside, reasons, routes_in
from tests.examples import a_link, a_network, a_peering, a_provisioned_circuit
from tests.examples.hanging import (
    a_connection,
    a_gateway_network,
    a_ready_world,
    a_route,
    a_subnet,
    peered,
    routes,
)

C1, C2 = "circuit/c1", "circuit/c2"
SECOND = [*a_provisioned_circuit("c2"), a_peering("c2")]
SIX = [
    *a_ready_world(),
    *a_gateway_network("n1", "10.1.0.0/16", "2001:db8::/48"),
    a_subnet(),
    *a_connection(),
]


def test_what_is_advertised_on_a_circuit_is_learned_over_it() -> None:
    world = CONNECTED, routes("c1", "203.0.113.0/24", "10.20.0.0/16")
    assert beside(*world) == [
        "* 10.20.0.0/16 bgp VirtualNetworkGateway via c1",
        "* 203.0.113.0/24 bgp VirtualNetworkGateway via c1",
    ]
    assert reasons("10.20.0.0/16", *world) == ["It is learned over circuit c1 (advertised there)."]


def test_so_is_the_space_of_other_networks_on_the_circuit_but_not_its_own() -> None:
    others = [*a_gateway_network("n2"), *a_connection("n2", "c1", "10.2.0.0/16", "10.12.0.0/16")]
    assert beside(CONNECTED, others) == [
        "* 10.2.0.0/16 bgp VirtualNetworkGateway via c1",
        "* 10.12.0.0/16 bgp VirtualNetworkGateway via c1",
    ]
    assert reasons("10.2.0.0/16", CONNECTED, others) == [
        "It is learned over circuit c1 (address space of network n2, connected there too)."
    ]
    assert reasons("10.2.0.0/16", CONNECTED, others, routes("c1", "10.2.0.0/16")) == [
        (
            "It is learned over circuit c1 (advertised there, and address space of network n2, "
            "connected there too)."
        )
    ]


DOWN = [
    (C1, PeeringDisabled(routing_domain="private")),
    (C1, PeeringRemoved(routing_domain="private")),
    (C1, DeprovisioningBegun()),
]


@pytest.mark.parametrize("event", DOWN, ids=lambda each: type(each[1]).__name__)
def test_nothing_is_learned_over_a_circuit_that_is_down(event: Any) -> None:
    world = CONNECTED, a_gateway_network("n2"), a_connection("n2"), routes("c1", "10.20.0.0/16")
    assert len(beside(*world)) == 2
    assert beside(*world, [event]) == []


def test_nor_over_a_deprovisioned_one() -> None:
    down = [(C1, DeprovisioningBegun()), (C1, Deprovisioned())]
    assert beside(CONNECTED, routes("c1", "10.20.0.0/16"), down) == []


def test_an_enabled_peering_teaches_again() -> None:
    again = [DOWN[0], (C1, PeeringEnabled(routing_domain="private"))]
    learned = beside(CONNECTED, routes("c1", "10.20.0.0/16"), again)
    assert learned == ["* 10.20.0.0/16 bgp VirtualNetworkGateway via c1"]


def test_nothing_is_learned_over_a_peer_circuit() -> None:
    assert beside(CONNECTED, SECOND, peered(), routes("c2", "10.20.0.0/16")) == []


def test_nor_through_a_linked_network() -> None:
    world = a_ready_world(), a_network(), a_subnet(), a_gateway_network("n2"), a_connection("n2")
    assert beside(*world, a_link(), routes("c1", "10.20.0.0/16")) == [
        "* 10.2.0.0/16 system VirtualNetworkGateway via n2"
    ]


def test_a_network_without_ipv6_learns_none() -> None:
    six = a_connection("n2", "c1", "2001:db8:2::/48"), routes("c1", "2001:db8:9::/48", "::/0")
    assert beside(CONNECTED, six) == []
    assert [each for each in routes_in(SIX, six) if ":" in each] == [
        "* ::/0 bgp VirtualNetworkGateway via c1",
        "- ::/0 system Internet",
        "* 2001:db8::/48 system VnetLocal",
        "* 2001:db8:2::/48 bgp VirtualNetworkGateway via c1",
        "* 2001:db8:9::/48 bgp VirtualNetworkGateway via c1",
    ]
    linked = a_network("n3", "2001:db8:3::/48"), a_link("n1", "n3")
    assert beside(CONNECTED, linked) == []


# --- the same prefix over several circuits


def over(*weights: int) -> list[Any]:
    """n1 on circuits c1, c2 … with these weights; the same is advertised on all of them."""
    facts: list[Any] = [*a_ready_world(), *a_gateway_network(), a_subnet()]
    for number, weight in enumerate(weights, 1):
        id = f"c{number}"
        more = [*a_provisioned_circuit(id), a_peering(id)] if number > 1 else []
        connected = a_connection("n1", id, weight=weight)
        facts += [*more, *connected, routes(id, "10.20.0.0/16")]
    return facts


@pytest.mark.parametrize(
    ("weights", "via", "reason"),
    [
        (
            (0, 7),
            "c2 c1",
            (
                "It is learned over circuit c2 (advertised there); weight 7 comes before c1 of "
                "weight 0."
            ),
        ),
        (
            (5, 5),
            "c1 c2",
            "It is learned over circuits c1 and c2, of the same weight 5 (advertised there).",
        ),
        (
            (1, 9, 3, 9),
            "c2 c4 c3 c1",
            (
                "It is learned over circuits c2 and c4, of the same weight 9 (advertised there); "
                "weight 9 comes before c3 of weight 3 and c1 of weight 1."
            ),
        ),
    ],
)
def test_the_highest_weight_wins_and_equals_are_all_in_use(
    weights: tuple[int, ...], via: str, reason: str
) -> None:
    world = over(*weights)
    assert beside(world) == [f"* 10.20.0.0/16 bgp VirtualNetworkGateway via {via}"]
    assert reasons("10.20.0.0/16", world) == [reason]


def test_a_circuit_that_is_down_is_not_among_them() -> None:
    assert beside(over(0, 7), (C2, PeeringDisabled(routing_domain="private"))) == [
        "* 10.20.0.0/16 bgp VirtualNetworkGateway via c1"
    ]


def test_each_circuit_says_where_it_has_the_prefix_from() -> None:
    other = a_gateway_network("n2"), (C2, NetworkConnected(
        network_id="n2", address_space=[prefix("10.20.0.0/16")], weight=0, region=None
    ))  # fmt: skip
    assert reasons("10.20.0.0/16", over(1, 1), other, routes("c2", "10.21.0.0/16")) == [
        (
            "It is learned over circuits c1 and c2, of the same weight 1 (advertised there and "
            "address space of network n2, connected there too)."
        )
    ]


# --- forced tunnelling


def test_a_default_route_that_is_learned_comes_before_the_internet() -> None:
    world = CONNECTED, routes("c1", "0.0.0.0/0")
    assert routes_in(*world)[:2] == [
        "* 0.0.0.0/0 bgp VirtualNetworkGateway via c1",
        "- 0.0.0.0/0 system Internet",
    ]
    assert reasons("0.0.0.0/0", *world) == [
        (
            "Forced tunnelling: it is learned over circuit c1 (advertised there); it comes before "
            "the system route for the same prefix."
        ),
        "The bgp route for 0.0.0.0/0 to VirtualNetworkGateway beats it.",
    ]


def test_a_default_route_of_the_subnet_beats_it_and_the_conflict_is_named() -> None:
    world = CONNECTED, routes("c1", "0.0.0.0/0"), a_route("0.0.0.0/0", "Internet")
    assert routes_in(*world)[:3] == [
        "* 0.0.0.0/0 user Internet",
        "- 0.0.0.0/0 bgp VirtualNetworkGateway via c1",
        "- 0.0.0.0/0 system Internet",
    ]
    assert reasons("0.0.0.0/0", *world) == [
        "It is a route of subnet web; it overrides forced tunnelling over circuit c1.",
        "Forced tunnelling is overridden: the user route for 0.0.0.0/0 to Internet beats it.",
        "The user route for 0.0.0.0/0 to Internet beats it.",
    ]


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (DOWN[0], "the private peering of circuit c1 is disabled"),
        (DOWN[2], "circuit c1 is not provisioned and enabled"),
    ],
)
def test_it_fails_open_and_the_reason_says_so_while_the_session_is_down(
    event: Any, why: str
) -> None:
    world = CONNECTED, routes("c1", "0.0.0.0/0"), [event]
    assert routes_in(*world)[0] == "* 0.0.0.0/0 system Internet"
    assert reasons("0.0.0.0/0", *world) == [
        f"Forced tunnelling fails open, as {why}, over which it was advertised."
    ]


def test_withdrawn_it_is_the_internet_again_and_nothing_is_down() -> None:
    for withdrawn in ((routes("c1", "10.20.0.0/16")), DOWN[1]):
        world = CONNECTED, routes("c1", "0.0.0.0/0"), withdrawn
        assert reasons("0.0.0.0/0", *world) == ["It is the default route to the internet."]


def test_while_another_session_advertises_it_it_does_not_fail() -> None:
    world = over(0, 0), routes("c1", "0.0.0.0/0"), routes("c2", "0.0.0.0/0"), DOWN[0]
    assert routes_in(*world)[0] == "* 0.0.0.0/0 bgp VirtualNetworkGateway via c2"
    both = (C2, PeeringDisabled(routing_domain="private"))
    assert reasons("0.0.0.0/0", *world, both) == [
        (
            "Forced tunnelling fails open, as the private peering of circuit c1 is disabled and "
            "the private peering of circuit c2 is disabled, over which it was advertised."
        )
    ]


def test_one_familys_default_route_says_nothing_of_the_others() -> None:
    assert reasons("0.0.0.0/0", SIX, routes("c1", "::/0"), DOWN[0]) == [
        "It is the default route to the internet."
    ]
    assert "fails open" in reasons("::/0", SIX, routes("c1", "::/0"), DOWN[0])[0]
