"""Examples of alarms of a circuit."""

from typing import Final

from domain.circuit.alarm_events import AlarmAcknowledged, AlarmRaised
from domain.decider.decisions import Written
from domain.words.values import AlarmKind

CAUSE = "it is billed, and carries no traffic"
SINCE = "2026-01-01T09:00:00.000000Z"


STAFF_LOOKS_AFTER: Final = frozenset({"acknowledge-alarm"})
"""What the CSP's staff may send under either model (tests/domain/test_alarms.py says who)."""


def an_alarm(
    alarm: AlarmKind = "billed-and-idle", circuit_id: str = "c1", *, seen_by: str | None = None
) -> list[Written]:
    """An alarm that is raised; acknowledged if somebody has seen it."""
    stream = f"circuit/{circuit_id}"
    raised = (stream, AlarmRaised(alarm=alarm, since=SINCE, cause=CAUSE))
    if seen_by is None:
        return [raised]
    seen = AlarmAcknowledged(alarm=alarm, acknowledged_by=seen_by, reason="known")
    return [raised, (stream, seen)]
