"""Raising a rate in place: reserved first, confirmed by the provider, otherwise given back."""

from typing import Any

import pytest

from domain.circuit.bandwidth_events import (
    BandwidthIncreased,
    ChangeAbandoned,
    ChangeRetried,
    IncreaseRejected,
    IncreaseRequested,
)
from domain.location.events import CapacityReleased, CapacityTaken, LocationClosed
from tests.domain.drive import from_provider
from tests.domain.spec import Spec, given
from tests.domain.test_provisioning import step
from tests.examples import (
    a_customer,
    a_grant,
    a_location,
    a_pair,
    a_provisioned_circuit,
    a_world,
    an_ordered_circuit,
)


def raise_to(spec: Spec, mbps: int = 1000, **fields: Any) -> Spec:
    return spec.when(
        "change-bandwidth", "circuit/c1", bandwidth_mbps=mbps, **{"change_id": "up-1", **fields}
    )


def taken(spec: Spec) -> int:
    return spec.state("location/frankfurt").taken["pair-1"]


def waiting() -> Spec:
    return raise_to(given(a_world()))


def test_the_cloud_side_reserves_and_the_rate_is_not_yet_the_circuits() -> None:
    spec = waiting().then(
        (
            "circuit/c1",
            IncreaseRequested(change_id="up-1", from_mbps=500, bandwidth_mbps=1000),
        ),
        (
            "location/frankfurt",
            CapacityTaken(circuit_id="c1", provider="colt", pair="pair-1", bandwidth_mbps=500),
        ),
    )
    circuit = spec.state("circuit/c1")
    assert (circuit.bandwidth_mbps, circuit.change.bandwidth_mbps) == (500, 1000)


def test_the_rate_changes_only_when_the_provider_confirms() -> None:
    spec = from_provider(waiting(), "confirm-bandwidth", change_id="up-1").then(
        ("circuit/c1", BandwidthIncreased(change_id="up-1", bandwidth_mbps=1000))
    )
    assert spec.state("circuit/c1").bandwidth_mbps == 1000
    assert spec.state("circuit/c1").change is None
    assert taken(spec) == 1000


def test_a_rejection_releases_the_reservation_and_leaves_the_old_rate() -> None:
    spec = from_provider(waiting(), "reject-bandwidth", change_id="up-1", reason="no port").then(
        ("circuit/c1", IncreaseRejected(change_id="up-1", reason="no port")),
        (
            "location/frankfurt",
            CapacityReleased(circuit_id="c1", provider="colt", pair="pair-1", bandwidth_mbps=500),
        ),
    )
    assert spec.state("circuit/c1").bandwidth_mbps == 500
    assert taken(spec) == 500


def test_abandoning_releases_the_reservation_and_leaves_the_old_rate() -> None:
    spec = waiting().when(
        "abandon-bandwidth-change", "circuit/c1", change_id="up-1", reason="not needed"
    )
    spec.then(
        ("circuit/c1", ChangeAbandoned(change_id="up-1", reason="not needed")),
        (
            "location/frankfurt",
            CapacityReleased(circuit_id="c1", provider="colt", pair="pair-1", bandwidth_mbps=500),
        ),
    )
    assert spec.state("circuit/c1").bandwidth_mbps == 500
    assert taken(spec) == 500


@pytest.mark.parametrize("ending", ["confirm-bandwidth", "reject-bandwidth", "abandon"])
@pytest.mark.parametrize("late", ["confirm-bandwidth", "reject-bandwidth", "abandon"])
def test_whatever_comes_after_its_end_is_change_unknown(ending: str, late: str) -> None:
    spec = waiting()
    for verb in (ending, late):
        if verb == "abandon":
            spec.when("abandon-bandwidth-change", "circuit/c1", change_id="up-1", reason="late")
        else:
            from_provider(spec, verb, change_id="up-1")
    spec.refused("change-unknown", change_id="up-1")


@pytest.mark.parametrize("verb", ["confirm-bandwidth", "reject-bandwidth"])
def test_an_answer_names_the_change_that_waits(verb: str) -> None:
    from_provider(waiting(), verb, change_id="up-2").refused("change-unknown")
    from_provider(given(a_world()), verb, change_id="up-1").refused("change-unknown")


def test_the_answer_is_the_providers() -> None:
    spec = waiting()
    spec.history.append(a_grant("user:anna", "owner"))
    spec.when("confirm-bandwidth", "circuit/c1", actor="user:anna", change_id="up-1").refused(
        "not-permitted"
    )


def test_retrying_asks_the_provider_again_and_takes_nothing_twice() -> None:
    spec = waiting().when(
        "retry-bandwidth-change", "circuit/c1", change_id="up-1", reason="no answer"
    )
    spec.then(("circuit/c1", ChangeRetried(change_id="up-1", attempt=2, reason="no answer")))
    assert taken(spec) == 1000
    from_provider(spec, "confirm-bandwidth", change_id="up-1").then(BandwidthIncreased)


