"""A change that waits for its time: what is checked when it is scheduled, what at its time."""

from typing import Any

import pytest

from domain.circuit.bandwidth_events import (
    BandwidthIncreased,
    ChangeAbandoned,
    ChangeScheduled,
    DecreaseStarted,
    IncreaseRequested,
)
from domain.circuit.events import TierChanged
from domain.location.events import CapacityTaken, LocationClosed
from tests.domain.drive import Drive, drive
from tests.domain.spec import NOW, Spec, given
from tests.examples import (
    PEERING,
    a_customer,
    a_grant,
    a_location,
    a_pair,
    a_provisioned_circuit,
    a_world,
    an_ordered_circuit,
)

LATER = "2026-01-06T01:00:00.000000Z"
CLOSED = ("location/frankfurt", LocationClosed())


def schedule(spec: Spec, mbps: int = 1000, **fields: Any) -> Spec:
    asked = {"change_id": "at-night", "not_before": LATER, **fields}
    return spec.when("change-bandwidth", "circuit/c1", bandwidth_mbps=mbps, **asked)


def scheduled(*facts: Any, **fields: Any) -> Drive:
    """A change that waits for its time, with the process beside it."""
    return drive(schedule(given(facts or a_world()), **fields).then(ChangeScheduled))


class TestWhenItIsScheduled:
    def test_it_reserves_nothing(self) -> None:
        spec = schedule(given(a_world())).then(
            (
                "circuit/c1",
                ChangeScheduled(
                    change_id="at-night",
                    bandwidth_mbps=1000,
                    not_before=LATER,
                    strategy="teardown-first",
                    auto_proceed=True,
                    principal="user:owner",
                ),
            )
        )
        assert spec.state("location/frankfurt").taken["pair-1"] == 500
        assert spec.state("circuit/c1").running is None

    def test_the_rate_must_be_offered(self) -> None:
        schedule(given(a_world()), 700).refused("bandwidth-not-offered")

    def test_a_decrease_must_be_consented_to(self) -> None:
        schedule(given(a_world()), 200).refused("interruption-not-accepted")
        schedule(given(a_world()), 200, accept_interruption=True).then(ChangeScheduled)

    def test_whoever_schedules_it_must_have_the_right(self) -> None:
        spec = given(a_world(), a_grant("user:r", "reader"))
        spec.when(
            "change-bandwidth",
            "circuit/c1",
            actor="user:r",
            bandwidth_mbps=1000,
            not_before=LATER,
        ).refused("not-permitted")

    @pytest.mark.parametrize(
        "time", ["tomorrow", "2026-01-06", "2026-01-06T01:00:00", 5, "2026-13-01T00:00:00Z"]
    )
    def test_its_time_is_a_time_with_an_offset(self, time: Any) -> None:
        schedule(given(a_world()), not_before=time).refused("malformed-command")

    def test_times_compare_as_instants(self) -> None:
        past = "2026-01-05T10:00:00+01:00"
        assert past > NOW
        spec = schedule(given(a_world()), not_before=past)
        spec.then(IncreaseRequested, CapacityTaken)
        spec.warned("not-before-passed")

    @pytest.mark.parametrize("passed", [NOW, "2025-12-31T23:59:59Z", "1999-01-01T00:00:00Z"])
    def test_one_that_has_passed_begins_at_once_with_a_warning(self, passed: str) -> None:
        spec = schedule(given(a_world()), not_before=passed)
        spec.then(IncreaseRequested, CapacityTaken)
        spec.warned("not-before-passed")

    def test_a_refusal_does_not_speak_of_a_time_that_has_passed(self) -> None:
        schedule(given(a_world()), 300, not_before=NOW).refused("bandwidth-not-offered")

    @pytest.mark.parametrize(
        "facts",
        [
            [a_world(), CLOSED],
            [a_customer(), a_location(), an_ordered_circuit()],
            [a_customer(), a_location("frankfurt", a_pair("pair-1", 500)), a_provisioned_circuit()],
        ],
        ids=["closed location", "not provisioned", "no capacity"],
    )
    def test_what_may_change_until_then_is_not_looked_at(self, facts: list[Any]) -> None:
        schedule(given(*facts)).then(ChangeScheduled)


