"""The order of the later checks: references, values, consent, limits, capacity."""

from typing import Any

from domain.words.structs import all_fields
from tests.domain.spec import given
from tests.domain.test_order_of_checks import ACME, C1, CLOSED, ENOUGH, FULL
from tests.examples import (
    MICROSOFT,
    ORDER,
    a_customer,
    a_location,
    a_pair,
    a_peering,
    a_world,
)

# --- 6 · 7: what is referred to before values


def test_a_closed_location_before_the_bandwidth() -> None:
    given(a_world(), CLOSED).when("change-bandwidth", C1, bandwidth_mbps=600).refused(
        "location-closed"
    )


def test_the_providers_of_a_location_before_its_routers() -> None:
    pair = all_fields(a_pair(primary="r", secondary="r", provider="bt"))
    given(a_location()).when("resize-location", "location/frankfurt", routers=[pair]).refused(
        "provider-not-at-location"
    )


def test_the_scope_of_a_role_before_the_identity_store() -> None:
    given(a_customer()).when(
        "grant-role", ACME, principal="user:bob", role="reader", scope="x", on_behalf=True
    ).refused("not-found")


# --- within 7: each value alone, then against each other, then as in the code table


def test_each_router_pair_alone_before_pairs_against_providers() -> None:
    pairs = [
        all_fields(a_pair("pair-1", provider="bt")),
        all_fields(a_pair("pair-2", primary="r", secondary="r")),
    ]
    given().when("open-location", "location/frankfurt", providers=["colt"], routers=pairs).refused(
        "same-router"
    )


def test_routers_alone_before_what_is_taken_on_them() -> None:
    pair = all_fields(a_pair(capacity_mbps=1, primary="r", secondary="r"))
    given(a_world()).when("resize-location", "location/frankfurt", routers=[pair]).refused(
        "same-router"
    )


def test_the_bandwidth_before_the_tier() -> None:
    location = a_location(local_regions=[])
    wrong = ORDER | {"bandwidth_mbps": 300, "tier": "local"}
    given(a_customer(), location).when("order-circuit", C1, **wrong).refused(
        "bandwidth-not-offered"
    )
    given(a_customer(), location).when("order-circuit", C1, **ORDER | {"tier": "local"}).refused(
        "tier-not-offered"
    )


def test_a_prefix_alone_before_whose_it_is() -> None:
    beta = a_customer("beta", number=2)
    spec = given(a_customer(), beta).when("claim-prefix", "customer/beta", prefix="10.0.0.0/8")
    spec.when("claim-prefix", ACME, prefix="10.0.0.1/8").refused("subnet-invalid")


def test_the_values_of_a_peering_in_order() -> None:
    """Each step corrects the value that was refused last."""
    spec = given(a_world(), a_peering())
    wrong: dict[str, Any] = MICROSOFT | {
        "vlan": 100,
        "peer_asn": 65515,
        "primary_subnet": "10.255.0.0/30",
        "secondary_subnet": "10.255.0.4/29",
        "advertised_prefixes": [],
    }
    for code, mend in (
        ("subnet-invalid", {"primary_subnet": "198.51.100.0/30"}),
        ("subnet-invalid", {"secondary_subnet": "198.51.100.0/30"}),
        ("asn-reserved", {"peer_asn": 3320}),
        ("prefixes-required", {"advertised_prefixes": ["203.0.113.0/24"]}),
        ("vlan-taken", {"vlan": 300}),
        ("subnet-overlaps", {"secondary_subnet": "198.51.100.4/30"}),
    ):
        spec.when("configure-peering", C1, **wrong).refused(code)
        wrong |= mend
    spec.when("configure-peering", C1, **wrong).then_accepted()


# --- 7 · 8: values, consent, limits, capacity


def test_the_bandwidth_before_consent() -> None:
    given(a_world()).when("change-bandwidth", C1, bandwidth_mbps=300).refused(
        "bandwidth-not-offered"
    )


def test_the_tier_before_limits() -> None:
    given(a_customer(), a_location(local_regions=[]), ENOUGH).when(
        "order-circuit", C1, **ORDER | {"tier": "local"}
    ).refused("tier-not-offered")


def test_limits_before_capacity() -> None:
    given(a_customer(), FULL, ENOUGH).when("order-circuit", C1, **ORDER).refused("limit-reached")
    given(a_customer(), FULL).when("order-circuit", C1, **ORDER).refused("no-capacity")


def test_consent_before_capacity() -> None:
    tight = a_location("frankfurt", a_pair(capacity_mbps=500))
    spec = given(a_customer(), tight, a_world()[len(a_customer()) + len(a_location()) :])
    smaller = {"bandwidth_mbps": 200, "strategy": "replace-first"}
    spec.when("change-bandwidth", C1, **smaller).refused("interruption-not-accepted")
    spec.when("change-bandwidth", C1, **smaller, accept_interruption=True).refused("no-capacity")
