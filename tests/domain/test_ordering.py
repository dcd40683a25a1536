"""Ordering a circuit: references, limits, placement."""

from typing import Any
from uuid import UUID

import pytest

from domain.circuit.events import CircuitDeleted, CircuitOrdered, CircuitPlaced
from domain.customer.events import CircuitAttached, CustomerRemoved, SubscriptionAdded
from domain.location.events import CapacityTaken, LocationClosed
from domain.profiles import CURRENT
from tests.domain.spec import Spec, given
from tests.examples import (
    KEY,
    ORDER,
    a_customer,
    a_grant,
    a_location,
    a_provisioned_circuit,
    an_ordered_circuit,
)


def order(spec: Spec, circuit_id: str = "c1", *, actor: str | None = None, **fields: Any) -> Spec:
    """Place an order that is valid except for these fields."""
    return spec.when("order-circuit", f"circuit/{circuit_id}", actor=actor, **{**ORDER, **fields})


def a_market(*pairs: Any, **location: Any) -> Spec:
    """The example customer, and a location with these pairs."""
    return given(a_customer(), a_location("frankfurt", *pairs, **location))


def placed_on(spec: Spec, circuit_id: str = "c1") -> str:
    return spec.state(f"circuit/{circuit_id}").pair


def test_an_order_is_placed_at_once() -> None:
    order(a_market()).then(
        ("circuit/c1", CircuitOrdered(**ORDER, profile="current")),
        (
            "customer/acme",
            CircuitAttached(circuit_id="c1", subscription_id="acme-prod", location_id="frankfurt"),
        ),
        (
            "location/frankfurt",
            CapacityTaken(circuit_id="c1", provider="colt", pair="pair-1", bandwidth_mbps=500),
        ),
        (
            "circuit/c1",
            CircuitPlaced(pair="pair-1", primary="pair-1-a", secondary="pair-1-b", service_key=KEY),
        ),
    )


def test_the_service_key_is_a_random_uuid_of_the_commands_own_bits() -> None:
    spec = a_market()
    keys: list[str] = []
    for number in (1, 2):
        spec.when("order-circuit", f"circuit/c{number}", entropy=bytes([number] * 16), **ORDER)
        keys.append(spec.state(f"circuit/c{number}").service_key)
    assert len(set(keys)) == 2
    assert all(UUID(key).version == 4 for key in keys)


class TestTheId:
    def test_is_ordered_once(self) -> None:
        spec = given(a_customer(), a_location(), a_provisioned_circuit())
        order(spec).refused("already-exists", id="c1")

    def test_of_a_deleted_circuit_is_retired(self) -> None:
        deleted = ("circuit/c1", CircuitDeleted())
        spec = given(a_customer(), a_location(), an_ordered_circuit(), deleted)
        order(spec).refused("id-retired", id="c1")

    def test_named_only_in_a_refused_order_is_still_free(self) -> None:
        spec = order(a_market(), bandwidth_mbps=300).refused("bandwidth-not-offered")
        order(spec).then(CircuitOrdered, CircuitAttached, CapacityTaken, CircuitPlaced)

    @pytest.mark.parametrize("id", ["acme.r2", "acme.r10", ".acme", "-acme", "a/b", "ä", "a" * 81])
    def test_outside_the_pattern_or_of_the_engines_own_is_malformed(self, id: str) -> None:
        order(a_market(), id).refused("malformed-command")

    @pytest.mark.parametrize("id", ["acme.r", "acme.r2x", "r2", "acme.R2", "7.a_b-c", "a" * 80])
    def test_of_any_other_form_is_the_publishers(self, id: str) -> None:
        order(a_market(), id).then(CircuitOrdered, CircuitAttached, CapacityTaken, CircuitPlaced)


