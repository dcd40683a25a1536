"""What the customer's side advertises on a private peering, and what is warned of."""

from typing import Any

import pytest

from domain.circuit.connection_events import RoutesAdvertised
from domain.customer.events import SubscriptionAdded
from domain.network.events import RouteSet
from domain.words.prefix import prefix
from tests.domain.spec import Spec, given
from tests.examples import MICROSOFT, a_grant, a_peering, a_world
from tests.examples.hanging import a_connection, a_gateway_network, a_ready_world, a_subnet, routes

C1, N1 = "circuit/c1", "network/n1"
BOB = "user:bob"
DEFAULT = "0.0.0.0/0"


def advertise(spec: Spec, *prefixes: Any, **more: Any) -> Spec:
    asked = {"routing_domain": "private", "prefixes": list(prefixes)} | more
    return spec.when("advertise-routes", C1, **asked)


def a_default_route(subnet: str = "web", of: str = DEFAULT) -> Any:
    return N1, RouteSet(subnet=subnet, prefix=prefix(of), next_hop="Internet")


def test_the_whole_list_is_a_set() -> None:
    spec = advertise(given(a_ready_world()), "192.168.2.0/24", "192.168.1.0/24", "192.168.2.0/24")
    listed = [prefix("192.168.1.0/24"), prefix("192.168.2.0/24")]
    spec.then((C1, RoutesAdvertised(routing_domain="private", prefixes=listed)))
    advertise(spec, "192.168.1.0/24", "192.168.2.0/24").then_nothing()
    advertise(spec).then((C1, RoutesAdvertised(routing_domain="private", prefixes=[])))
    advertise(spec).then_nothing()


def test_changing_a_vlan_leaves_them_and_removing_the_peering_does_not() -> None:
    spec = given(a_ready_world(), routes())
    spec.when("change-peering", C1, routing_domain="private", vlan=101).then_accepted()
    assert spec.state(C1).peering("private").advertised_routes == (prefix("192.168.0.0/16"),)
    spec.when("remove-peering", C1, routing_domain="private").then_accepted()
    spec.when(
        "configure-peering", C1, vlan=100, peer_asn=65010, routing_domain="private",
        primary_subnet="10.255.0.0/30", secondary_subnet="10.255.0.4/30",
    )  # fmt: skip
    assert spec.state(C1).peering("private").advertised_routes == ()


def test_only_on_a_private_peering() -> None:
    advertise(given(a_world(), a_peering(**MICROSOFT))).refused("peering-not-found")
    for domain in ("microsoft", "public"):
        advertise(given(a_ready_world()), routing_domain=domain).refused("malformed-command")


@pytest.mark.parametrize("wrong", ["192.168.1.1/24", "2001:db8::1/64"])
def test_host_bits_are_refused(wrong: str) -> None:
    advertise(given(a_ready_world()), "10.0.0.0/8", wrong).refused("subnet-invalid", prefix=wrong)


def many(count: int) -> list[str]:
    return [f"172.{16 + each // 256}.{each % 256}.0/24" for each in range(count)]


@pytest.mark.parametrize(("tier", "allowed"), [("standard", 4000), ("premium", 10000)])
def test_over_the_limit_is_refused_and_near_it_warned(tier: str, allowed: int) -> None:
    spec = given(a_ready_world(tier=tier))
    advertise(spec, *many(allowed + 1)).refused("prefix-limit", count=allowed + 1, allowed=allowed)
    advertise(spec, *many(allowed)).warned("prefix-limit-near")
    advertise(spec, *many(allowed * 8 // 10)).warned("prefix-limit-near")
    advertise(spec, *many(allowed * 8 // 10 - 1)).warned()


def test_ipv6_has_a_limit_of_its_own() -> None:
    spec = given(a_ready_world())
    advertise(spec, *(f"2001:db8:{each:x}::/48" for each in range(101))).refused("prefix-limit")
    advertise(spec, *(f"2001:db8:{each:x}::/48" for each in range(79))).warned()


@pytest.mark.parametrize(
    ("route", "codes"),
    [
        ("10.1.2.0/24", ["route-overlaps-network"]),
        ("10.1.0.0/16", ["route-overlaps-network"]),
        ("10.0.0.0/8", []),
        ("10.2.0.0/16", []),
        (DEFAULT, []),
    ],
)
def test_a_route_into_a_connected_network_is_warned_of(route: str, codes: list[str]) -> None:
    spec = given(a_ready_world(), a_gateway_network(), a_connection())
    advertise(spec, route, "192.168.0.0/16").warned(*codes)


# --- forced tunnelling


FORCED = (a_ready_world(), a_gateway_network(), a_connection(), a_subnet())


def test_a_default_route_of_the_subnets_own_is_named() -> None:
    other = a_subnet(name="db", prefix="10.1.2.0/24")
    spec = given(FORCED, other, a_default_route(), a_default_route("db"))
    advertise(spec, DEFAULT).warned(*["forced-tunnelling-overridden"] * 2)
    assert spec.outcome is not None
    assert "Subnet db of network n1" in spec.outcome.warnings[0]["message"]
    advertise(spec, "192.168.0.0/16").warned()
    advertise(given(FORCED, a_default_route(of="::/0")), DEFAULT).warned()
    advertise(given(FORCED, a_default_route(of="::/0")), "::/0").warned(
        "forced-tunnelling-overridden"
    )


def test_a_subnet_that_is_not_seen_is_not_named() -> None:
    on_circuit = a_grant(BOB, "network-operator", scope="c1")
    advertise(given(FORCED, a_default_route(), on_circuit), DEFAULT, actor=BOB).warned()


def set_default(spec: Spec, **more: Any) -> Spec:
    route = {"subnet": "web", "prefix": DEFAULT, "next_hop": "Internet"}
    return spec.when("set-route", N1, **route | more)


def test_a_default_route_that_comes_later_is_warned_of_likewise() -> None:
    forced = (FORCED, routes("c1", DEFAULT))
    set_default(given(forced)).warned("forced-tunnelling-overridden")
    set_default(given(FORCED)).warned()
    set_default(given(forced), prefix="192.168.0.0/16").warned()
    set_default(given(forced), prefix="::/0").warned()


def test_a_circuit_that_is_not_seen_is_not_named() -> None:
    dev = ("customer/acme", SubscriptionAdded(subscription_id="acme-dev", managed_by="csp"))
    network = a_gateway_network(subscription_id="acme-dev")
    world = (a_ready_world(), dev, network, a_connection(), a_subnet(), routes("c1", DEFAULT))
    spec = given(world, a_grant(BOB, "network-operator", scope="acme-dev"))
    set_default(spec, actor=BOB).warned()
    set_default(given(world)).warned("forced-tunnelling-overridden")
