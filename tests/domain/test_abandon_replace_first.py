"""Abandoning a replace-first: the old circuit takes everything back, the successor is removed."""

from typing import Any

import pytest

from domain.bandwidth_change.course import StepName
from domain.circuit.bandwidth_events import (
    ChangeAbandoned,
    Reverted,
    RevertFinished,
)
from domain.circuit.events import (
    DeprovisioningWithdrawn,
)
from tests.domain.drive import Drive
from tests.domain.test_abandon_and_retry import NAMED, abandon, as_it_was, of, retry, stalls
from tests.domain.test_decrease import lowering
from tests.examples import PUBLIC, a_peering, a_world


class TestReplaceFirst:
    """Until the old circuit's teardown begins, abandoning brings everything back to it."""

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
