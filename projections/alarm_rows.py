"""What each event does to the view of alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.circuit.alarm_events import AlarmAcknowledged, AlarmCleared, AlarmRaised
from domain.circuit.events import CircuitOrdered
from projections.alarms import SHAPE
from projections.projection import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from domain.engine.records import Recorded
    from projections.projection import Fetch, Row, RowKey

KINDS: Final = frozenset(
    each.kind for each in (CircuitOrdered, AlarmRaised, AlarmAcknowledged, AlarmCleared)
)


class Alarms:
    """The alarms that a page of events touches."""

    def __init__(
        self, circuits: Iterable[Row] = (), last: Iterable[Row] = (), alarms: Iterable[Row] = ()
    ) -> None:
        self._circuits = {row["circuit_id"]: row for row in circuits}
        self._last = {(row["circuit_id"], row["alarm"]): row for row in last}
        self.alarms = {_key(row): row for row in alarms}
        self._changed: set[RowKey] = set()

    def apply(self, recorded: Recorded) -> None:
        """Raise, acknowledge or clear; nothing if the circuit has reached this version already."""
        id, event = recorded.subject_id, recorded.event
        circuit: Row | None = self._circuits.get(id)
        if circuit is None:
            assert isinstance(event, CircuitOrdered), "a circuit's stream begins with its order"
            circuit = {"circuit_id": id, "customer_id": event.customer_id, "version": 0}
        if recorded.version <= circuit["version"]:
            return
        self._circuits[id] = {**circuit, "version": recorded.version}
        match event:
            case AlarmRaised():
                self._raise(recorded, event, circuit["customer_id"])
            case AlarmAcknowledged():
                self._amend(id, event.alarm, acknowledged_by=event.acknowledged_by)
            case AlarmCleared():
                self._amend(id, event.alarm, cleared_at=recorded.time, raised=False)
            case _:
                pass

    def _raise(self, recorded: Recorded, event: AlarmRaised, customer_id: str) -> None:
        row: Row = {
            "circuit_id": recorded.subject_id,
            "alarm": event.alarm,
            "raised_at_version": recorded.version,
            "customer_id": customer_id,
            "since": event.since,
            "cause": event.cause,
            "acknowledged_by": None,
            "cleared_at": None,
            "raised": True,
        }
        names = ("circuit_id", "alarm", "raised_at_version")
        self._last[recorded.subject_id, event.alarm] = {name: row[name] for name in names}
        self._put(row)

    def _amend(self, circuit_id: str, alarm: str, **fields: Any) -> None:
        """The alarm of the kind that was raised last."""
        self._put({**self.alarms[_key(self._last[circuit_id, alarm])], **fields})

    def _put(self, row: Row) -> None:
        self.alarms[_key(row)] = row
        self._changed.add(_key(row))

    def written(self) -> Mapping[str, Sequence[Row]]:
        """The alarms that changed, and the circuits that had an event."""
        return {
            "alarms": [self.alarms[key] for key in sorted(self._changed)],
            "circuits": [self._circuits[id] for id in sorted(self._circuits)],
            "raised": [self._last[key] for key in sorted(self._last)],
        }

    def removed(self) -> Mapping[str, Sequence[RowKey]]:
        """Nothing: an alarm that was cleared is still there."""
        return {}


def _key(row: Row) -> RowKey:
    return row["circuit_id"], row["alarm"], row["raised_at_version"]


def _work(fetch: Fetch, events: Sequence[Recorded]) -> Alarms:
    circuits = fetch("circuits", {each.subject_id for each in events})
    named = {(each.subject_id, alarm) for each in events if (alarm := _alarm_of(each))}
    last = list(fetch("raised", named)) if named else []
    alarms = fetch("alarms", {_key(row) for row in last}) if last else ()
    return Alarms(circuits, last, alarms)


def _alarm_of(recorded: Recorded) -> str | None:
    event = recorded.event
    is_of_alarm = isinstance(event, AlarmRaised | AlarmAcknowledged | AlarmCleared)
    return event.alarm if is_of_alarm else None


VIEW: Final = View(SHAPE, KINDS, _work)
