"""Abandoning a decrease and reverting it; rejections, stalls, and what moves a change on."""

from typing import Any

import pytest

from domain.bandwidth_change.course import StepName
from domain.circuit.bandwidth_events import (
    ChangeAbandoned,
    ChangeRetried,
    ChangeStalled,
    Reverted,
    RevertFinished,
)
from domain.circuit.events import (
    CircuitDeleted,
    CircuitOrdered,
    DeprovisioningRequested,
    DeprovisioningWithdrawn,
)
from domain.profiles import CURRENT
from tests.domain.drive import Drive, drive
from tests.domain.spec import Spec
from tests.domain.test_decrease import lowering, taken
from tests.domain.test_increase import waiting
from tests.domain.test_provisioning import states
from tests.examples import PUBLIC, a_peering, a_world

NAMED = {"change_id": "down-1", "reason": "changed our minds"}


def abandon(spec: Spec, circuit_id: str = "c1") -> Spec:
    return spec.when("abandon-bandwidth-change", f"circuit/{circuit_id}", **NAMED)


def retry(spec: Spec, circuit_id: str = "c1") -> Spec:
    return spec.when("retry-bandwidth-change", f"circuit/{circuit_id}", **NAMED)


def of(spec: Spec, kind: type[Any]) -> list[Any]:
    """The events of one type, in order."""
    return [event for _, event in spec.history if isinstance(event, kind)]


def stalls(spec: Spec) -> list[tuple[str, int, str]]:
    return [(each.step, each.attempt, each.reason) for each in of(spec, ChangeStalled)]


def as_it_was(spec: Spec) -> None:
    """The old circuit serves as before, alone."""
    circuit = spec.state("circuit/c1")
    assert states(spec) == ("provisioned", "enabled")
    assert (circuit.bandwidth_mbps, circuit.change, circuit.replaced_by) == (500, None, None)
    assert [each.state for each in circuit.peerings] == ["enabled", "disabled"]
    assert not circuit.deprovisioning_requested
    assert taken(spec) == 500
    assert list(spec.state("customer/acme").circuits) == ["c1"]


class TestTeardownFirst:
    def test_abandoned_before_the_provider_begins_it_withdraws_the_request(self) -> None:
        play = lowering(
            "teardown-first", a_world(), a_peering(), a_peering(**PUBLIC, state="disabled")
        )
        play.to("deprovisioning-requested")
        abandon(play.spec).then(
            ("circuit/c1", ChangeAbandoned(change_id="down-1", reason=NAMED["reason"])),
            ("circuit/c1", DeprovisioningWithdrawn(reason=NAMED["reason"])),
        )
        as_it_was(play.settle())
        play.provider("begin-deprovisioning").refused("wrong-provider-state")

    def test_abandoned_at_once_there_is_nothing_to_withdraw(self) -> None:
        play = lowering("teardown-first")
        abandon(play.spec).then(ChangeAbandoned)

    def test_a_request_of_the_process_that_comes_after_that_is_refused(self) -> None:
        play = lowering("teardown-first")
        abandon(play.spec)
        play.spec.when(
            "request-deprovisioning",
            "circuit/c1",
            actor="service:tieline",
            accept_interruption=True,
        ).refused("change-unknown")
        assert states(play.spec) == ("provisioned", "enabled")

    @pytest.mark.parametrize(
        "step", ["deprovisioning", "successor-placed", "successor-provisioning"]
    )
    def test_from_begin_deprovisioning_on_there_is_no_way_back(self, step: StepName) -> None:
        play = lowering("teardown-first")
        abandon(play.to(step)).refused("point-of-no-return", change_id="down-1")
        assert play.settle().state("circuit/c1.r2").bandwidth_mbps == 200

    def test_not_even_when_the_provider_rejects_what_it_had_begun(self) -> None:
        play = lowering("teardown-first")
        play.to("deprovisioning")
        play.provider("reject-deprovisioning", reason="in use")
        abandon(play.process()).refused("point-of-no-return")

    def test_once_it_has_ended_it_is_unknown(self) -> None:
        abandon(lowering("teardown-first").settle()).refused("not-found")


