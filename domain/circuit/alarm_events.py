"""Alarms of a circuit: raised, acknowledged, cleared. All lie on the circuit's stream."""

from typing import ClassVar

from domain.words.structs import Event
from domain.words.values import AlarmKind, Time


class AlarmRaised(Event):
    """Something about the circuit is worth somebody's look."""

    kind: ClassVar[str] = "tieline.alarm.raised.v1"
    alarm: AlarmKind
    since: Time
    """Since when its cause has been there, which is before it was raised."""
    cause: str


class AlarmAcknowledged(Event):
    """Somebody has seen it; it stays raised."""

    kind: ClassVar[str] = "tieline.alarm.acknowledged.v1"
    alarm: AlarmKind
    acknowledged_by: str
    reason: str


class AlarmCleared(Event):
    """Its cause is gone, or the circuit is."""

    kind: ClassVar[str] = "tieline.alarm.cleared.v1"
    alarm: AlarmKind