class TestWhatItRefersTo:
    def test_the_customer_exists(self) -> None:
        order(given(a_location())).refused("not-found", kind="customer", id="acme")

    def test_the_customer_is_still_there(self) -> None:
        gone = ("customer/acme", CustomerRemoved())
        order(given(a_customer(), a_location(), gone)).refused("not-found", kind="customer")

    def test_the_subscription_is_the_customers(self) -> None:
        other = a_customer("globex", number=2, subscription="globex-prod")
        spec = given(a_customer(), other, a_location())
        order(spec, subscription_id="globex-prod").refused(
            "subscription-unknown", subscription_id="globex-prod"
        )

    def test_under_connect_through_the_csp_manages_the_subscription(self) -> None:
        own = ("customer/acme", SubscriptionAdded(subscription_id="own", managed_by="customer"))
        order(given(a_customer(), own, a_location()), subscription_id="own").refused(
            "subscription-not-managed", subscription_id="own"
        )

    def test_under_connect_to_it_does_not_matter_who_manages_the_subscription(self) -> None:
        own = ("customer/acme", SubscriptionAdded(subscription_id="own", managed_by="customer"))
        customer = [a_customer(model="connect-to"), a_grant("user:anna", "owner"), own]
        order(given(customer, a_location()), actor="user:anna", subscription_id="own").then(
            CircuitOrdered, CircuitAttached, CapacityTaken, CircuitPlaced
        )

    def test_the_location_exists(self) -> None:
        order(given(a_customer())).refused("not-found", kind="location", id="frankfurt")

    def test_the_provider_is_at_the_location(self) -> None:
        order(a_market(), provider="verizon").refused(
            "provider-not-at-location", provider="verizon", providers=["colt", "equinix"]
        )

    def test_the_location_is_open(self) -> None:
        closed = ("location/frankfurt", LocationClosed())
        order(given(a_customer(), a_location(), closed)).refused("location-closed")

    def test_who_is_there_comes_before_whether_it_is_open(self) -> None:
        closed = ("location/frankfurt", LocationClosed())
        order(given(a_customer(), a_location(), closed), provider="verizon").refused(
            "provider-not-at-location"
        )

    def test_customer_and_subscription_come_before_the_location(self) -> None:
        order(given(a_customer()), subscription_id="none").refused("subscription-unknown")


class TestTheProfile:
    def test_is_the_one_in_force(self) -> None:
        assert order(a_market()).state("circuit/c1").profile_name == "current"

    def test_is_chosen_by_the_csps_owner(self) -> None:
        spec = order(a_market(), profile="2016")
        assert spec.state("circuit/c1").profile_name == "2016"

    def test_is_chosen_by_nobody_else(self) -> None:
        spec = given(a_customer(), a_grant("user:anna", "owner"), a_location())
        order(spec, actor="user:anna", profile="2016").refused("not-permitted")
        order(spec, actor="user:anna").then(
            CircuitOrdered, CircuitAttached, CapacityTaken, CircuitPlaced
        )

    def test_an_unknown_profile_is_refused(self) -> None:
        order(a_market(), profile="2010").refused(
            "profile-unknown", profile="2010", profiles=["2016", "current"]
        )


class TestRate:
    @pytest.mark.parametrize("mbps", CURRENT.offered_mbps)
    def test_comes_in_the_steps_offered(self, mbps: int) -> None:
        order(a_market(), bandwidth_mbps=mbps).then(
            CircuitOrdered, CircuitAttached, CapacityTaken, CircuitPlaced
        )

    @pytest.mark.parametrize("mbps", [1, 49, 51, 300, 999, 20000])
    def test_in_between_is_not_offered(self, mbps: int) -> None:
        order(a_market(), bandwidth_mbps=mbps).refused(
            "bandwidth-not-offered", offered=[50, 100, 200, 500, 1000, 2000, 5000, 10000]
        )

    @pytest.mark.parametrize("mbps", ["500", 500.0, True, 0, -50, None, 2**53])
    def test_is_a_positive_integer_and_nothing_is_coerced(self, mbps: Any) -> None:
        order(a_market(), bandwidth_mbps=mbps).refused("malformed-command")


def test_unknown_and_missing_fields_are_named_with_their_path() -> None:
    spec = order(a_market(), colour="red")
    assert spec.refused("malformed-command").outcome
    faults = spec.outcome.refusal.facts["faults"]  # type: ignore[union-attr]
    assert [fault["path"] for fault in faults] == ["colour"]
    spec.when("order-circuit", "circuit/c1", customer_id="acme").refused("malformed-command")


