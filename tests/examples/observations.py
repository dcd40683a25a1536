"""Examples of what the network side saw of a circuit, and of what drifts."""

from typing import Any

from domain.circuit.observation_events import (
    CircuitObserved,
    DriftRaised,
    Observed,
    ObservedPeering,
)
from domain.decider.decisions import Written

SEEN_AT = "2026-01-05T08:00:00.000000Z"
"""When the examples were observed: an hour before the tests' time."""


def an_observation(circuit_id: str = "c1", at: str = SEEN_AT, **fields: Any) -> Written:
    """An observation of a circuit, recorded; without fields it saw nothing in particular."""
    return f"circuit/{circuit_id}", CircuitObserved(observed_at=at, **fields)


def a_drift(
    field: str, recorded: Observed | None, observed: Observed, circuit_id: str = "c1"
) -> list[Written]:
    """A field that was observed to be other than recorded, and raised for it."""
    domain, _, of_peering = field.partition("/")
    saw: Any = {"routing_domain": domain, "state": observed}
    fields: Any = {"peerings": [ObservedPeering(**saw)]} if of_peering else {field: observed}
    return [
        an_observation(circuit_id, **fields),
        (
            f"circuit/{circuit_id}",
            DriftRaised(field=field, recorded=recorded, observed=observed, since=SEEN_AT),
        ),
    ]
