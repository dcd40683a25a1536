"""A rejected validation while a decrease runs: it reaches the peering that carries the traffic."""

import pytest

from domain.bandwidth_change.course import StepName
from domain.circuit.events import PeeringValidationRejected
from domain.csp.events import PrefixFreed
from domain.customer.events import PrefixRejected
from tests.domain.drive import Drive, drive
from tests.domain.spec import Spec, given
from tests.domain.test_abandon_and_retry import abandon
from tests.domain.test_decrease import lower, lowering
from tests.domain.test_peerings import configure
from tests.examples import MICROSOFT as ADVERTISED
from tests.examples import PUBLIC, a_peering, a_world

MICROSOFT = a_peering(**{**PUBLIC, "routing_domain": "microsoft"})
BOTH = ["c1", "c1.r2"]


def play(strategy: str = "replace-first", **fields: bool) -> Drive:
    return lowering(strategy, a_world(), MICROSOFT, **fields)


def reject(spec: Spec, circuit_id: str, routing_domain: str = "microsoft") -> Spec:
    return spec.when(
        "reject-validation",
        f"circuit/{circuit_id}",
        routing_domain=routing_domain,
        reason="not theirs",
    )


def state(spec: Spec, circuit_id: str) -> str:
    return spec.state(f"circuit/{circuit_id}").peering("microsoft").state


def assert_rejected(spec: Spec, *circuits: str) -> None:
    for circuit_id in circuits:
        peering = spec.state(f"circuit/{circuit_id}").peering("microsoft")
        assert (peering.state, peering.validation_pending) == ("disabled", True), circuit_id


@pytest.mark.parametrize("where", BOTH)
class TestOnBothCircuits:
    def test_before_the_switch(self, where: str) -> None:
        spec = play(auto_proceed=False).to("proceed")
        assert [state(spec, id) for id in BOTH] == ["enabled", "disabled"]
        assert_rejected(reject(spec, where), *BOTH)

    def test_after_the_switch(self, where: str) -> None:
        spec = play().to("deprovisioning-requested")
        assert [state(spec, id) for id in BOTH] == ["disabled", "enabled"]
        assert_rejected(reject(spec, where), *BOTH)

    def test_on_the_way_back(self, where: str) -> None:
        change = play()
        abandon(change.to("deprovisioning-requested"))
        spec = change.process()
        assert [state(spec, id) for id in BOTH] == ["enabled", "disabled"]
        assert_rejected(reject(spec, where), *BOTH)

    def test_a_second_time_it_is_already_true(self, where: str) -> None:
        spec = play().to("deprovisioning-requested")
        for each in BOTH:
            reject(spec, where).then_accepted()
            reject(spec, each).then_nothing()

    def test_a_private_peering_never_needed_one(self, where: str) -> None:
        change = lowering("replace-first", a_world(), a_peering())
        reject(change.to("deprovisioning-requested"), where, "private").then_nothing()

    def test_there_must_be_such_a_peering(self, where: str) -> None:
        change = lowering("replace-first", a_world(), a_peering())
        reject(change.to("deprovisioning-requested"), where).refused("peering-not-found")


@pytest.mark.parametrize("strategy", ["teardown-first", "replace-first"])
@pytest.mark.parametrize("step", ["successor-placed", "successor-provisioning"])
def test_on_the_successor_before_anything_is_carried_over(strategy: str, step: StepName) -> None:
    """Under teardown-first the old circuit is deleted by then; what is carried over is its own."""
    change = play(strategy)
    spec = reject(change.to(step), "c1.r2")
    assert [(stream, type(event)) for stream, event in spec.written] == [
        ("circuit/c1", PeeringValidationRejected)
    ]
    assert_rejected(change.settle(), "c1.r2")


def test_once_it_was_carried_over_a_deleted_circuit_is_left_alone() -> None:
    change = play()
    change.to("deprovisioning")
    change.provider("confirm-deprovisioned").when(
        "delete-circuit", "circuit/c1", actor="service:tieline"
    ).then_accepted()
    spec = reject(change.spec, "c1.r2")
    assert [stream for stream, _ in spec.written] == ["circuit/c1.r2"]


def test_without_a_change_it_is_about_one_circuit() -> None:
    spec = reject(play("teardown-first").settle(), "c1.r2")
    assert [stream for stream, _ in spec.written] == ["circuit/c1.r2"]
    reject(spec, "c1").refused("not-found", replaced_by="c1.r2")


@pytest.mark.parametrize("where", BOTH)
def test_what_the_validation_confirmed_is_free_again_once(where: str) -> None:
    spec = configure(given(a_world()), ADVERTISED).then_accepted()
    spec.when("validate-peering", "circuit/c1", routing_domain="microsoft", evidence="LOA 17")
    change = drive(lower(spec.then_accepted(), strategy="replace-first"))
    reject(change.to("deprovisioning-requested"), where)
    assert [type(event) for _, event in change.spec.written] == [
        PeeringValidationRejected,
        PeeringValidationRejected,
        PrefixRejected,
        PrefixFreed,
    ]
