"""Drift: a field that the network side sees other than it is recorded and agreed.

Contract, second part, "Observations". A field raises once, by an observation that is judged, and
clears once: by whatever makes both sides agree, by the end of the circuit, or by the end of a
decrease on the old circuit. What clears it stands here alone; it is asked after every decision that
writes on the circuit (following.py).
"""

from collections.abc import Sequence
from typing import Any, Final, cast, get_args

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


def cleared(circuit: Circuit, *, ends: bool) -> Sequence[DriftCleared]:
    """The fields that drift no longer; all of them where the circuit, or its change, `ends`."""
    if not circuit.drift or circuit.observed is None:
        return ()
    seen = circuit.observed.fields
    return [
        DriftCleared(field=field)
        for field in circuit.drift
        if ends or agrees(circuit, field, seen[field])
    ]


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