class TestReplaceFirst:
    """Abandoning before the old one's teardown begins brings everything back to the old circuit."""

    @pytest.mark.parametrize(
        "step",
        [
            "successor-placed",
            "successor-provisioning",
            "proceed",
        ],
    )
    def test_before_the_switch(self, step: StepName) -> None:
        play = self.lowering(auto_proceed=False)
        abandon(play.to(step)).then(ChangeAbandoned)
        spec = play.settle()
        as_it_was(spec)
        assert of(spec, Reverted)[0].peerings == []
        assert spec.state("circuit/c1.r2").removed_at

    def test_after_the_switch_each_peering_takes_back_its_state(self) -> None:
        play = self.lowering()
        abandon(play.to("deprovisioning-requested")).then(ChangeAbandoned, DeprovisioningWithdrawn)
        as_it_was(play.settle())
        play.provider("begin-deprovisioning").refused("wrong-provider-state")

    def test_it_ends_on_both_when_the_successor_is_gone(self) -> None:
        play = self.lowering()
        abandon(play.to("deprovisioning-requested"))
        spec = play.settle()
        ends = [stream for stream, event in spec.history if isinstance(event, RevertFinished)]
        assert ends == ["circuit/c1", "circuit/c1.r2"]
        assert spec.state("circuit/c1.r2").change is None

    def test_a_switched_successor_is_disabled_before_it_is_torn_down(self) -> None:
        play = self.lowering()
        abandon(play.to("deprovisioning-requested"))
        spec = play.process()
        assert [e.state for e in spec.state("circuit/c1.r2").peerings] == ["disabled", "disabled"]
        assert spec.state("circuit/c1.r2").provider_state == "provisioned"

    @pytest.mark.parametrize("where", ["c1", "c1.r2"])
    def test_a_validation_rejected_after_the_switch_holds_after_the_way_back(
        self, where: str
    ) -> None:
        microsoft = a_peering(**{**PUBLIC, "routing_domain": "microsoft"})
        play = lowering("replace-first", a_world(), microsoft)
        spec = play.to("deprovisioning-requested")
        spec.when("reject-validation", f"circuit/{where}", routing_domain="microsoft", reason="x")
        abandon(spec)
        peering = play.settle().state("circuit/c1").peering("microsoft")
        assert (peering.state, peering.validation_pending) == ("disabled", True)

    def test_before_the_successor_is_ordered_there_is_nothing_to_revert(self) -> None:
        play = self.lowering()
        abandon(play.spec).then(ChangeAbandoned)
        spec = play.settle()
        as_it_was(spec)
        assert of(spec, Reverted) == []

    def test_an_order_of_the_process_that_comes_after_that_is_refused(self) -> None:
        play = self.lowering()
        abandon(play.spec)
        play.spec.when(
            "order-successor",
            "circuit/c1.r2",
            actor="service:tieline",
            change_id="down-1",
            replaces="c1",
            customer_id="acme",
            location_id="frankfurt",
        ).refused("change-unknown")

    @pytest.mark.parametrize(
        ("verb", "subject", "data"),
        [
            ("carry-over", "c1.r2", {"change_id": "down-1", "replaces": "c1"}),
            ("switch-over", "c1", {"change_id": "down-1", "successor": "c1.r2"}),
            ("request-deprovisioning", "c1", {"accept_interruption": True}),
            ("delete-circuit", "c1", {}),
        ],
    )
    def test_whatever_else_the_process_asked_for_before_comes_too_late(
        self, verb: str, subject: str, data: dict[str, Any]
    ) -> None:
        play = self.lowering(auto_proceed=False)
        abandon(play.to("proceed"))
        spec = play.spec.when(verb, f"circuit/{subject}", actor="service:tieline", **data)
        assert spec.outcome is not None
        assert spec.outcome.refusal is not None
        as_it_was(play.settle())

    @pytest.mark.parametrize("step", ["deprovisioning"])
    def test_from_begin_deprovisioning_of_the_old_one_on_there_is_no_way_back(
        self, step: StepName
    ) -> None:
        play = self.lowering()
        abandon(play.to(step)).refused("point-of-no-return")

    def test_the_process_asks_for_a_teardown_after_the_switch_and_not_after_the_way_back(
        self,
    ) -> None:
        play = self.lowering(auto_proceed=False)
        asked = {"actor": "service:tieline", "accept_interruption": True}
        spec = play.to("proceed")
        spec.when("request-deprovisioning", "circuit/c1", **asked).refused("wrong-provider-state")
        spec.when("proceed-bandwidth-change", "circuit/c1", **NAMED)
        abandon(play.to("deprovisioning-requested"))
        spec.when("request-deprovisioning", "circuit/c1", **asked).refused("wrong-provider-state")
        as_it_was(play.settle())

    def test_a_word_for_the_switch_comes_too_late_for_it(self) -> None:
        play = self.lowering(auto_proceed=False)
        abandon(play.to("proceed"))
        play.spec.when("proceed-bandwidth-change", "circuit/c1", **NAMED).refused("change-unknown")

    def test_a_switch_that_was_let_go_and_then_given_up_is_not_made(self) -> None:
        play = self.lowering(auto_proceed=False)
        play.to("proceed").when("proceed-bandwidth-change", "circuit/c1", **NAMED)
        abandon(play.spec)
        play.spec.when(
            "switch-over",
            "circuit/c1",
            actor="service:tieline",
            change_id="down-1",
            successor="c1.r2",
        ).refused("change-unknown")

    def test_a_carry_over_comes_too_late_for_it(self) -> None:
        play = self.lowering(auto_proceed=False)
        abandon(play.to("proceed"))
        play.spec.when(
            "carry-over",
            "circuit/c1.r2",
            actor="service:tieline",
            change_id="down-1",
            replaces="c1",
        ).refused("change-unknown")

    def test_its_teardown_is_asked_for_begun_and_confirmed_like_any_other(self) -> None:
        play = self.lowering()
        abandon(play.to("deprovisioning-requested"))
        for step in ("successor-deprovisioning-requested", "successor-deprovisioning"):
            play.to(step)
        play.settle()
        assert play.change.ended == "reverted"

    def test_the_way_back_is_not_abandoned(self) -> None:
        play = self.lowering()
        abandon(abandon(play.to("successor-provisioning"))).refused("point-of-no-return")

    def test_its_provider_does_not_begin_a_successor_that_is_given_up(self) -> None:
        play = self.lowering()
        abandon(play.to("successor-placed"))
        play.spec.when(
            "revert-switch",
            "circuit/c1",
            actor="service:tieline",
            change_id="down-1",
            successor="c1.r2",
        ).then(Reverted, Reverted)
        play.provider("begin-provisioning", "c1.r2").refused("wrong-provider-state")
        as_it_was(play.settle())

    def test_a_provider_that_rejects_the_provisioning_meanwhile_saves_the_teardown(self) -> None:
        play = self.lowering()
        abandon(play.to("successor-provisioning"))
        play.process()
        assert play.step == "successor-deprovisioning-requested"
        play.provider("reject-provisioning", "c1.r2", reason="fine")
        as_it_was(play.process())

    def test_a_provider_that_rejects_the_teardown_is_asked_again_on_retry(self) -> None:
        play = self.lowering()
        abandon(play.to("successor-provisioning"))
        play.process()
        play.provider("reject-deprovisioning", "c1.r2", reason="busy")
        play.process()
        assert play.step == "request-successor-deprovisioning"
        assert stalls(play.spec)[-1][2] == "rejected: busy"
        retry(play.spec)
        as_it_was(play.settle())

    def test_the_id_of_the_successor_is_never_used_again(self) -> None:
        play = self.lowering()
        abandon(play.to("successor-placed"))
        spec = play.settle()
        spec.when(
            "change-bandwidth",
            "circuit/c1",
            bandwidth_mbps=200,
            change_id="down-2",
            accept_interruption=True,
        )
        assert spec.state("circuit/c1").change.successor == "c1.r3"

    def lowering(self, **fields: Any) -> Drive:
        off = a_peering(**PUBLIC, state="disabled")
        return lowering("replace-first", a_world(), a_peering(), off, **fields)


