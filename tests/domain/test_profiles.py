"""Rule profiles: numbers and switches that changed over time, and which one an order gets."""

from typing import Any

import pytest
from msgspec.structs import replace

from domain.customer.events import CircuitAttached
from domain.decider.decisions import Written
from domain.profiles import CURRENT, PROFILE_2016, PROFILES, Profile
from domain.words.values import RoutingDomain, Tier
from tests.domain.spec import given
from tests.examples import (
    ORDER,
    PUBLIC,
    a_customer,
    a_location,
    a_world,
)

C1 = "circuit/c1"
BOTH = pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))


def attached(count: int, location: str = "elsewhere") -> list[Written]:
    """`count` circuits of the example subscription, ten at each of several locations."""
    return [
        (
            "customer/acme",
            CircuitAttached(
                circuit_id=f"x{number}",
                subscription_id="acme-prod",
                location_id=f"{location}-{number // 10}",
            ),
        )
        for number in range(count)
    ]


def order(*facts: Any, **fields: Any) -> Any:
    """Place an order in a world of these facts."""
    return given(a_customer(), a_location(), *facts).when("order-circuit", C1, **ORDER | fields)


def test_there_are_two_and_each_knows_its_name_and_date() -> None:
    assert {name: each.name for name, each in PROFILES.items()} == {
        "2016": "2016",
        "current": "current",
    }
    assert PROFILE_2016.since < CURRENT.since


def test_an_order_is_under_the_profile_in_force_unless_the_owner_of_the_csp_says_otherwise() -> (
    None
):
    assert order().state(C1).profile is CURRENT
    assert order(profile="2016").state(C1).profile is PROFILE_2016


def test_another_profile_is_unknown() -> None:
    order(profile="2042").refused("profile-unknown", profile="2042", profiles=["2016", "current"])


@pytest.mark.parametrize(("profile", "allowed"), [("2016", 10), ("current", 50)])
def test_circuits_per_subscription_are_capped(profile: str, allowed: int) -> None:
    order(attached(allowed), profile=profile).refused(
        "limit-reached", allowed=allowed, used=allowed, limit="circuits of subscription acme-prod"
    )
    order(attached(allowed - 1), profile=profile).then_accepted()


@BOTH
def test_circuits_per_subscription_and_location_are_capped_at_ten(profile: Profile) -> None:
    here = [(stream, replace(event, location_id="frankfurt")) for stream, event in attached(9)]
    order(here, profile=profile.name).then_accepted()
    assert profile.circuits_per_subscription_and_location == 10


def test_the_eleventh_at_one_location_is_refused() -> None:
    here = [(stream, replace(event, location_id="frankfurt")) for stream, event in attached(10)]
    order(here).refused(
        "limit-reached",
        allowed=10,
        used=10,
        limit="circuits of subscription acme-prod at frankfurt",
    )


@BOTH
@pytest.mark.parametrize("bandwidth_mbps", [50, 100, 200, 500, 1000, 2000, 5000, 10000])
def test_these_bandwidths_are_offered(profile: Profile, bandwidth_mbps: int) -> None:
    order(profile=profile.name, bandwidth_mbps=bandwidth_mbps).then_accepted()


@pytest.mark.parametrize("bandwidth_mbps", [1, 49, 300, 20000, 2**53 - 1])
def test_no_other_bandwidth_is_offered(bandwidth_mbps: int) -> None:
    order(bandwidth_mbps=bandwidth_mbps).refused(
        "bandwidth-not-offered",
        bandwidth_mbps=bandwidth_mbps,
        offered=[50, 100, 200, 500, 1000, 2000, 5000, 10000],
    )


def test_new_public_peerings_were_offered_in_2016_and_are_not_any_more() -> None:
    given(a_world(profile="2016")).when("configure-peering", C1, **PUBLIC).then_accepted()
    given(a_world()).when("configure-peering", C1, **PUBLIC).refused(
        "routing-domain-retired", profile="current"
    )


def test_a_circuit_remembers_the_profile_it_was_ordered_under() -> None:
    spec = order(profile="2016")
    assert spec.written[0][1].profile == "2016"


@BOTH
@pytest.mark.parametrize(
    ("routing_domain", "tier", "ipv4", "ipv6"),
    [
        ("private", "local", 4000, 100),
        ("private", "standard", 4000, 100),
        ("private", "premium", 10000, 100),
        ("microsoft", "standard", 200, 200),
        ("microsoft", "premium", 200, 200),
        ("public", "standard", 200, 0),
        ("public", "premium", 200, 0),
    ],
)
def test_prefix_limits(
    profile: Profile, routing_domain: RoutingDomain, tier: Tier, ipv4: int, ipv6: int
) -> None:
    assert profile.prefixes_ipv4[routing_domain, tier] == ipv4
    assert profile.prefixes_ipv6[routing_domain] == ipv6
    assert profile.prefix_warning_percent == 80


@BOTH
@pytest.mark.parametrize(
    ("reserved", "free"),
    [
        ((8074, 8075), (8073, 8076)),
        ((12076,), (12075, 12077)),
        ((23456,), (23455, 23457)),
        ((64496, 64511), (64495, 64512)),
        ((65515, 65520), (65514, 65521)),
        ((65535, 65551), (65534, 65552)),
        ((4294967295,), (4294967294,)),
    ],
)
def test_reserved_as_numbers(
    profile: Profile, reserved: tuple[int, ...], free: tuple[int, ...]
) -> None:
    def never(asn: int) -> bool:
        return any(asn in numbers for numbers in profile.asn_never)

    assert all(never(asn) for asn in reserved)
    assert not any(never(asn) for asn in free)


@BOTH
@pytest.mark.parametrize(
    ("private", "public"),
    [
        ((64512, 65514), (64511, 65515)),
        ((65521, 65534), (65520, 65535)),
        ((4200000000, 4294967294), (4199999999, 4294967295)),
    ],
)
def test_private_as_numbers(
    profile: Profile, private: tuple[int, ...], public: tuple[int, ...]
) -> None:
    def is_private(asn: int) -> bool:
        return any(asn in numbers for numbers in profile.asn_private)

    assert all(is_private(asn) for asn in private)
    assert not any(is_private(asn) for asn in public)