class TestUntilThen:
    def test_it_stops_another_change_of_bandwidth(self) -> None:
        spec = schedule(given(a_world()))
        spec.when("change-bandwidth", "circuit/c1", bandwidth_mbps=200).refused(
            "change-in-progress", change_id="at-night"
        )

    def test_it_can_be_abandoned(self) -> None:
        play = scheduled()
        play.spec.when(
            "abandon-bandwidth-change", "circuit/c1", change_id="at-night", reason="no"
        ).then(("circuit/c1", ChangeAbandoned(change_id="at-night", reason="no")))
        assert play.tick(LATER).state("circuit/c1").change is None
        assert play.sent == {}

    def test_abandoning_it_leaves_somebodys_request_to_tear_down_alone(self) -> None:
        spec = schedule(given(a_world()))
        spec.when("request-deprovisioning", "circuit/c1", accept_interruption=True)
        spec.when("abandon-bandwidth-change", "circuit/c1", change_id="at-night", reason="no").then(
            ChangeAbandoned
        )
        assert spec.state("circuit/c1").deprovisioning_requested

    @pytest.mark.parametrize("verb", ["retry-bandwidth-change", "proceed-bandwidth-change"])
    def test_it_is_neither_retried_nor_proceeded(self, verb: str) -> None:
        spec = schedule(given(a_world()))
        spec.when(verb, "circuit/c1", change_id="at-night", reason="x").refused("change-unknown")

    def test_its_id_is_used(self) -> None:
        spec = schedule(given(a_world()))
        spec.when("abandon-bandwidth-change", "circuit/c1", change_id="at-night", reason="no")
        schedule(spec).refused("already-exists")

    def test_nothing_happens_before(self) -> None:
        play = scheduled()
        play.tick("2026-01-06T00:59:59.999999Z")
        assert play.sent == {}


class TestAtItsTime:
    def test_an_increase_is_requested_under_its_own_id(self) -> None:
        play = scheduled()
        spec = play.tick(LATER)
        assert list(play.sent) == ["c1/at-night/start/1"]
        assert spec.state("circuit/c1").running.change_id == "at-night"
        play.settle().then(BandwidthIncreased)
        assert (play.change.kind, play.change.strategy) == ("increase", None)

    def test_a_decrease_runs_to_its_end(self) -> None:
        play = scheduled(mbps=200, accept_interruption=True, strategy="replace-first")
        play.tick(LATER)
        spec = play.settle()
        assert [e.strategy for _, e in spec.history if isinstance(e, DecreaseStarted)] == [
            "replace-first"
        ]
        assert spec.state("circuit/c1.r2").bandwidth_mbps == 200

    def test_without_auto_proceed_it_waits_for_proceed(self) -> None:
        play = scheduled(
            mbps=200, accept_interruption=True, strategy="replace-first", auto_proceed=False
        )
        play.tick(LATER)
        play.settle()
        assert play.step == "proceed"

    def test_it_starts_once_however_often_time_is_looked_at(self) -> None:
        play = scheduled()
        play.tick(LATER)
        play.tick(LATER)
        assert len(play.sent) == 1

    def test_only_a_change_that_waits_for_its_time_is_started(self) -> None:
        start = {"actor": "service:tieline", "change_id": "at-night"}
        never = given(a_world())
        never.when("start-bandwidth-change", "circuit/c1", **start).refused("change-unknown")
        running = schedule(given(a_world()), not_before=NOW)
        running.when("start-bandwidth-change", "circuit/c1", **start).refused("change-unknown")
        other = schedule(given(a_world()), change_id="other")
        other.when("start-bandwidth-change", "circuit/c1", **start).refused("change-unknown")

    def test_its_time_is_judged_by_the_clock_and_not_by_what_was_recorded_last(self) -> None:
        spec = given(a_world())
        spec.recorded = "2026-03-01T00:00:00.000000Z"
        schedule(spec).then(ChangeScheduled).warned()
        spec.at(LATER)
        schedule(given(spec.history[:-1], now=LATER)).then(IncreaseRequested, CapacityTaken)

    def test_until_then_the_process_knows_what_is_wanted(self) -> None:
        play = scheduled(
            mbps=200, accept_interruption=True, strategy="replace-first", auto_proceed=False
        )
        play.process()
        change = play.change
        assert (change.kind, change.bandwidth_mbps) == ("scheduled", 200)
        assert (change.strategy, change.auto_proceed) == ("replace-first", False)


def test_a_change_that_runs_goes_on_whoever_loses_rights() -> None:
    spec = given(a_world(), a_grant("user:net", "network-operator"))
    asked = {"bandwidth_mbps": 200, "accept_interruption": True}
    spec.when("change-bandwidth", "circuit/c1", actor="user:net", **asked)
    spec.when("revoke-role", "customer/acme", principal="user:net", role="network-operator")
    assert drive(spec).settle().state("circuit/c1.r2").bandwidth_mbps == 200


def test_on_behalf_it_is_decided_again_on_behalf() -> None:
    customer = a_customer(model="connect-to")
    staff = a_grant("user:staff", "network-operator", on_behalf=True)
    spec = given(customer, staff, a_location(), a_provisioned_circuit())
    spec.when(
        "change-bandwidth",
        "circuit/c1",
        actor="user:staff",
        on_behalf_of="acme",
        bandwidth_mbps=1000,
        change_id="at-night",
        not_before=LATER,
    ).then(ChangeScheduled)
    assert drive(spec).tick(LATER).state("circuit/c1").running


def test_other_commands_pass_and_count_at_its_time() -> None:
    play = scheduled(a_world(), mbps=200, accept_interruption=True)
    play.spec.when("change-tier", "circuit/c1", tier="premium").then(TierChanged)
    play.spec.when("configure-peering", "circuit/c1", **PEERING)
    play.tick(LATER)
    successor = play.settle().state("circuit/c1.r2")
    assert successor.tier == "premium"
    assert len(successor.peerings) == 1
