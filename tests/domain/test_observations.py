"""What the network side reports: kept as the last observation, recorded when it says something new.

Contract, second part, "Observations".
"""

from typing import Any

import pytest

from domain.circuit.observation_events import CircuitObserved, ObservedPeering
from tests.domain.drive import drive
from tests.domain.spec import Spec, given
from tests.domain.test_decrease import lower, lowering
from tests.domain.test_increase import raise_to
from tests.examples import a_customer, a_grant, a_location, a_peering, a_world, an_ordered_circuit
from tests.examples.observations import an_observation
from tests.examples.parties import a_csp_role

C1 = "circuit/c1"
AGREES: dict[str, Any] = {
    "provider_state": "provisioned",
    "circuit_state": "enabled",
    "bandwidth_mbps": 500,
}


def at(clock: str) -> str:
    """A time on the tests' day, to the microsecond."""
    return f"2026-01-05T{clock}.000000Z"


def seen(spec: Spec, clock: str = "08:30:00", subject: str = C1, **fields: Any) -> Spec:
    """The provider reports what it saw at a time of that day."""
    return spec.when("report-observation", subject, observed_at=at(clock), **fields)


def fields_seen(spec: Spec, subject: str = C1) -> dict[str, Any]:
    """What was last seen of each field."""
    return dict(spec.state(subject).observed.fields)


# --- what is recorded


def test_it_is_kept_as_the_last_observation() -> None:
    peerings: list[dict[str, Any]] = [{"routing_domain": "private", "state": "up", "prefixes": 12}]
    spec = seen(given(a_world(), a_peering()), **AGREES, peerings=peerings)
    up = ObservedPeering(routing_domain="private", state="up", prefixes=12)
    spec.then((C1, CircuitObserved(observed_at=at("08:30:00"), **AGREES, peerings=[up])))
    assert fields_seen(spec) == AGREES | {"private/state": "up", "private/prefixes": 12}
    assert spec.state(C1).observed.observed_at == at("08:30:00")


@pytest.mark.parametrize(
    "differs",
    [
        {"provider_state": "deprovisioning"},
        {"circuit_state": "disabling"},
        {"bandwidth_mbps": 1000},
        {"peerings": [{"routing_domain": "private", "state": "down"}]},
        {"peerings": [{"routing_domain": "private", "prefixes": 13}]},
        {"peerings": [{"routing_domain": "microsoft", "prefixes": 12}]},
    ],
)
def test_it_is_recorded_when_a_field_differs_from_the_last_one(differs: dict[str, Any]) -> None:
    """Also while nothing is judged, here while an order waits to be placed."""
    up = ObservedPeering(routing_domain="private", state="up", prefixes=12)
    last = an_observation(**AGREES, peerings=[up])
    spec = given(a_customer(), a_location(), an_ordered_circuit(), last)
    seen(spec, "08:01:00", **AGREES).then_nothing()
    seen(spec, "08:02:00", **AGREES | differs).then(CircuitObserved)
    seen(spec, "08:03:00", **AGREES | differs).then_nothing()


def test_it_is_recorded_when_an_hour_passed_since_the_last_one() -> None:
    spec = given(a_world(), an_observation(**AGREES))
    seen(spec, "08:59:59", **AGREES).then_nothing()
    seen(spec, "09:00:00", **AGREES).then(CircuitObserved)
    spec.at(at("10:00:00"))
    seen(spec, "09:59:59", **AGREES).then_nothing()
    seen(spec, "10:00:00", **AGREES).then(CircuitObserved)


@pytest.mark.parametrize("clock", ["08:00:00", "07:59:59"])
def test_one_that_is_not_newer_says_nothing(clock: str) -> None:
    spec = given(a_world(), a_peering(), an_observation(**AGREES))
    many = [{"routing_domain": "private", "state": "down", "prefixes": 4000}]
    seen(spec, clock, provider_state="deprovisioning", peerings=many).then_nothing().warned()


def test_a_time_with_an_offset_is_the_same_instant() -> None:
    spec = given(a_world(), an_observation(**AGREES))
    saw: dict[str, Any] = {"observed_at": "2026-01-05T10:00:00+02:00", "bandwidth_mbps": 50}
    spec.when("report-observation", C1, **saw).then_nothing()


def test_a_field_left_out_stays_as_it_was_seen() -> None:
    spec = given(a_world(), an_observation(**AGREES))
    seen(spec, "08:10:00", bandwidth_mbps=100).then_accepted()
    assert fields_seen(spec) == AGREES | {"bandwidth_mbps": 100}
    seen(spec, "08:20:00", provider_state="provisioned").then_nothing()


def test_an_observation_of_nothing_still_says_that_somebody_looked() -> None:
    spec = seen(given(a_world()), "08:00:00").then(CircuitObserved)
    seen(spec, "08:59:00").then_nothing()
    seen(spec, "09:00:00", peerings=[]).then(CircuitObserved)
    assert fields_seen(spec) == {}


def test_a_circuit_that_never_existed_is_not_observed() -> None:
    seen(given(a_world()), subject="circuit/c9").refused("not-found", kind="circuit")


