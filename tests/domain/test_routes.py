"""Routes of subnets: one per prefix, over hops that the network reaches, six hundred at most."""

from typing import Any

import pytest

from domain.network.events import RouteRemoved, RouteSet, SubnetAdded
from domain.words.prefix import prefix
from tests.domain.spec import Spec, given
from tests.examples import a_customer, a_link, a_network

N1 = "network/n1"
WEB = (N1, SubnetAdded(name="web", prefix=prefix("10.1.0.0/24")))
WORLD = [
    *a_customer(),
    *a_network("n1", "10.1.0.0/16", "2001:db8::/48", gateways=["vpn"]),
    *a_network("n2", "10.2.0.0/16"),
    WEB,
]


def route(spec: Spec, to: str = "0.0.0.0/0", hop: str = "Internet", **more: Any) -> Spec:
    return spec.when("set-route", N1, subnet="web", prefix=to, next_hop=hop, **more)


def appliance(spec: Spec, address: Any, to: str = "0.0.0.0/0") -> Spec:
    return route(spec, to, "VirtualAppliance", next_hop_address=address)


def test_a_route_is_set_replaced_and_removed() -> None:
    spec = route(given(WORLD))
    everything = prefix("0.0.0.0/0")
    spec.then((N1, RouteSet(subnet="web", prefix=everything, next_hop="Internet")))
    route(spec).then_nothing()
    route(spec, hop="None").then((N1, RouteSet(subnet="web", prefix=everything, next_hop="None")))
    spec.when("remove-route", N1, subnet="web", prefix="0.0.0.0/0")
    spec.then((N1, RouteRemoved(subnet="web", prefix=everything)))
    spec.when("remove-route", N1, subnet="web", prefix="0.0.0.0/0").refused(
        "not-found", kind="route"
    )


def test_it_is_of_a_subnet_that_is_there_and_goes_with_it() -> None:
    spec = route(given(WORLD))
    for verb, more in (("set-route", {"next_hop": "Internet"}), ("remove-route", {})):
        spec.when(verb, N1, subnet="db", prefix="0.0.0.0/0", **more)
        spec.refused("not-found", kind="subnet", id="db")
    spec.when("remove-subnet", N1, name="web").then_accepted()
    spec.when("add-subnet", N1, name="web", prefix="10.1.0.0/24").then_accepted()
    assert not spec.state(N1).subnets["web"].routes


@pytest.mark.parametrize("address", ["10.1.0.4", "10.2.0.4"])
def test_an_appliance_lies_in_the_network_or_in_one_linked_to_it(address: str) -> None:
    appliance(given(WORLD, a_link()), address).then_accepted()


@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("10.2.0.4", "0.0.0.0/0"),
        ("8.8.8.8", "0.0.0.0/0"),
        ("10.1.0.4", "::/0"),
        ("::1", "0.0.0.0/0"),
    ],
)
def test_any_other_appliance_is_refused(address: str, to: str) -> None:
    appliance(given(WORLD), address, to).refused("subnet-invalid", field="next_hop_address")


def test_an_ipv6_route_has_an_ipv6_appliance() -> None:
    appliance(given(WORLD), "2001:DB8::4", "::/0").then_accepted()
    spec = appliance(given(WORLD), "2001:db8:0::4", "::/0")
    assert spec.state(N1).subnets["web"].routes["::/0"].next_hop_address == "2001:db8::4"


@pytest.mark.parametrize(
    ("hop", "address"),
    [
        ("VirtualAppliance", None),
        ("Internet", "10.1.0.4"),
        ("VirtualAppliance", "10.1.0.0/24"),
        ("VirtualAppliance", "fe80::1%eth0"),
        ("internet", None),
    ],
)
def test_a_hop_of_another_shape_is_malformed(hop: str, address: str | None) -> None:
    more = {} if address is None else {"next_hop_address": address}
    route(given(WORLD), hop=hop, **more).refused("malformed-command")


def test_host_bits_are_refused() -> None:
    route(given(WORLD), "10.9.0.1/16").refused("subnet-invalid", prefix="10.9.0.1/16")


@pytest.mark.parametrize(
    ("gateways", "warned"),
    [
        (["vpn"], []),
        ([], ["next-hop-unsupported"]),
        (["expressroute"], ["next-hop-unsupported"]),
        (["vpn", "expressroute"], ["next-hop-unsupported"]),
    ],
)
def test_a_route_to_a_gateway_that_does_not_take_it_is_warned_of(
    gateways: Any, warned: list[str]
) -> None:
    spec = given(a_customer(), a_network(gateways=gateways), WEB)
    route(spec, hop="VirtualNetworkGateway").then_accepted().warned(*warned)


def test_six_hundred_routes_are_the_most() -> None:
    full = [
        (
            N1,
            RouteSet(subnet="web", prefix=prefix(f"10.{n // 250}.{n % 250}.0/24"), next_hop="None"),
        )
        for n in range(600)
    ]
    route(given(WORLD, full)).refused("limit-reached", allowed=600, used=600)
    route(given(WORLD, full), "10.0.7.0/24").then_accepted()
    route(given(WORLD, full[:-1])).then_accepted()
