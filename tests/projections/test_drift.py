"""What drifts, in the view of a circuit and in the list over all circuits."""

from collections.abc import Iterable
from typing import Any

import pytest

from domain.circuit.bandwidth_events import BandwidthIncreased
from domain.circuit.drift import FIELDS, recorded
from domain.circuit.events import PeeringDisabled, PeeringRemoved
from domain.circuit.observation_events import CircuitObserved, DriftCleared
from domain.decider.decisions import Written
from domain.engine.records import folded
from projections import circuits, drift
from projections.database import reading
from tests.examples import a_customer, a_peering, a_provisioned_circuit, a_world
from tests.examples.observations import SEEN_AT, a_drift, an_observation
from tests.projections.histories import InMemory, built, time_at, told

C1 = "circuit/c1"
LATER = "2026-01-05T08:30:00.000000Z"
FASTER = a_drift("bandwidth_mbps", 500, 1000)
DOWN = a_drift("private/state", "enabled", "down")

Facts = Written | Iterable[Written]


def entry(field: str, recorded: Any, observed: Any) -> dict[str, Any]:
    return {"field": field, "recorded": recorded, "observed": observed, "since": SEEN_AT}


def shown(*facts: Facts) -> Any:
    with reading(built(a_world(), a_peering(), *facts)) as live:
        return circuits.show(live, "c1")


def listed(*facts: Facts, **filters: str) -> list[Any]:
    with reading(built(*facts)) as live:
        return list(drift.every(live, filters))


def test_a_circuit_shows_what_drifts_and_when_it_was_last_observed() -> None:
    seen = shown(DOWN, FASTER)
    assert seen["last_observed_at"] == SEEN_AT
    assert seen["drift"] == [
        entry("bandwidth_mbps", 500, 1000),
        entry("private/state", "enabled", "down"),
    ]


def test_an_observation_alone_is_no_drift() -> None:
    seen = shown(an_observation(bandwidth_mbps=500), an_observation(at=LATER))
    assert (seen["last_observed_at"], seen["drift"]) == (LATER, [])


def test_what_is_cleared_is_gone() -> None:
    seen = shown(DOWN, FASTER, (C1, DriftCleared(field="private/state")))
    assert [each["field"] for each in seen["drift"]] == ["bandwidth_mbps"]


def test_both_sides_are_shown_as_they_are_now_and_since_when_it_began() -> None:
    """While a field drifts, record and line may both move on without coming together."""
    seen = shown(
        DOWN,
        FASTER,
        (C1, CircuitObserved(observed_at=LATER, bandwidth_mbps=2000)),
        (C1, BandwidthIncreased(change_id="up-1", bandwidth_mbps=700)),
        (C1, PeeringDisabled(routing_domain="private")),
    )
    assert seen["drift"] == [
        entry("bandwidth_mbps", 700, 2000),
        entry("private/state", "disabled", "down"),
    ]
    assert shown(DOWN, (C1, PeeringRemoved(routing_domain="private")))["drift"] == [
        entry("private/state", None, "down")
    ]


@pytest.mark.parametrize("field", FIELDS)
def test_the_view_knows_what_is_recorded_as_the_rules_do(field: str) -> None:
    facts = told(a_world(), a_peering(), a_drift(field, "else", "down"))
    circuit = folded(C1, [each for each in facts if each.stream == C1])
    assert shown(a_drift(field, "else", "down"))["drift"] == [
        entry(field, recorded(circuit, field), "down")
    ]


TWO = (
    a_world(),
    a_customer("zeta", number=2, subscription="zeta-prod"),
    a_provisioned_circuit("c2", customer_id="zeta", subscription_id="zeta-prod"),
    a_provisioned_circuit("c3"),
    an_observation("c3"),
    FASTER,
    a_drift("provider_state", "provisioned", "deprovisioning", "c2"),
    a_drift("bandwidth_mbps", 500, 100, "c2"),
)
OF_C1 = {"circuit_id": "c1", **entry("bandwidth_mbps", 500, 1000)}
OF_C2 = [
    {"circuit_id": "c2", **entry("provider_state", "provisioned", "deprovisioning")},
    {"circuit_id": "c2", **entry("bandwidth_mbps", 500, 100)},
]


def test_the_list_has_what_drifts_of_all_circuits() -> None:
    assert listed(TWO[0]) == []
    assert listed(*TWO) == [OF_C1, *OF_C2]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"customer_id": "zeta"}, OF_C2),
        ({"circuit_id": "c1"}, [OF_C1]),
        ({"circuit_id": "c3"}, []),
        ({"location_id": "frankfurt", "provider": "colt"}, [OF_C1, *OF_C2]),
        ({"location_id": "paris"}, []),
    ],
)
def test_it_is_narrowed(filters: dict[str, str], found: list[Any]) -> None:
    assert listed(*TWO, **filters) == found
    log = InMemory(told(*TWO)).log
    assert list(drift.every_as_of(log, time_at(1000), filters)) == found


def test_it_is_told_as_it_was() -> None:
    events = told(*TWO, (C1, DriftCleared(field="bandwidth_mbps")))
    log, last = InMemory(events).log, len(events)
    assert list(drift.every_as_of(log, time_at(last), {})) == OF_C2
    assert list(drift.every_as_of(log, time_at(last - 1), {})) == [OF_C1, *OF_C2]
    assert list(drift.every_as_of(log, time_at(last - 5), {})) == [OF_C1]
    assert list(drift.every_as_of(log, time_at(1), {})) == []
