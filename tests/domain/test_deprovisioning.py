"""Deprovisioning: requested with consent, begun only on request, then rejected or confirmed."""

import pytest

from domain.circuit.events import (
    Deprovisioned,
    DeprovisioningBegun,
    DeprovisioningRejected,
    DeprovisioningRequested,
)
from tests.domain.drive import from_provider
from tests.domain.spec import Spec, given
from tests.domain.test_provisioning import states, step
from tests.examples import (
    a_customer,
    a_grant,
    a_location,
    a_peering,
    a_world,
    an_ordered_circuit,
)

REQUESTED = ("circuit/c1", DeprovisioningRequested())
BEGUN = ("circuit/c1", DeprovisioningBegun())


def request(spec: Spec, **data: object) -> Spec:
    return spec.when("request-deprovisioning", "circuit/c1", **data)


def test_it_is_asked_for_with_consent_to_interrupt() -> None:
    spec = request(given(a_world()), accept_interruption=True, reason="moving out").then(
        ("circuit/c1", DeprovisioningRequested(reason="moving out"))
    )
    assert states(spec) == ("provisioned", "enabled")


@pytest.mark.parametrize("consent", [{}, {"accept_interruption": False}])
def test_without_consent_it_is_refused_with_what_would_happen(consent: dict[str, bool]) -> None:
    spec = request(given(a_world(), a_peering()), **consent).refused("interruption-not-accepted")
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    plan = spec.outcome.refusal.facts["plan"]
    assert plan["interrupts"] == ["private"]
    assert [each["by"] for each in plan["steps"]] == ["provider", "provider"]


def test_asking_a_second_time_is_already_true_with_or_without_consent() -> None:
    spec = given(a_world(), REQUESTED)
    request(spec, accept_interruption=True).then_nothing()
    request(spec).then_nothing()


def test_asking_while_it_is_under_way_is_already_true() -> None:
    request(given(a_world(), REQUESTED, BEGUN), accept_interruption=True).then_nothing()


def test_a_circuit_that_nobody_provisions_is_deleted_not_deprovisioned() -> None:
    spec = given(a_customer(), a_location(), an_ordered_circuit())
    request(spec, accept_interruption=True).refused("wrong-provider-state")


def test_a_deprovisioned_circuit_is_not_deprovisioned_again() -> None:
    spec = given(a_world(), REQUESTED, BEGUN, ("circuit/c1", Deprovisioned()))
    request(spec, accept_interruption=True).refused("wrong-provider-state")


def test_the_state_comes_before_the_consent() -> None:
    request(given(a_customer(), a_location(), an_ordered_circuit())).refused("wrong-provider-state")


def test_a_provider_never_tears_down_unasked() -> None:
    step(given(a_world()), "begin-deprovisioning").refused("wrong-provider-state")


def test_the_provider_begins_then_confirms() -> None:
    spec = step(given(a_world(), REQUESTED), "begin-deprovisioning")
    spec.then(("circuit/c1", DeprovisioningBegun()))
    assert states(spec) == ("deprovisioning", "disabling")
    step(spec, "confirm-deprovisioned").then(("circuit/c1", Deprovisioned()))
    assert states(spec) == ("not-provisioned", "disabled")


@pytest.mark.parametrize("happened", [[REQUESTED], [REQUESTED, BEGUN]])
def test_the_provider_rejects_and_the_circuit_is_as_it_was(happened: list[object]) -> None:
    spec = from_provider(given(a_world(), happened), "reject-deprovisioning", reason="in use")  # type: ignore[arg-type]
    spec.then(("circuit/c1", DeprovisioningRejected(reason="in use")))
    assert states(spec) == ("provisioned", "enabled")
    step(spec, "begin-deprovisioning").refused("wrong-provider-state")
    request(spec, accept_interruption=True).then(DeprovisioningRequested)


def test_a_rejection_gives_a_reason() -> None:
    from_provider(given(a_world(), REQUESTED), "reject-deprovisioning").refused("malformed-command")


def test_it_takes_who_may_order() -> None:
    spec = given(
        a_world(), a_grant("user:net", "network-operator"), a_grant("user:co", "contributor")
    )
    asking = {"accept_interruption": True}
    spec.when("request-deprovisioning", "circuit/c1", actor="user:net", **asking).refused(
        "not-permitted"
    )
    spec.when("request-deprovisioning", "circuit/c1", actor="user:co", **asking).then(
        DeprovisioningRequested
    )
