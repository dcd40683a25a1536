"""Deleting a circuit: all blockers are named together; what it held is given back exactly once."""

import pytest

from domain.circuit.events import (
    CircuitDeleted,
    DeprovisioningBegun,
    DeprovisioningRequested,
    ProvisioningBegun,
)
from domain.customer.events import CircuitDetached
from domain.location.events import CapacityReleased
from tests.domain.spec import NOW, Spec, given
from tests.domain.test_provisioning import step
from tests.examples import KEY, a_customer, a_grant, a_location, a_world, an_ordered_circuit

REQUESTED = ("circuit/c1", DeprovisioningRequested())


def ordered() -> Spec:
    return given(a_customer(), a_location(), an_ordered_circuit())


def delete(spec: Spec) -> Spec:
    return spec.when("delete-circuit", "circuit/c1")


def test_a_circuit_that_is_not_provisioned_goes_and_gives_back_what_it_held() -> None:
    delete(ordered()).then(
        (
            "location/frankfurt",
            CapacityReleased(circuit_id="c1", provider="colt", pair="pair-1", bandwidth_mbps=500),
        ),
        ("customer/acme", CircuitDetached(circuit_id="c1")),
        ("circuit/c1", CircuitDeleted()),
    )


def test_a_deprovisioned_circuit_can_be_deleted() -> None:
    spec = given(a_world(), REQUESTED)
    step(spec, "begin-deprovisioning")
    step(spec, "confirm-deprovisioned")
    delete(spec).then(CapacityReleased, CircuitDetached, CircuitDeleted)


@pytest.mark.parametrize(
    ("happened", "blocker", "removed_by"),
    [
        ([], "provider state provisioned", "request-deprovisioning, then the provider's two steps"),
        (
            [REQUESTED],
            "provider state provisioned",
            "begin-deprovisioning and confirm-deprovisioned by the provider",
        ),
        (
            [REQUESTED, ("circuit/c1", DeprovisioningBegun())],
            "provider state deprovisioning",
            "confirm-deprovisioned by the provider",
        ),
    ],
)
def test_otherwise_every_blocker_is_named_with_what_removes_it(
    happened: list[object], blocker: str, removed_by: str
) -> None:
    spec = delete(given(a_world(), happened)).refused("deletion-blocked", count=1)  # type: ignore[arg-type]
    assert spec.blockers == [blocker]
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    assert [each.removed_by for each in spec.outcome.refusal.blockers] == [removed_by]


def test_a_circuit_being_provisioned_is_not_deleted_under_the_providers_hands() -> None:
    spec = given(
        a_customer(), a_location(), an_ordered_circuit(), ("circuit/c1", ProvisioningBegun())
    )
    delete(spec).refused("deletion-blocked")


def test_capacity_is_given_back_once_however_often_it_is_sent() -> None:
    spec = delete(ordered())
    delete(spec).refused("not-found", removed_at=NOW)
    assert spec.state("location/frankfurt").taken["pair-1"] == 0
    assert spec.state("location/frankfurt").taken_by["colt"] == 0


def test_what_is_deleted_is_not_provisioned_and_disabled() -> None:
    circuit = delete(ordered()).state("circuit/c1")
    assert (circuit.provider_state, circuit.circuit_state) == ("not-provisioned", "disabled")
    assert (circuit.pair, circuit.service_key) == ("pair-1", KEY)


def test_every_other_command_on_it_finds_nothing_and_says_when_it_was_removed() -> None:
    spec = delete(ordered())
    for verb, data in {
        "change-tier": {"tier": "premium"},
        "change-billing": {"billing": "unlimited"},
        "request-deprovisioning": {"accept_interruption": True},
        "begin-provisioning": {"service_key": KEY},
        "change-bandwidth": {"bandwidth_mbps": 1000},
        "abandon-bandwidth-change": {"change_id": "x", "reason": "no"},
        "confirm-bandwidth": {"change_id": "x"},
        "remove-peering": {"routing_domain": "private"},
    }.items():
        spec.when(verb, "circuit/c1", **data).refused("not-found", id="c1", removed_at=NOW)


def test_it_takes_who_may_order() -> None:
    spec = given(
        a_customer(), a_location(), an_ordered_circuit(), a_grant("user:net", "network-operator")
    )
    spec.when("delete-circuit", "circuit/c1", actor="user:net").refused("not-permitted")


def test_a_circuit_that_never_was_is_not_found() -> None:
    spec = given(a_customer()).when("delete-circuit", "circuit/c1").refused("not-found", id="c1")
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    assert "removed_at" not in spec.outcome.refusal.facts