@pytest.mark.parametrize("mbps", [50, 100, 200, 500])
def test_the_local_tier_begins_at_a_gigabit(mbps: int) -> None:
    spec = order(a_market(), tier="local", billing="unlimited", bandwidth_mbps=mbps)
    spec.refused("tier-not-offered", because=f"it begins at 1000 Mbit/s, and {mbps} was asked for")


@pytest.mark.parametrize("mbps", [1000, 2000, 5000, 10000])
def test_the_local_tier_is_sold_unlimited_only(mbps: int) -> None:
    order(a_market(), tier="local", billing="metered", bandwidth_mbps=mbps).refused(
        "tier-not-offered", because="it is billed unlimited only, and metered was asked for"
    )
    order(a_market(), tier="local", billing="unlimited", bandwidth_mbps=mbps).then_accepted()


def test_a_location_without_local_regions_offers_no_local_tier() -> None:
    order(a_market(local_regions=[]), tier="local").refused("tier-not-offered", tier="local")
    order(a_market(local_regions=[])).then(
        CircuitOrdered, CircuitAttached, CapacityTaken, CircuitPlaced
    )
    order(a_market(), tier="local", billing="unlimited", bandwidth_mbps=1000).then(
        CircuitOrdered, CircuitAttached, CapacityTaken, CircuitPlaced
    )


def test_values_are_checked_in_the_order_of_the_code_table() -> None:
    spec = a_market(local_regions=[])
    order(spec, tier="local", bandwidth_mbps=300).refused("bandwidth-not-offered")


class TestLimits:
    def filled(self, count: int, **fields: Any) -> Spec:
        """A world whose example subscription has `count` circuits, ten at each location."""
        places = [f"l{place}" for place in range(count // 10 + 1)]
        circuits = [
            an_ordered_circuit(f"x{n}", location_id=places[n // 10], bandwidth_mbps=50)
            for n in range(count)
        ]
        return given(a_customer(**fields), a_location(), [a_location(p) for p in places], circuits)

    def test_ten_circuits_of_a_subscription_at_one_location(self) -> None:
        spec = self.filled(9)
        order(spec, location_id="l0").then(
            CircuitOrdered, CircuitAttached, CapacityTaken, CircuitPlaced
        )
        order(spec, "c2", location_id="l0").refused("limit-reached", allowed=10, used=10)
        order(spec, "c2").then(CircuitOrdered, CircuitAttached, CapacityTaken, CircuitPlaced)

    def test_fifty_circuits_of_a_subscription(self) -> None:
        spec = self.filled(49)
        order(spec).then(CircuitOrdered, CircuitAttached, CapacityTaken, CircuitPlaced)
        order(spec, "c2").refused("limit-reached", allowed=50, used=50)

    def test_ten_circuits_of_a_subscription_under_the_profile_of_2016(self) -> None:
        spec = self.filled(9)
        order(spec, profile="2016").then(
            CircuitOrdered, CircuitAttached, CapacityTaken, CircuitPlaced
        )
        order(spec, "c2", profile="2016").refused("limit-reached", allowed=10, used=10)

    def test_count_per_subscription(self) -> None:
        second = ("customer/acme", SubscriptionAdded(subscription_id="dev", managed_by="csp"))
        spec = self.filled(10)
        spec.history.append(second)
        order(spec, location_id="l0", subscription_id="dev").then(
            CircuitOrdered, CircuitAttached, CapacityTaken, CircuitPlaced
        )

    def test_come_before_capacity(self) -> None:
        order(self.filled(10), location_id="l0", bandwidth_mbps=10000).refused("limit-reached")

    def test_a_deleted_circuit_no_longer_counts(self) -> None:
        spec = self.filled(10).when("delete-circuit", "circuit/x3")
        order(spec, location_id="l0").then(
            CircuitOrdered, CircuitAttached, CapacityTaken, CircuitPlaced
        )
