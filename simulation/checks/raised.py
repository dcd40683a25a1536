"""Alarms and drift: raised at most once until cleared, and cleared once their cause is gone."""

from collections.abc import Iterator
from typing import Any, Final

from adapters.reactors.alarms import AlarmProcess
from adapters.reactors.memory import Memory
from domain.circuit.alarm_events import AlarmAcknowledged, AlarmCleared, AlarmRaised
from domain.circuit.bandwidth_events import BandwidthDecreased, ChangeAbandoned, RevertFinished
from domain.circuit.events import CircuitDeleted
from domain.circuit.observation_events import DriftCleared, DriftRaised
from domain.circuit.state import Circuit
from domain.engine.log import Log
from domain.engine.records import Recorded
from domain.processes.alarms.watch import STEPS
from domain.processes.bandwidth_change.follow import Changes
from domain.processes.bandwidth_change.progress import STALLED, Key
from domain.words.content import pair_of
from projections.database import opened
from simulation.checks.recorded import PAGE, RecordedCheck
from simulation.checks.violation import demand

_STEPS: Final = (*STEPS, CircuitDeleted, BandwidthDecreased, RevertFinished, ChangeAbandoned)
"""With the provider's steps, and with the end of the circuit or of its change, wrong keys count no
longer.
"""
_ABOUT: Final = (AlarmRaised, AlarmCleared, AlarmAcknowledged, DriftRaised, DriftCleared)

_What = tuple[str, str]
"""A circuit's stream, and what is raised there: an alarm, or a field that drifts."""


class RaisedCheck:
    """Follows what is raised and cleared of each circuit."""

    def __init__(self, log: Log, recorded: RecordedCheck) -> None:
        self._log = log
        self._recorded = recorded
        self._raised = Raised()
        self._looked = 0
        self.checked = 0

    def look(self) -> None:
        """Check what was recorded since the last look."""
        new = self._recorded.events[self._looked :]
        self._looked += len(new)
        self.checked += len(new)
        for each in new:
            for said in self._raised.follow(each):
                demand(holds=False, check="alarms", said=said)
        for stream in {each.stream for each in new if isinstance(each.event, _ABOUT)}:
            circuit: Circuit = self._recorded.states[stream]
            said, raised = {*circuit.alarms, *circuit.drift}, self._raised.of(stream)
            text = f"{stream} has {sorted(said)}, raised: {sorted(raised)}"
            demand(said == raised, "alarms", text)

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


class Raised:
    """What is raised, as the events tell it."""

    def __init__(self) -> None:
        self._at: dict[_What, Recorded] = {}
        """The event that raised it, of what is not cleared yet."""
        self._stepped: dict[str, Recorded] = {}
        """The provider's last step, or the circuit's end."""
        self._in_time: dict[Key, int] = {}
        """The last position at which a change was not overdue: an alarm may come after that."""
        self._changes = Changes.of(())

    def of(self, stream: str) -> set[str]:
        """What is raised of a circuit."""
        return {what for of, what in self._at if of == stream}

    def follow(self, recorded: Recorded) -> Iterator[str]:
        """Take in the next event of the log; what is wrong about it, as sentences."""
        if (moved := self._changes.follow(recorded)) and not moved[1].is_overdue:
            self._in_time[moved[1].key] = recorded.position
        if isinstance(recorded.event, _STEPS):
            self._stepped[recorded.stream] = recorded
        if isinstance(recorded.event, _ABOUT):
            yield from self._told(recorded, recorded.event)

    def _told(self, recorded: Recorded, event: Any) -> Iterator[str]:
        what = event.field if isinstance(event, DriftRaised | DriftCleared) else event.alarm
        named = (recorded.stream, what)
        at = self._at.get(named)
        if isinstance(event, AlarmRaised | DriftRaised):
            if at is not None:
                yield f"{what} of {recorded.stream} is raised a second time"
            self._at[named] = recorded
        elif at is None:
            yield f"{what} of {recorded.stream} is not raised, in {recorded.event.kind}"
        elif not isinstance(event, AlarmAcknowledged):
            del self._at[named]
            if self._is_there(recorded, what, at):
                yield f"{what} of {recorded.stream} is cleared, and its cause is there"

    def _is_there(self, recorded: Recorded, what: str, raised: Recorded) -> bool:
        """Whether the cause of an alarm is there which the circuit's state does not show. A step
        that was accepted while the alarm was on its way ends the wrong keys, though it stands
        before.
        """
        if what == "wrong-service-keys":
            step = self._stepped.get(recorded.stream)
            return step is None or not (
                step.position > raised.position or step.time > _since(raised)
            )
        key = self._changes.open.get(recorded.subject_id)
        if what != "step-overdue" or key is None:
            return False
        change = self._changes.changes[key]
        stalls = [each.position for each in change.done if each.what == STALLED]
        in_time = self._in_time.get(key, 0)
        return change.is_overdue and in_time < stalls[-1] < raised.position


def _since(raised: Recorded) -> str:
    """When the cause of an alarm began."""
    assert isinstance(raised.event, AlarmRaised)
    return raised.event.since
