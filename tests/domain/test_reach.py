"""How far a circuit reaches: Local its location's regions, Standard its continent, Premium all."""

from typing import Any

import pytest

from tests.domain.spec import Spec, given
from tests.examples import a_customer, a_location, a_peering, a_provisioned_circuit
from tests.examples.hanging import a_connection, a_gateway_network, peered, routes

C1 = "circuit/c1"
EUROPE: dict[str, Any] = {
    "local_regions": ["Germany West Central"],
    "geopolitical_region": "europe",
}


def world(tier: str, *, mbps: int = 1000, **location: Any) -> list[Any]:
    circuit = a_provisioned_circuit(tier=tier, billing="unlimited", bandwidth_mbps=mbps)
    where = a_location(**EUROPE | location)
    return [a_customer(), where, circuit, a_peering()]


def connect(tier: str, region: str | None, **location: Any) -> Spec:
    spec = given(world(tier, **location), a_gateway_network(region=region))
    return spec.when("connect-network", C1, network_id="n1")


@pytest.mark.parametrize(
    ("tier", "region", "tiers"),
    [
        ("local", "Germany West Central", None),
        ("local", "West Europe", ["standard", "premium"]),
        ("local", "East US", ["premium"]),
        ("standard", "Germany West Central", None),
        ("standard", "West Europe", None),
        ("standard", "East US", ["premium"]),
        ("premium", "East US", None),
        ("local", None, None),
        ("standard", None, None),
    ],
)
def test_each_tier_reaches_so_far(tier: str, region: str | None, tiers: list[str] | None) -> None:
    spec = connect(tier, region)
    if tiers is None:
        spec.then_accepted()
    else:
        spec.refused("region-not-reached", network_id="n1", region=region, tier=tier, tiers=tiers)


def test_standard_at_a_location_without_geopolitical_region_is_not_limited() -> None:
    connect("standard", "East US", geopolitical_region=None).then_accepted()
    connect("local", "East US", geopolitical_region=None).refused("region-not-reached")


@pytest.mark.parametrize("within", ["Europe", "EUROPE", "europe"])
def test_geopolitical_regions_compare_whatever_their_case(within: str) -> None:
    connect("standard", "West Europe", geopolitical_region=within).then_accepted()
    spec = connect("standard", "East US", geopolitical_region=within)
    spec.refused("region-not-reached", within=within)
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    assert f"frankfurt is in {within}" in spec.outcome.refusal.message


def test_local_regions_compare_whatever_their_case() -> None:
    regions = ["germany west central"]
    connect("local", "Germany West Central", local_regions=regions).then_accepted()


# --- down to standard


def to_standard(*facts: Any, mbps: int = 1000) -> Spec:
    return given(world("premium", mbps=mbps), facts).when("change-tier", C1, tier="standard")


def test_premium_stays_while_a_network_is_out_of_standards_reach() -> None:
    spec = to_standard(
        a_connection("n1", region="East US"),
        a_connection("n2", region="West Europe"),
        a_connection("n3"),
    ).refused("tier-change-blocked", count=1)
    assert spec.blockers == ["network n1 in East US"]
    to_standard(a_connection("n2", region="West Europe")).then_accepted()


def test_premium_stays_while_there_are_more_networks_than_standard_takes() -> None:
    networks = [a_connection(f"n{each}", "c1", f"10.{each}.0.0/16") for each in range(2, 13)]
    spec = to_standard(*networks).refused("tier-change-blocked", count=1)
    assert spec.blockers == ["11 networks and peer circuits, 10 allowed"]
    to_standard(*networks[:-1]).then_accepted()
    to_standard(*networks[:-1], peered()).refused("tier-change-blocked", count=1)


def test_premium_stays_while_a_peer_circuit_needs_it() -> None:
    to_standard(peered(needs_premium=True)).refused("tier-change-blocked", count=1)
    to_standard(peered()).then_accepted()


def test_premium_stays_while_more_is_advertised_than_standard_takes() -> None:
    many = [f"172.{16 + each // 256}.{each % 256}.0/24" for each in range(4001)]
    spec = to_standard(routes("c1", *many)).refused("tier-change-blocked", count=1)
    assert spec.blockers == ["4001 IPv4 prefixes on private, 4000 allowed"]
    to_standard(routes("c1", *many[1:])).then_accepted()


def test_every_excess_is_named_at_once() -> None:
    networks = [
        a_connection(f"n{each}", "c1", f"10.{each}.0.0/16", region="East US")
        for each in range(2, 13)
    ]
    to_standard(*networks, peered(needs_premium=True)).refused("tier-change-blocked", count=13)


# --- a lower rate


@pytest.mark.parametrize("strategy", ["teardown-first", "replace-first"])
def test_a_decrease_needs_room_for_its_networks_at_the_lower_rate(strategy: str) -> None:
    networks = [a_connection(f"n{each}", "c1", f"10.{each}.0.0/16") for each in range(2, 43)]

    def lower(*facts: Any) -> Spec:
        asked = {"strategy": strategy, "accept_interruption": True}
        spec = given(world("premium"), facts)
        return spec.when("change-bandwidth", C1, bandwidth_mbps=500, **asked)

    lower(*networks).refused("limit-reached", allowed=40, used=41)
    lower(*networks[1:]).then_accepted()
