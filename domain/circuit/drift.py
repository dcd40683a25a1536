"""Drift: a field that the network side sees other than it is recorded and agreed.

Contract, second part, "Observations". A field raises once, by an observation that is judged, and
clears once: by whatever makes both sides agree, by the end of the circuit, or by the end of a
decrease on the old circuit. What clears it stands here alone; it is asked after every decision that
writes on the circuit (`follows` in its registration).
"""

from collections.abc import Sequence
from typing import Any, Final, cast, get_args

from domain.bandwidth_change.change import Decrease
from domain.circuit.observation import OF_CIRCUIT, seen_in
from domain.circuit.observation_events import (
    CircuitObserved,
    DriftCleared,
    DriftRaised,
    Observed,
)
from domain.circuit.state import Circuit
from domain.words.values import RoutingDomain

_SESSIONS: Final[dict[str, RoutingDomain]] = {
    f"{each}/state": each for each in cast("tuple[RoutingDomain, ...]", get_args(RoutingDomain))
}

FIELDS: Final = (*OF_CIRCUIT, *_SESSIONS)
"""The fields that can drift, in the order in which they are shown."""


def raised_by(event: CircuitObserved, circuit: Circuit) -> Sequence[DriftRaised]:
    """The fields that begin to drift with an observation; nothing while a change runs, or anything
    else is on its way.
    """
    if circuit.resource_state != "succeeded":
        return ()
    return [
        DriftRaised(
            field=field,
            recorded=recorded(circuit, field),
            observed=observed,
            since=event.observed_at,
        )
        for field, observed in seen_in(event)
        if field in FIELDS and field not in circuit.drift and not agrees(circuit, field, observed)
    ]


def cleared(before: Circuit | None, after: Circuit) -> Sequence[DriftCleared]:
    """The fields that drift no longer, given a circuit before and after a decision."""
    if not after.drift or after.observed is None:
        return ()
    seen, ended = after.observed.fields, _has_ended(before, after)
    return [
        DriftCleared(field=field)
        for field in after.drift
        if ended or agrees(after, field, seen[field])
    ]


def _has_ended(before: Circuit | None, after: Circuit) -> bool:
    """Whether the circuit was deleted, or a decrease ended of which it is the old circuit."""
    if after.removed_at:
        return True
    change = before.change if before else None
    was_old = isinstance(change, Decrease) and change.old_circuit == after.circuit_id
    return was_old and after.change is None


def recorded(circuit: Circuit, field: str) -> Observed | None:
    """What is recorded and agreed of a field; None for a peering that the circuit doesn't have."""
    if field not in _SESSIONS:
        value: Any = getattr(circuit, field)
        return value
    peering = circuit.peering(_SESSIONS[field])
    return peering and peering.state


def agrees(circuit: Circuit, field: str, observed: Observed) -> bool:
    """Whether an observed value is as recorded. Sessions are up on an enabled peering and on no
    other; on a circuit that carries no traffic nobody misses them.
    """
    if field not in _SESSIONS:
        return recorded(circuit, field) == observed
    is_enabled = recorded(circuit, field) == "enabled"
    return is_enabled if observed == "up" else not (is_enabled and circuit.is_provisioned)
