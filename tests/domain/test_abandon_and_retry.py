"""Abandoning a decrease by teardown-first, and what tests of reverts, stalls and retries share."""

from typing import Any

import pytest

from domain.bandwidth_change.course import StepName
from domain.circuit.bandwidth_events import (
    ChangeAbandoned,
    ChangeStalled,
)
from domain.circuit.events import (
    DeprovisioningWithdrawn,
)
from tests.domain.spec import Spec
from tests.domain.test_decrease import lowering, taken
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
    """Assert that the old circuit is in service as before, without a successor."""
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