def test_abandoning_names_the_change_that_runs() -> None:
    spec = lowering("teardown-first").spec
    spec.when("abandon-bandwidth-change", "circuit/c1", change_id="other", reason="x").refused(
        "change-unknown"
    )


class TestRejections:
    """A rejection stops the process there, reported as stalled with the reason."""

    def rejected(self, strategy: str = "teardown-first") -> Drive:
        play = lowering(strategy)
        play.to("successor-provisioning")
        play.provider("reject-provisioning", "c1.r2", reason="no fibre")
        play.process()
        return play

    def test_of_the_successors_provisioning(self) -> None:
        play = self.rejected()
        assert stalls(play.spec) == [("successor-placed", 1, "rejected: no fibre")]
        assert play.change.rejection is not None

    def test_of_the_old_ones_deprovisioning(self) -> None:
        play = lowering("teardown-first")
        play.to("deprovisioning-requested")
        play.provider("reject-deprovisioning", reason="in use")
        play.process()
        assert stalls(play.spec) == [("request-deprovisioning", 1, "rejected: in use")]
        retry(play.spec).then(ChangeRetried)
        play.process()
        assert play.spec.state("circuit/c1").deprovisioning_requested
        assert list(play.sent)[-1] == "c1/down-1/request-deprovisioning/2"
        assert play.settle().state("circuit/c1.r2").bandwidth_mbps == 200

    def test_retrying_goes_on_and_never_makes_a_second_successor(self) -> None:
        play = self.rejected()
        retry(play.spec)
        spec = play.settle()
        assert len(of(spec, CircuitOrdered)) == 2
        assert spec.state("circuit/c1.r2").provider_state == "provisioned"

    def test_the_provider_may_begin_again_by_itself(self) -> None:
        play = self.rejected()
        assert play.settle().state("circuit/c1.r2").provider_state == "provisioned"
        assert len(stalls(play.spec)) == 1

    def test_a_second_rejection_is_reported_with_its_own_reason(self) -> None:
        play = self.rejected()
        play.provider("begin-provisioning", "c1.r2")
        play.process()
        play.provider("reject-provisioning", "c1.r2", reason="no port")
        play.process()
        assert [reason for _, _, reason in stalls(play.spec)] == [
            "rejected: no fibre",
            "rejected: no port",
        ]

    def test_a_rejection_after_the_step_was_reported_overdue_is_reported_too(self) -> None:
        play = lowering("teardown-first")
        play.to("successor-placed")
        play.tick("2026-02-01T00:00:00.000000Z")
        play.provider("begin-provisioning", "c1.r2")
        play.process()
        play.provider("reject-provisioning", "c1.r2", reason="no fibre")
        play.process()
        assert [reason.partition(":")[0] for _, _, reason in stalls(play.spec)] == [
            "overdue",
            "rejected",
        ]

    def test_abandoning_after_a_rejection_reverts(self) -> None:
        play = self.rejected("replace-first")
        abandon(play.spec).then(ChangeAbandoned)
        spec = play.settle()
        assert spec.state("circuit/c1").change is None
        assert spec.state("circuit/c1.r2").removed_at
        assert taken(spec) == 500