class TestWhatItNeeds:
    def test_room_on_its_own_pair(self) -> None:
        location = a_location("frankfurt", a_pair("pair-1", 999), a_pair("pair-2", 10000))
        spec = given(a_customer(), location, a_provisioned_circuit())
        raise_to(spec).refused("no-capacity", bandwidth_mbps=1000, more_mbps=500, free_mbps=499)

    def test_room_for_no_more_than_the_difference(self) -> None:
        location = a_location("frankfurt", a_pair("pair-1", 1000))
        raise_to(given(a_customer(), location, a_provisioned_circuit())).then(
            IncreaseRequested, CapacityTaken
        )

    def test_an_open_location(self) -> None:
        raise_to(given(a_world(), ("location/frankfurt", LocationClosed()))).refused(
            "location-closed"
        )

    def test_a_rate_that_is_offered(self) -> None:
        raise_to(given(a_world()), 700).refused("bandwidth-not-offered")

    def test_a_provisioned_circuit(self) -> None:
        raise_to(given(a_customer(), a_location(), an_ordered_circuit())).refused(
            "circuit-not-provisioned"
        )

    def test_a_circuit_that_nobody_asked_to_tear_down(self) -> None:
        spec = given(a_world()).when(
            "request-deprovisioning", "circuit/c1", accept_interruption=True
        )
        raise_to(spec).refused("circuit-not-provisioned")
        step(spec, "reject-deprovisioning")
        raise_to(spec).then(IncreaseRequested, CapacityTaken)

    def test_no_consent_to_interrupt_and_no_strategy(self) -> None:
        raise_to(given(a_world()), strategy="replace-first", auto_proceed=False).then(
            IncreaseRequested, CapacityTaken
        )

    def test_the_right_to_operate(self) -> None:
        spec = given(
            a_world(), a_grant("user:net", "network-operator"), a_grant("user:r", "reader")
        )
        asked = {"bandwidth_mbps": 1000}
        spec.when("change-bandwidth", "circuit/c1", actor="user:r", **asked).refused(
            "not-permitted"
        )
        spec.when("change-bandwidth", "circuit/c1", actor="user:net", **asked).then(
            IncreaseRequested, CapacityTaken
        )

    def test_state_then_location_then_value_then_capacity(self) -> None:
        closed = ("location/frankfurt", LocationClosed())
        raise_to(given(a_customer(), a_location(), an_ordered_circuit(), closed), 700).refused(
            "circuit-not-provisioned"
        )
        raise_to(given(a_world(), closed), 700).refused("location-closed")
        small = a_location("frankfurt", a_pair("pair-1", 500))
        raise_to(given(a_customer(), small, a_provisioned_circuit()), 700).refused(
            "bandwidth-not-offered"
        )


class TestTheRateItHas:
    @pytest.mark.parametrize("more", [{}, {"not_before": "2030-01-01T00:00:00Z"}], ids=str)
    def test_is_already_true_now_or_later(self, more: dict[str, str]) -> None:
        raise_to(given(a_world()), 500, **more).then_nothing()

    def test_is_already_true_whatever_the_state(self) -> None:
        raise_to(given(a_customer(), a_location(), an_ordered_circuit()), 500).then_nothing()


class TestTheChangeId:
    def test_is_the_one_asked_for(self) -> None:
        assert waiting().state("circuit/c1").change.change_id == "up-1"

    def test_is_otherwise_the_commands_id_if_it_is_a_valid_id(self) -> None:
        spec = given(a_world()).when(
            "change-bandwidth", "circuit/c1", id="cmd.7", bandwidth_mbps=1000
        )
        assert spec.state("circuit/c1").change.change_id == "cmd.7"

    @pytest.mark.parametrize("id", ["a b", "x/y", "ä", "a" * 81, ".x"])
    def test_is_otherwise_derived_from_source_and_id(self, id: str) -> None:
        ids: list[str] = []
        for source in ("/a", "/b", "/a"):
            spec = given(a_world()).when(
                "change-bandwidth", "circuit/c1", id=id, source=source, bandwidth_mbps=1000
            )
            ids.append(spec.state("circuit/c1").change.change_id)
        assert ids[0] == ids[2] != ids[1]
        assert len(ids[0]) == 36

    def test_is_used_once_on_its_circuit(self) -> None:
        spec = from_provider(waiting(), "reject-bandwidth", change_id="up-1")
        raise_to(spec).refused("already-exists", kind="change", id="up-1")
        raise_to(spec, change_id="up-2").then(IncreaseRequested, CapacityTaken)

    def test_may_be_used_on_another_circuit(self) -> None:
        spec = waiting()
        spec.history.extend(a_provisioned_circuit("c2"))
        spec.when("change-bandwidth", "circuit/c2", bandwidth_mbps=1000, change_id="up-1").then(
            IncreaseRequested, CapacityTaken
        )

    def test_of_a_refused_command_is_still_free(self) -> None:
        spec = raise_to(given(a_world()), 700).refused("bandwidth-not-offered")
        raise_to(spec).then(IncreaseRequested, CapacityTaken)
