"""Changes that stall because they are rejected, refused or overdue, and are then retried."""

from typing import Any

import pytest

from domain.bandwidth_change.course import StepName
from domain.circuit.bandwidth_events import (
    ChangeAbandoned,
    ChangeRetried,
    ChangeStalled,
)
from domain.circuit.events import (
    CircuitDeleted,
    CircuitOrdered,
    DeprovisioningRequested,
)
from domain.profiles import CURRENT
from tests.domain.drive import Drive, drive
from tests.domain.test_abandon_and_retry import NAMED, abandon, of, retry, stalls
from tests.domain.test_decrease import lowering, taken
from tests.domain.test_increase import waiting


class TestRejections:
    """A rejection stops the process at its step, which is reported as stalled with the reason."""

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

    def test_a_report_that_comes_late_does_not_begin_the_next_step_anew(self) -> None:
        play = lowering("teardown-first")
        play.to("deprovisioning")
        began = play.change.since
        play.spec.at("2026-02-10T09:00:00.000000Z").when(
            "report-stall",
            "circuit/c1",
            actor="service:tieline",
            change_id="down-1",
            step="deprovisioning-requested",
            attempt=1,
            reason="late",
        )
        play.process()
        assert (play.change.since, play.change.is_stalled) == (began, False)
        assert play.change.waits_since == began

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
    def test_both_also_find_the_change_by_its_deleted_circuit(self, verb: str) -> None:
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
