"""Tier and billing: what can be changed in place, and what is in the way."""

from typing import Any

import pytest

from domain.circuit.events import (
    BillingChanged,
    DeprovisioningBegun,
    DeprovisioningRequested,
    TierChanged,
)
from domain.words.values import Tier
from tests.domain.spec import Spec, given
from tests.examples import (
    a_customer,
    a_location,
    a_peering,
    a_provisioned_circuit,
    a_world,
    an_ordered_circuit,
)


def to_tier(wanted: str, **circuit: Any) -> Spec:
    """Change a circuit with these fields to the tier `wanted`."""
    return given(a_world(**circuit)).when("change-tier", "circuit/c1", tier=wanted)


def to_billing(wanted: str | None, **circuit: Any) -> Spec:
    """Change a circuit with these fields to the billing `wanted`."""
    return given(a_world(**circuit)).when("change-billing", "circuit/c1", billing=wanted)


class TestTier:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("standard", "premium"),
            ("premium", "standard"),
            ("local", "standard"),
            ("local", "premium"),
        ],
    )
    def test_that_can_be_changed(self, before: str, after: Tier) -> None:
        to_tier(after, tier=before, billing="unlimited").then(
            ("circuit/c1", TierChanged(tier=after))
        )

    @pytest.mark.parametrize("tier", ["local", "standard", "premium"])
    def test_that_it_has_already_is_already_true(self, tier: str) -> None:
        to_tier(tier, tier=tier).then_nothing()

    @pytest.mark.parametrize("before", ["standard", "premium"])
    def test_never_goes_down_to_local(self, before: str) -> None:
        spec = to_tier("local", tier=before, billing="unlimited")
        assert spec.refused("tier-change-blocked", count=1).blockers == [f"tier {before}"]

    def test_never_goes_down_to_local_whatever_the_location_offers(self) -> None:
        location = a_location(local_regions=[])
        spec = given(a_customer(), location, a_provisioned_circuit())
        spec.when("change-tier", "circuit/c1", tier="local").refused("tier-change-blocked")

    @pytest.mark.parametrize("after", ["standard", "premium"])
    def test_local_upgrades_only_while_billed_unlimited(self, after: str) -> None:
        spec = to_tier(after, tier="local", billing="metered").refused("tier-change-blocked")
        assert spec.blockers == ["billing metered"]
        spec.when("change-billing", "circuit/c1", billing="unlimited")
        spec.when("change-tier", "circuit/c1", tier=after).then(TierChanged)

    def test_premium_goes_down_only_without_what_standard_does_not_allow(self) -> None:
        prefixes = [f"10.{n // 256}.{n % 256}.0/24" for n in range(4001)]
        within = a_peering(advertised_prefixes=prefixes[:4000])
        beyond = a_peering(advertised_prefixes=prefixes)
        spec = given(a_world(tier="premium"), beyond)
        spec.when("change-tier", "circuit/c1", tier="standard").refused(
            "tier-change-blocked", count=1
        )
        assert spec.blockers == ["4001 IPv4 prefixes on private, 4000 allowed"]
        given(a_world(tier="premium"), within).when(
            "change-tier", "circuit/c1", tier="standard"
        ).then(TierChanged)

    def test_a_peering_that_advertises_nothing_is_in_nobodys_way(self) -> None:
        given(a_world(tier="premium"), a_peering()).when(
            "change-tier", "circuit/c1", tier="standard"
        ).then(TierChanged)

    def test_changes_before_the_provider_is_done(self) -> None:
        spec = given(a_customer(), a_location(), an_ordered_circuit())
        spec.when("change-tier", "circuit/c1", tier="premium").then(TierChanged)


class TestBilling:
    def test_goes_from_metered_to_unlimited(self) -> None:
        to_billing("unlimited").then(("circuit/c1", BillingChanged(billing="unlimited")))

    def test_never_goes_back_in_place(self) -> None:
        to_billing("metered", billing="unlimited").refused(
            "billing-change-not-offered", billing="unlimited", wanted="metered"
        )

    @pytest.mark.parametrize("billing", ["metered", "unlimited"])
    def test_that_it_has_already_is_already_true(self, billing: str) -> None:
        to_billing(billing, billing=billing).then_nothing()

    @pytest.mark.parametrize("billing", ["free", "Metered", None, 1])
    def test_an_unknown_billing_is_malformed(self, billing: Any) -> None:
        to_billing(billing).refused("malformed-command")


@pytest.mark.parametrize(
    ("verb", "data"),
    [("change-tier", {"tier": "premium"}), ("change-billing", {"billing": "unlimited"})],
)
def test_a_circuit_that_is_being_torn_down_is_not_changed_any_more(
    verb: str, data: dict[str, str]
) -> None:
    asked, begun = DeprovisioningRequested(), DeprovisioningBegun()
    spec = given(a_world(), ("circuit/c1", asked)).when(verb, "circuit/c1", **data)
    assert spec.outcome is not None
    assert spec.outcome.accepted, "the teardown was only requested, and may yet be rejected"
    given(a_world(), ("circuit/c1", asked), ("circuit/c1", begun)).when(
        verb, "circuit/c1", **data
    ).refused("circuit-not-provisioned")


def test_what_is_already_true_comes_before_the_state() -> None:
    gone = [("circuit/c1", DeprovisioningRequested()), ("circuit/c1", DeprovisioningBegun())]
    spec = given(a_world(), gone)
    spec.when("change-tier", "circuit/c1", tier="standard").then_nothing()
    spec.when("change-billing", "circuit/c1", billing="metered").then_nothing()
