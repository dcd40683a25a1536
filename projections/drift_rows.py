"""What observations and drift do to the row of a circuit.

A row keeps what was last seen of each field, so that what drifts is shown as both sides are now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.circuit.drift import FIELDS
from domain.circuit.observation import seen_in
from projections.projection import Row

if TYPE_CHECKING:
    from domain.circuit import observation_events

BEFORE: Final[Row] = {"last_observed_at": None, "seen": {}, "drift": [], "drifting": False}
"""A circuit that nobody has looked at."""


def _observed(row: Row, event: observation_events.CircuitObserved) -> None:
    row["last_observed_at"] = event.observed_at
    row["seen"] = {**row["seen"], **dict(seen_in(event))}


def _raised(row: Row, event: observation_events.DriftRaised) -> None:
    drift = {"field": event.field, "recorded": None, "observed": None, "since": event.since}
    row["drift"] = sorted([*row["drift"], drift], key=lambda each: FIELDS.index(each["field"]))


def _cleared(row: Row, event: observation_events.DriftCleared) -> None:
    row["drift"] = [each for each in row["drift"] if each["field"] != event.field]


THEN: Final = {
    "tieline.circuit.observed.v1": _observed,
    "tieline.drift.raised.v1": _raised,
    "tieline.drift.cleared.v1": _cleared,
}


def derive(row: Row) -> None:
    """Of what drifts: what is recorded now, and what was seen last."""
    row["drifting"] = bool(row["drift"])
    for each in row["drift"]:
        each["recorded"] = _recorded(row, each["field"])
        each["observed"] = row["seen"].get(each["field"])


def _recorded(row: Row, field: str) -> Any:
    domain, is_of_peering, _ = field.partition("/")
    if not is_of_peering:
        return row[field]
    states = [each["state"] for each in row["peerings"] if each["routing_domain"] == domain]
    return states[0] if states else None
