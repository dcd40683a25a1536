"""Lowering a rate: never in place, only with consent, by teardown and recreate in either order."""

from typing import Any

import pytest

from domain.bandwidth_change.course import StepName
from domain.circuit.bandwidth_events import BandwidthDecreased, DecreaseStarted
from domain.circuit.events import CircuitDeleted, CircuitOrdered, CircuitPlaced, PeeringConfigured
from domain.customer.events import CircuitAttached, CircuitDetached
from domain.location.events import CapacityReleased, CapacityTaken, LocationClosed
from domain.words.structs import as_json
from tests.domain.drive import Drive, drive
from tests.domain.spec import Spec, given
from tests.examples import (
    ORDER,
    PEERING,
    PUBLIC,
    a_customer,
    a_location,
    a_pair,
    a_peering,
    a_provisioned_circuit,
    a_world,
    an_ordered_circuit,
)

STRATEGIES = ("teardown-first", "replace-first")
CLOSED = ("location/frankfurt", LocationClosed())


def lower(spec: Spec, mbps: int = 200, **fields: Any) -> Spec:
    """Request a decrease that is valid except for these fields; a field of None is left out."""
    asked = {"change_id": "down-1", "accept_interruption": True, **fields}
    asked = {name: value for name, value in asked.items() if value is not None}
    return spec.when("change-bandwidth", "circuit/c1", bandwidth_mbps=mbps, **asked)


def lowering(strategy: str, *facts: Any, **fields: Any) -> Drive:
    """A decrease under way on the example circuit, with the process beside it."""
    return drive(
        lower(given(facts or a_world()), strategy=strategy, **fields).then(DecreaseStarted)
    )


def taken(spec: Spec, pair: str = "pair-1") -> int:
    return spec.state("location/frankfurt").taken.get(pair, 0)


class TestConsent:
    @pytest.mark.parametrize("strategy", STRATEGIES)
    @pytest.mark.parametrize("consent", [None, False])
    def test_without_it_the_answer_is_the_plan(self, strategy: str, consent: Any) -> None:
        spec = lower(
            given(a_world(), a_peering()), strategy=strategy, accept_interruption=consent
        ).refused("interruption-not-accepted")
        assert spec.outcome is not None
        assert spec.outcome.refusal is not None
        plan = spec.outcome.refusal.facts["plan"]
        assert (plan["from_mbps"], plan["bandwidth_mbps"]) == (500, 200)
        assert plan["strategy"] == strategy
        assert plan["successor"] == "c1.r2"
        assert plan["carries_over"] == ["private"]
        assert {each["by"] for each in plan["steps"]} == {"tieline", "provider"}

    def test_the_plan_of_teardown_first_begins_with_the_teardown(self) -> None:
        assert self.first_step("teardown-first") == "request-deprovisioning of the old circuit"

    def test_the_plan_of_replace_first_begins_with_the_successor(self) -> None:
        assert self.first_step("replace-first") == "order the successor"

    def first_step(self, strategy: str) -> str:
        spec = lower(given(a_world()), strategy=strategy, accept_interruption=None)
        assert spec.outcome is not None
        assert spec.outcome.refusal is not None
        return spec.outcome.refusal.facts["plan"]["steps"][0]["step"]

    def test_comes_after_the_rules_on_values_and_before_capacity(self) -> None:
        location = a_location("frankfurt", a_pair("pair-1", 500))
        spec = given(a_customer(), location, a_provisioned_circuit())
        missing: dict[str, Any] = {"strategy": "replace-first", "accept_interruption": None}
        lower(spec, 300, **missing).refused("bandwidth-not-offered")
        lower(spec, **missing).refused("interruption-not-accepted")
        lower(spec, strategy="replace-first").refused("no-capacity")


def test_it_starts_with_the_successor_decided_and_reserved() -> None:
    lower(given(a_world())).then(
        (
            "circuit/c1",
            DecreaseStarted(
                change_id="down-1",
                from_mbps=500,
                bandwidth_mbps=200,
                strategy="teardown-first",
                auto_proceed=True,
                successor="c1.r2",
                customer_id="acme",
                location_id="frankfurt",
            ),
        )
    )


def test_it_needs_a_provisioned_circuit() -> None:
    lower(given(a_customer(), a_location(), an_ordered_circuit())).refused(
        "circuit-not-provisioned"
    )


