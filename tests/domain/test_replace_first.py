"""Replace-first: the successor beside the old circuit, the switch, the word to proceed."""

from typing import Any

import pytest

from domain.circuit.bandwidth_events import DecreaseStarted, SwitchedOver
from domain.circuit.events import PeeringConfigured
from tests.domain.drive import Drive, drive
from tests.domain.spec import Spec, given
from tests.domain.test_decrease import CLOSED, lower, lowering, step_of_process, taken
from tests.examples import (
    ORDER,
    PUBLIC,
    a_customer,
    a_location,
    a_pair,
    a_peering,
    a_provisioned_circuit,
    a_world,
    an_ordered_circuit,
)


class TestReplaceFirst:
    def test_builds_anew_then_tears_down(self) -> None:
        play = lowering("replace-first")
        play.settle()
        assert [step for step in map(step_of_process, play.sent) if step] == [
            "order-successor",
            "carry-over",
            "switch-over",
            "request-deprovisioning",
            "delete-circuit",
            "finish-bandwidth-change",
        ]

    def test_capacity_for_both_is_needed_at_the_start(self) -> None:
        for capacity, code in ((699, "no-capacity"), (700, None)):
            location = a_location("frankfurt", a_pair("pair-1", capacity))
            spec = lower(
                given(a_customer(), location, a_provisioned_circuit()), strategy="replace-first"
            )
            if code:
                spec.refused(code)
            else:
                spec.then(DecreaseStarted)

    def test_both_hold_capacity_until_the_old_one_is_deleted(self) -> None:
        play = lowering("replace-first")
        assert taken(play.to("successor-placed")) == 700
        assert taken(play.settle()) == 200

    def test_the_successor_may_stand_on_another_pair(self) -> None:
        location = a_location("frankfurt", a_pair("pair-1", 600), a_pair("pair-2", 5000))
        spec = lowering("replace-first", a_customer(), location, a_provisioned_circuit()).settle()
        assert spec.state("circuit/c1.r2").pair == "pair-2"
        assert (taken(spec), taken(spec, "pair-2")) == (0, 200)

    def test_a_closed_location_does_not_let_it_start(self) -> None:
        lower(given(a_world(), CLOSED), strategy="replace-first").refused("location-closed")

    def test_a_location_closed_before_the_successor_is_placed_stalls_it(self) -> None:
        play = lowering("replace-first", a_world())
        play.spec.when("close-location", "location/frankfurt")
        play.settle()
        assert play.step == "order-successor"
        assert "location-closed" in play.spec.state("circuit/c1").change.stalled.reason
        play.spec.when("reopen-location", "location/frankfurt")
        play.spec.when("retry-bandwidth-change", "circuit/c1", change_id="down-1", reason="open")
        assert play.settle().state("circuit/c1.r2").bandwidth_mbps == 200

    def test_a_location_closed_after_that_does_not_stop_it(self) -> None:
        play = lowering("replace-first")
        play.to("successor-placed").when("close-location", "location/frankfurt")
        assert play.settle().state("circuit/c1").removed_at

    def test_capacity_taken_by_others_meanwhile_stalls_it(self) -> None:
        location = a_location("frankfurt", a_pair("pair-1", 700))
        play = lowering("replace-first", a_customer(), location, a_provisioned_circuit())
        play.spec.when("order-circuit", "circuit/c9", **{**ORDER, "bandwidth_mbps": 200})
        play.settle()
        assert play.step == "order-successor"
        assert "no-capacity" in play.spec.state("circuit/c1").change.stalled.reason

    def test_what_is_carried_over_is_disabled_until_the_switch(self) -> None:
        off = a_peering(**PUBLIC, state="disabled")
        spec = lowering("replace-first", a_world(), a_peering(), off).settle()
        carried = [
            event
            for stream, event in spec.history
            if stream == "circuit/c1.r2" and isinstance(event, PeeringConfigured)
        ]
        assert [(each.vlan, each.state) for each in carried] == [
            (100, "disabled"),
            (200, "disabled"),
        ]

    def test_the_switch_gives_each_new_peering_the_state_of_its_old_one(self) -> None:
        spec = lowering(
            "replace-first", a_world(), a_peering(), a_peering(**PUBLIC, state="disabled")
        ).settle()
        old, new = spec.state("circuit/c1"), spec.state("circuit/c1.r2")
        assert [each.state for each in new.peerings] == ["enabled", "disabled"]
        assert [each.state for each in old.peerings] == ["disabled", "disabled"]

    def test_both_circuits_are_written_in_one_decision(self) -> None:
        play = lowering("replace-first", a_world(), a_peering(), auto_proceed=False)
        spec = play.to("proceed")
        spec.when("proceed-bandwidth-change", "circuit/c1", change_id="down-1", reason="go")
        spec.when(
            "switch-over",
            "circuit/c1",
            actor="service:tieline",
            change_id="down-1",
            successor="c1.r2",
        )
        assert [(stream, type(event)) for stream, event in spec.written] == [
            ("circuit/c1", SwitchedOver),
            ("circuit/c1.r2", SwitchedOver),
        ]

    def test_a_pending_validation_stays_pending_across_the_switch(self) -> None:
        waiting = a_peering(
            **{**PUBLIC, "routing_domain": "microsoft"},
            state="validation-needed",
            validation_pending=True,
        )
        spec = lowering("replace-first", a_world(), waiting).settle()
        peering = spec.state("circuit/c1.r2").peering("microsoft")
        assert (peering.state, peering.validation_pending) == ("validation-needed", True)

    @pytest.mark.parametrize("where", ["c1", "c1.r2"])
    def test_a_validation_rejected_on_either_before_the_switch_holds_after_it(
        self, where: str
    ) -> None:
        microsoft = a_peering(**{**PUBLIC, "routing_domain": "microsoft"})
        play = lowering("replace-first", a_world(), microsoft, auto_proceed=False)
        spec = play.to("proceed")
        spec.when(
            "reject-validation", f"circuit/{where}", routing_domain="microsoft", reason="not theirs"
        )
        spec.when("proceed-bandwidth-change", "circuit/c1", change_id="down-1", reason="go")
        peering = play.settle().state("circuit/c1.r2").peering("microsoft")
        assert (peering.state, peering.validation_pending) == ("disabled", True)

    def test_replaced_by_is_set_at_the_switch(self) -> None:
        play = lowering("replace-first")
        assert play.to("successor-provisioning").state("circuit/c1").replaced_by is None
        assert play.to("deprovisioning-requested").state("circuit/c1").replaced_by == "c1.r2"

    def test_a_circuit_of_a_subscription_at_its_limit_can_be_lowered(self) -> None:
        nine = [an_ordered_circuit(f"x{n}", bandwidth_mbps=50) for n in range(9)]
        spec = lowering("replace-first", a_world(), nine).settle()
        assert spec.state("circuit/c1.r2").provider_state == "provisioned"
        assert spec.state("customer/acme").circuits_in["acme-prod"] == 10


