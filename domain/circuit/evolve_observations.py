"""How a circuit changes with what the network side sees of it, and with what drifts."""

from collections.abc import Mapping
from typing import Final

from domain.circuit.observation import added
from domain.circuit.observation_events import CircuitObserved, DriftCleared, DriftRaised
from domain.circuit.state import Circuit, changed
from domain.decider.noun import Effect
from domain.words.structs import Event


def _observed(circuit: Circuit, event: CircuitObserved, at: str) -> Circuit:
    return changed(circuit, observed=added(circuit.observed, event))


def _raised(circuit: Circuit, event: DriftRaised, at: str) -> Circuit:
    return changed(circuit, drift=(*circuit.drift, event.field))


def _cleared(circuit: Circuit, event: DriftCleared, at: str) -> Circuit:
    left = [field for field in circuit.drift if field != event.field]
    return changed(circuit, drift=tuple(left))


OBSERVATIONS: Final[Mapping[type[Event], Effect]] = {
    CircuitObserved: _observed,
    DriftRaised: _raised,
    DriftCleared: _cleared,
}