class TestStalls:
    def test_a_step_overdue_is_reported_once_per_step_and_attempt(self) -> None:
        play = lowering("teardown-first")
        play.to("deprovisioning-requested")
        for day in (6, 7):
            play.tick(f"2026-01-{day:02}T09:00:00.000000Z")
        assert stalls(play.spec) == []
        for day in (10, 11):
            play.tick(f"2026-02-{day:02}T09:00:00.000000Z")
        assert [(step, attempt) for step, attempt, _ in stalls(play.spec)] == [
            ("deprovisioning-requested", 1)
        ]

    def test_a_retry_begins_an_attempt_that_can_be_overdue_again(self) -> None:
        play = lowering("teardown-first")
        play.to("deprovisioning-requested")
        play.tick("2026-02-10T09:00:00.000000Z")
        retry(play.spec)
        play.tick("2026-02-10T09:00:01.000000Z")
        assert len(stalls(play.spec)) == 1
        play.tick("2026-03-10T09:00:00.000000Z")
        assert [attempt for _, attempt, _ in stalls(play.spec)] == [1, 2]

    def test_an_overdue_step_goes_on_when_it_is_done_after_all(self) -> None:
        play = lowering("teardown-first")
        play.to("deprovisioning-requested")
        play.tick("2026-02-10T09:00:00.000000Z")
        assert play.settle().state("circuit/c1.r2").bandwidth_mbps == 200

    def test_an_increase_that_nobody_answers_is_overdue(self) -> None:
        play = drive(waiting())
        play.tick("2026-02-10T09:00:00.000000Z")
        assert [step for step, _, _ in stalls(play.spec)] == ["confirm-bandwidth"]

    def test_the_domain_keeps_a_repeated_report_out(self) -> None:
        spec = lowering("teardown-first").spec
        report = {"change_id": "down-1", "step": "request-deprovisioning", "attempt": 1}
        for expected in ([ChangeStalled], []):
            spec.when(
                "report-stall", "circuit/c1", actor="service:tieline", **report, reason="late"
            ).then(*expected)

    @pytest.mark.parametrize("wrong", [{"attempt": 2}, {"change_id": "other"}])
    def test_a_report_of_another_attempt_or_change_is_refused(self, wrong: dict[str, Any]) -> None:
        spec = lowering("teardown-first").spec
        report = {"change_id": "down-1", "step": "deprovisioning", "attempt": 1, "reason": "late"}
        spec.when(
            "report-stall", "circuit/c1", actor="service:tieline", **{**report, **wrong}
        ).refused("change-unknown")

    def test_every_step_but_a_scheduled_one_has_its_time_in_the_profile(self) -> None:
        assert set(CURRENT.overdue_after_hours) == set(StepName.__args__) - {"scheduled"}