class TestProceeding:
    def waiting(self) -> Drive:
        play = lowering("replace-first", a_world(), a_peering(), auto_proceed=False)
        play.to("proceed")
        return play

    def proceed(self, play: Drive, **fields: Any) -> Spec:
        asked = {"change_id": "down-1", "reason": "maintenance window", **fields}
        return play.spec.when("proceed-bandwidth-change", "circuit/c1", **asked)

    def test_the_switch_waits_for_a_persons_word(self) -> None:
        play = self.waiting()
        play.settle()
        assert play.step == "proceed"
        self.proceed(play)
        assert play.settle().state("circuit/c1").removed_at

    def test_the_word_given_early_is_remembered(self) -> None:
        play = lowering("replace-first", auto_proceed=False)
        self.proceed(play)
        assert play.settle().state("circuit/c1").removed_at

    def test_the_word_given_twice_or_not_waited_for_is_already_true(self) -> None:
        play = self.waiting()
        self.proceed(play)
        self.proceed(play).then_nothing()
        self.proceed(lowering("replace-first")).then_nothing()

    def test_proceeding_without_a_switch_to_wait_for_is_change_unknown(self) -> None:
        self.proceed(lowering("teardown-first")).refused("change-unknown")
        self.proceed(self.waiting(), change_id="other").refused("change-unknown")
        self.proceed(drive(given(a_world()))).refused("change-unknown")

    def test_gives_a_reason(self) -> None:
        self.proceed(self.waiting(), reason="").refused("malformed-command")

    def test_without_it_no_switch_is_decided(self) -> None:
        self.waiting().spec.when(
            "switch-over",
            "circuit/c1",
            actor="service:tieline",
            change_id="down-1",
            successor="c1.r2",
        ).refused("change-unknown")