# --- shape


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"peerings": [{"routing_domain": "private"}] * 2}, "peerings"),
        ({"peerings": [{"state": "up"}]}, "peerings.0.routing_domain"),
        ({"peerings": [{"routing_domain": "private", "state": "flapping"}]}, "peerings.0.state"),
        ({"peerings": [{"routing_domain": "private", "prefixes": -1}]}, "peerings.0.prefixes"),
        ({"peerings": "private:up"}, "peerings"),
        ({"provider_state": "gone"}, "provider_state"),
        ({"circuit_state": "up"}, "circuit_state"),
        ({"bandwidth_mbps": "500"}, "bandwidth_mbps"),
        ({"observed_at": "yesterday"}, "observed_at"),
        ({"resource_state": "succeeded"}, "resource_state"),
    ],
)
def test_what_is_of_another_shape_is_malformed(fields: dict[str, Any], path: str) -> None:
    asked: dict[str, Any] = {"observed_at": at("08:30:00"), **fields}
    spec = given(a_world()).when("report-observation", C1, **asked).refused("malformed-command")
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    assert [each["path"] for each in spec.outcome.refusal.facts["faults"]] == [path]


def test_what_nobody_can_have_seen_yet_is_malformed() -> None:
    """Five minutes are forgiven, by the clock: what is recorded may be ahead of that."""
    spec = given(a_world())
    spec.recorded = at("12:00:00")
    seen(spec, "09:05:01", **AGREES).refused("malformed-command")
    fault = {
        "path": "observed_at",
        "fault": f"is more than 5 minutes ahead of the time, {at('09:00:00')}",
    }
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    assert spec.outcome.refusal.facts["faults"] == [fault]
    seen(spec, "09:05:00", **AGREES).then(CircuitObserved)


# --- who may report


def test_the_provider_of_the_circuit_the_provider_role_and_the_owner_of_the_csp_report() -> None:
    told = [
        a_grant("user:patch", "provider"),
        a_csp_role("user:noc", "provider"),
        a_csp_role("user:staff", "owner"),
        a_grant("user:anna", "owner"),
        a_grant("user:bob", "network-operator"),
    ]
    spec = given(a_world(), told)
    for number, (actor, may) in enumerate(
        [
            ("user:owner", True),
            ("provider:colt", True),
            ("user:patch", True),
            ("user:noc", True),
            ("user:staff", False),
            ("user:anna", False),
            ("user:bob", False),
        ]
    ):
        seen(spec, f"08:0{number}:00", bandwidth_mbps=number + 1, actor=actor)
        spec.then_accepted() if may else spec.refused("not-permitted")
    seen(spec, actor="provider:equinix").refused("not-found")


# --- while a change runs, and after it


def test_it_passes_while_an_increase_waits() -> None:
    spec = raise_to(given(a_world()), 1000)
    seen(spec, **AGREES).then(CircuitObserved)


@pytest.mark.parametrize("strategy", ["teardown-first", "replace-first"])
def test_it_passes_on_both_circuits_while_a_decrease_runs(strategy: str) -> None:
    play = lowering(strategy)
    spec = play.to("successor-provisioning")
    for subject in (C1, "circuit/c1.r2"):
        seen(spec, subject=subject, bandwidth_mbps=50).then(CircuitObserved)
        assert fields_seen(spec, subject) == {"bandwidth_mbps": 50}


def test_the_successor_starts_unobserved_and_the_old_circuit_is_history_after_the_end() -> None:
    spec = lower(given(a_world(), a_peering(), an_observation(**AGREES)))
    drive(spec).settle()
    assert spec.state("circuit/c1.r2").observed is None
    seen(spec).refused("not-found", replaced_by="c1.r2")
    seen(spec, subject="circuit/c1.r2", bandwidth_mbps=200).then(CircuitObserved)


# --- prefixes received


@pytest.mark.parametrize(
    ("domain", "tier", "limit"),
    [
        ("private", "standard", 4000),
        ("private", "premium", 10000),
        ("microsoft", "standard", 200),
        ("public", "standard", 200),
    ],
)
def test_many_prefixes_received_are_warned_of(domain: str, tier: str, limit: int) -> None:
    spec = given(a_world(tier=tier))
    below, at_border = limit * 8 // 10 - 1, limit * 8 // 10
    for number, count in enumerate((0, below)):
        few = [{"routing_domain": domain, "prefixes": count}]
        seen(spec, f"08:0{number}:00", peerings=few).then_accepted().warned()
    many = [{"routing_domain": domain, "prefixes": at_border}]
    seen(spec, "08:02:00", peerings=many).then_accepted().warned("prefix-limit-near")
    assert spec.outcome is not None
    said = f"{at_border} IPv4 prefixes are 80 % of the {limit} that a {domain} peering may carry."
    assert [each["message"] for each in spec.outcome.warnings] == [said]


def test_they_are_warned_of_as_long_as_they_are_received() -> None:
    many = [{"routing_domain": "private", "prefixes": 5000}]
    spec = seen(given(a_world()), "08:00:00", peerings=many).warned("prefix-limit-near")
    seen(spec, "08:01:00", peerings=many).then_nothing().warned("prefix-limit-near")