class TestRetrying:
    def test_names_the_change_by_its_old_circuit_also_after_that_is_deleted(self) -> None:
        play = lowering("teardown-first")
        spec = play.to("successor-placed")
        retry(spec, "c1.r2").refused("change-unknown")
        retry(spec).then(
            ("circuit/c1", ChangeRetried(change_id="down-1", attempt=2, reason=NAMED["reason"]))
        )

    @pytest.mark.parametrize("verb", ["proceed", "abandon"])
    def test_a_word_about_it_finds_it_there_too(self, verb: str) -> None:
        spec = lowering("teardown-first").to("successor-placed")
        spec.when(f"{verb}-bandwidth-change", "circuit/c1", **NAMED).refused(
            "change-unknown" if verb == "proceed" else "point-of-no-return"
        )

    def test_on_a_deleted_circuit_finds_no_other_change(self) -> None:
        spec = lowering("teardown-first").to("successor-placed")
        spec.when("retry-bandwidth-change", "circuit/c1", change_id="other", reason="x").refused(
            "not-found"
        )

    def test_names_a_change_that_runs(self) -> None:
        play = lowering("teardown-first")
        play.spec.when(
            "retry-bandwidth-change", "circuit/c1", change_id="other", reason="x"
        ).refused("change-unknown")
        retry(play.settle()).refused("not-found")

    def test_abandoning_names_it_by_its_old_circuit_too(self) -> None:
        spec = lowering("replace-first").to("successor-placed")
        abandon(spec, "c1.r2").refused("change-unknown")

    @pytest.mark.parametrize("verb", ["confirm-bandwidth", "reject-bandwidth"])
    def test_a_decrease_is_nothing_that_a_provider_confirms(self, verb: str) -> None:
        play = lowering("teardown-first")
        play.provider(verb, change_id="down-1").refused("change-unknown")
        play.to("successor-placed")
        play.provider(verb, change_id="down-1").refused("change-unknown")

    @pytest.mark.parametrize("verb", ["retry", "abandon", "proceed"])
    def test_takes_a_reason(self, verb: str) -> None:
        lowering("replace-first").spec.when(
            f"{verb}-bandwidth-change", "circuit/c1", change_id="down-1"
        ).refused("malformed-command")


def test_in_a_way_back_the_old_circuits_request_is_asked_for_once() -> None:
    play = lowering("replace-first")
    abandon(play.to("deprovisioning-requested"))
    spec = play.settle()
    requests = [s for s, e in spec.history if isinstance(e, DeprovisioningRequested)]
    assert requests == ["circuit/c1", "circuit/c1.r2"]
    assert [s for s, e in spec.history if isinstance(e, CircuitDeleted)] == ["circuit/c1.r2"]
