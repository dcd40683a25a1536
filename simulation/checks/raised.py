"""Alarms and drift: raised at most once until cleared, and cleared once their cause is gone."""

from collections import Counter
from typing import Any, Final

from adapters.reactors.alarms import AlarmProcess
from adapters.reactors.memory import Memory
from domain.circuit.alarm_events import AlarmAcknowledged, AlarmCleared, AlarmRaised
from domain.circuit.bandwidth_events import BandwidthDecreased, RevertFinished
from domain.circuit.events import CircuitDeleted
from domain.circuit.observation_events import DriftCleared, DriftRaised
from domain.circuit.state import Circuit
from domain.engine.log import Log
from domain.engine.records import Recorded
from domain.processes.alarms.watch import STEPS
from domain.processes.bandwidth_change.follow import Changes
from domain.processes.bandwidth_change.progress import STALLED
from domain.words.content import pair_of
from projections.database import opened
from simulation.checks.recorded import PAGE, RecordedCheck
from simulation.checks.violation import demand

_STEPS: Final = (*STEPS, CircuitDeleted, BandwidthDecreased, RevertFinished)
"""With the provider's steps, and with the end of the circuit or of its change, wrong keys count no
longer.
"""
_ABOUT: Final = (AlarmRaised, AlarmCleared, AlarmAcknowledged, DriftRaised, DriftCleared)

Raised = tuple[str, str]
"""A circuit's stream, and what is raised there: an alarm, or a field that drifts."""


class RaisedCheck:
    """Follows what is raised and cleared of each circuit."""

    def __init__(self, log: Log, recorded: RecordedCheck) -> None:
        self._log = log
        self._recorded = recorded
        self._raised: Counter[Raised] = Counter()
        self._at: dict[Raised, int] = {}
        """The position at which it was raised the last time."""
        self._stepped: dict[str, int] = {}
        """The position of the provider's last step, or of the circuit's end."""
        self._changes = Changes.of(())
        self._looked = 0
        self.checked = 0

    def look(self) -> None:
        """Check what was recorded since the last look."""
        new = self._recorded.events[self._looked :]
        self._looked += len(new)
        for each in new:
            self._changes.follow(each)
            if isinstance(each.event, _STEPS):
                self._stepped[each.stream] = each.position
            if isinstance(each.event, _ABOUT):
                self._follows(each)
        for stream in {each.stream for each in new if isinstance(each.event, _ABOUT)}:
            self._is_as_the_state_says(stream)

    def at_rest(self, now: str) -> None:
        """Whatever should have been raised or cleared by that time was."""
        memory = opened("sqlite:///:memory:")
        try:
            process = AlarmProcess(Memory(memory, "alarms"), self._log.events)
            sent = process.heard(self._log.refusals(0, PAGE))
            sent += process.react(self._log.feed(0, PAGE, process.kinds))
            sent += process.tick(now)
        finally:
            memory.dispose()
        for each in sent:
            self.checked += 1
            is_known = pair_of(each["source"], each["id"]).key in self._recorded.outcomes
            demand(is_known, "alarms", f"nobody has sent {each['id']}")

    def _follows(self, recorded: Recorded) -> None:
        self.checked += 1
        event: Any = recorded.event
        what = event.field if isinstance(event, DriftRaised | DriftCleared) else event.alarm
        raised, times = (recorded.stream, what), self._raised[recorded.stream, what]
        match event:
            case AlarmAcknowledged():
                demand(times == 1, "alarms", f"{raised} is acknowledged, and not raised")
            case AlarmRaised() | DriftRaised():
                demand(times == 0, "alarms", f"{raised} is raised a second time")
                self._raised[raised], self._at[raised] = 1, recorded.position
            case _:
                demand(times == 1, "alarms", f"{raised} is cleared, and not raised")
                self._raised[raised] = 0
                self._may_be_over(recorded, what)

    def _may_be_over(self, recorded: Recorded, what: str) -> None:
        """What the circuit's state does not show is over once something else has happened."""
        stream, id = recorded.stream, recorded.subject_id
        at = self._at[stream, what]
        if what == "wrong-service-keys":
            is_over = self._stepped.get(stream, 0) > at
            said = f"{what} of {stream} is cleared, and no step was accepted since it was raised"
            demand(is_over, "alarms", said)
        if what == "step-overdue" and (key := self._changes.open.get(id)):
            change = self._changes.changes[key]
            stalls = [each.position for each in change.done if each.what == STALLED]
            is_over = not change.is_overdue or stalls[-1] > at
            demand(is_over, "alarms", f"{what} of {stream} is cleared, and the step is overdue")

    def _is_as_the_state_says(self, stream: str) -> None:
        circuit: Circuit = self._recorded.states[stream]
        said = {*circuit.alarms, *circuit.drift}
        raised = {what for (of, what), times in self._raised.items() if times and of == stream}
        demand(said == raised, "alarms", f"{stream} has {sorted(said)}, raised: {sorted(raised)}")