class TestTeardownFirst:
    def test_tears_down_then_builds_anew(self) -> None:
        play = lowering("teardown-first")
        play.settle()
        assert [step for step in map(step_of_process, play.sent) if step] == [
            "request-deprovisioning",
            "delete-circuit",
            "order-successor",
            "carry-over",
            "finish-bandwidth-change",
        ]

    def test_the_pair_keeps_the_new_rate_and_only_the_difference_is_given_back(self) -> None:
        spec = lowering("teardown-first").settle()
        released = [e for _, e in spec.history if isinstance(e, CapacityReleased)]
        assert [each.bandwidth_mbps for each in released] == [300]

    def test_no_third_order_can_strand_it(self) -> None:
        location = a_location("frankfurt", a_pair("pair-1", 500))
        play = lowering("teardown-first", a_customer(), location, a_provisioned_circuit())
        spec = play.to("successor-placed")
        spec.when("order-circuit", "circuit/c9", **{**ORDER, "bandwidth_mbps": 500}).refused(
            "no-capacity", free=["pair-1 300 Mbit/s"]
        )
        play.settle()
        assert spec.state("circuit/c1.r2").provider_state == "provisioned"
        assert taken(spec) == 200

    def test_the_successor_is_placed_on_the_same_pair_without_taking_capacity(self) -> None:
        location = a_location("frankfurt", a_pair("pair-1", 500), a_pair("pair-2", 200))
        play = lowering("teardown-first", a_customer(), location, a_provisioned_circuit())
        play.to("successor-placed")
        assert [type(event) for _, event in play.spec.written] == [
            CircuitOrdered,
            CircuitDetached,
            CircuitAttached,
            CircuitPlaced,
        ]
        assert play.spec.state("circuit/c1.r2").pair == "pair-1"

    def test_a_location_closed_before_or_meanwhile_does_not_stop_it(self) -> None:
        spec = lowering("teardown-first", a_world(), CLOSED).settle()
        assert spec.state("circuit/c1.r2").bandwidth_mbps == 200
        play = lowering("teardown-first")
        play.to("deprovisioning").when("close-location", "location/frankfurt")
        assert play.settle().state("circuit/c1.r2").provider_state == "provisioned"

    def test_the_old_circuit_is_replaced_when_it_is_deleted(self) -> None:
        play = lowering("teardown-first")
        assert play.to("deprovisioning").state("circuit/c1").replaced_by is None
        assert play.to("successor-placed").state("circuit/c1").replaced_by == "c1.r2"

    def test_peerings_are_carried_over_as_they_were(self) -> None:
        off = a_peering(**PUBLIC, state="disabled")
        spec = lowering("teardown-first", a_world(), a_peering(), off).settle()
        old, new = spec.state("circuit/c1"), spec.state("circuit/c1.r2")
        assert new.peerings == old.peerings
        assert [each.state for each in new.peerings] == ["enabled", "disabled"]

    def test_what_they_advertise_is_carried_over_too(self) -> None:
        public = a_peering(**PUBLIC, advertised_prefixes=["203.0.113.0/24", "2001:db8::/32"])
        spec = lowering("teardown-first", a_world(), public).settle()
        assert spec.state("circuit/c1.r2").peerings == spec.state("circuit/c1").peerings

    def test_until_it_ends_customer_subscription_and_provider_count_as_in_use(self) -> None:
        play = lowering("teardown-first")
        for step in ("deprovisioning", "successor-placed", "successor-provisioning"):
            spec = play.to(step)
            spec.when("remove-customer", "customer/acme").refused("change-in-progress")
            spec.when("remove-subscription", "customer/acme", subscription_id="acme-prod").refused(
                "subscription-in-use"
            )
            spec.when("remove-provider", "location/frankfurt", provider="colt").refused(
                "provider-in-use"
            )

    @pytest.mark.parametrize(
        ("strategy", "step", "circuits"),
        [
            ("teardown-first", "deprovisioning", ["c1"]),
            ("teardown-first", "successor-placed", ["c1.r2"]),
            ("replace-first", "order-successor", ["c1"]),
            ("replace-first", "successor-placed", ["c1", "c1.r2"]),
            ("replace-first", "deprovisioning", ["c1", "c1.r2"]),
        ],
    )
    def test_a_subscription_names_every_circuit_that_is_not_torn_down_yet(
        self, strategy: str, step: StepName, circuits: list[str]
    ) -> None:
        play = lowering(strategy)
        spec = play.to(step) if step != "order-successor" else play.spec
        spec.when("remove-subscription", "customer/acme", subscription_id="acme-prod")
        spec.refused("subscription-in-use", count=len(circuits))
        assert spec.outcome is not None
        assert spec.outcome.refusal is not None
        said = [(each.what, each.removed_by) for each in spec.outcome.refusal.blockers]
        by = "delete-circuit of what change down-1 of c1 leaves, once it has ended"
        assert said == [(f"circuit {id}", by) for id in circuits]

    def test_the_pair_counts_as_in_use(self) -> None:
        play = lowering("teardown-first")
        other = as_json(a_pair("pair-9"))
        play.to("successor-placed").when(
            "resize-location", "location/frankfurt", routers=[other]
        ).refused("capacity-in-use")


