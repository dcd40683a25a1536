"""What can be asked about the alarms of a circuit (contract, second part, "Alarms")."""

from typing import ClassVar

from domain.circuit.commands import CircuitCommand
from domain.words.values import AlarmKind, Sentence, Time


class AcknowledgeAlarm(CircuitCommand):
    """Say that an alarm was seen, and why it may stand; it stays raised."""

    alarm: AlarmKind
    reason: Sentence


class RaiseAlarm(CircuitCommand):
    """Sent by the alarm process alone."""

    inside: ClassVar[bool] = True

    alarm: AlarmKind
    since: Time
    cause: Sentence


class ClearAlarm(CircuitCommand):
    """Sent by the alarm process alone."""

    inside: ClassVar[bool] = True

    alarm: AlarmKind
