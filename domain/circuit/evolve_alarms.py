"""How a circuit changes with its alarms."""

from collections.abc import Mapping
from typing import Final

from domain.circuit.alarm_events import AlarmAcknowledged, AlarmCleared, AlarmRaised
from domain.circuit.state import Circuit, changed
from domain.decider.noun import Effect
from domain.words.structs import Event
from domain.words.values import AlarmKind


def _raised(circuit: Circuit, event: AlarmRaised, at: str) -> Circuit:
    return changed(circuit, alarms=(*circuit.alarms, event.alarm))


def _acknowledged(circuit: Circuit, event: AlarmAcknowledged, at: str) -> Circuit:
    alarm: frozenset[AlarmKind] = frozenset((event.alarm,))
    return changed(circuit, acknowledged=circuit.acknowledged | alarm)


def _cleared(circuit: Circuit, event: AlarmCleared, at: str) -> Circuit:
    left: tuple[AlarmKind, ...] = tuple(alarm for alarm in circuit.alarms if alarm != event.alarm)
    return changed(circuit, alarms=left, acknowledged=circuit.acknowledged - {event.alarm})


ALARMS: Final[Mapping[type[Event], Effect]] = {
    AlarmRaised: _raised,
    AlarmAcknowledged: _acknowledged,
    AlarmCleared: _cleared,
}