@pytest.mark.parametrize("strategy", STRATEGIES)
class TestWhenItIsDone:
    def done(self, strategy: str) -> Spec:
        facts = (a_world(tier="premium", billing="unlimited", profile="2016"), a_peering())
        return lowering(strategy, *facts).settle()

    def test_it_is_written_on_both_circuits(self, strategy: str) -> None:
        ends = [(s, e) for s, e in self.done(strategy).history if isinstance(e, BandwidthDecreased)]
        decreased = BandwidthDecreased(change_id="down-1", bandwidth_mbps=200, replaced_by="c1.r2")
        assert ends == [("circuit/c1", decreased), ("circuit/c1.r2", decreased)]

    def test_the_successor_is_the_same_but_for_its_rate_and_its_key(self, strategy: str) -> None:
        spec = self.done(strategy)
        old, new = spec.state("circuit/c1"), spec.state("circuit/c1.r2")
        for same in (
            "customer_id",
            "subscription_id",
            "location_id",
            "provider",
            "tier",
            "billing",
            "profile_name",
        ):
            assert getattr(new, same) == getattr(old, same)
        assert new.bandwidth_mbps == 200
        assert new.service_key != old.service_key
        assert (new.provider_state, new.circuit_state) == ("provisioned", "enabled")

    def test_history_reads_across_both(self, strategy: str) -> None:
        spec = self.done(strategy)
        assert spec.state("circuit/c1").replaced_by == "c1.r2"
        assert spec.state("circuit/c1.r2").replaces == "c1"

    def test_the_old_one_is_deleted_and_no_change_runs_on_either(self, strategy: str) -> None:
        spec = self.done(strategy)
        assert spec.state("circuit/c1").removed_at
        assert spec.state("circuit/c1").change is None
        assert spec.state("circuit/c1.r2").change is None
        assert [s for s, e in spec.history if isinstance(e, CircuitDeleted)] == ["circuit/c1"]

    def test_capacity_was_given_back_exactly_once(self, strategy: str) -> None:
        spec = self.done(strategy)
        assert taken(spec) == 200
        took = sum(e.bandwidth_mbps for _, e in spec.history if isinstance(e, CapacityTaken))
        gave = sum(e.bandwidth_mbps for _, e in spec.history if isinstance(e, CapacityReleased))
        assert took - gave == 200

    def test_the_successor_has_the_old_ones_place_under_every_limit(self, strategy: str) -> None:
        customer = self.done(strategy).state("customer/acme")
        assert list(customer.circuits) == ["c1.r2"]
        assert customer.circuits_in["acme-prod frankfurt"] == 1

    def test_the_successor_can_be_changed_and_torn_down_like_any_other(self, strategy: str) -> None:
        spec = self.done(strategy)
        spec.when("change-peering", "circuit/c1.r2", routing_domain="private", vlan=7)
        assert spec.state("circuit/c1.r2").peering("private").vlan == 7
        spec.when("request-deprovisioning", "circuit/c1.r2", accept_interruption=True)
        drive(spec).settle()
        spec.when("delete-circuit", "circuit/c1.r2").then(
            CapacityReleased, CircuitDetached, CircuitDeleted
        )
        assert taken(spec) == 0


def step_of_process(id: str) -> str | None:
    step = id.split("/")[2]
    return None if step.startswith("report-") else step


def test_a_circuit_without_peerings_is_lowered_too() -> None:
    spec = lowering("replace-first").settle()
    assert spec.state("circuit/c1.r2").peerings == ()
    spec.when("configure-peering", "circuit/c1.r2", **PEERING).then(PeeringConfigured)
