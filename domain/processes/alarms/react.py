"""The commands that the alarm process sends: an alarm is raised once its cause has been there long
enough, and cleared when that is gone, or has begun anew.

Their ids are derived, so that the process may be restarted at any point: each time that an alarm is
raised or cleared has an id of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

from domain.circuit.alarm_commands import ClearAlarm, RaiseAlarm
from domain.circuit.causes import causes_in
from domain.decider.decisions import PROCESS, PROCESS_SOURCE
from domain.engine.records import Recorded
from domain.processes.alarms.watch import Begun, Watch, WrongKey, in_a_row
from domain.processes.bandwidth_change.progress import STALLED, Progress
from domain.profiles import Profile
from domain.words.data import CommandData
from domain.words.structs import Frozen
from domain.words.values import LONGEST_TEXT, AlarmKind, format_time, read_time

UNTIMED: Final = ""
"""No time: what has to last is left to the clock."""


class Cause(NamedTuple):
    """Why an alarm is worth raising, and since when."""

    begun: Begun
    text: str


class Send(Frozen):
    """A command about an alarm of a circuit; `number` tells it from the others of its name."""

    circuit_id: str
    alarm: AlarmKind
    number: str
    data: CommandData
    correlation_id: str

    @property
    def id(self) -> str:
        """What names it for ever, beside the process's source."""
        return f"{self.circuit_id}/{self.alarm}/{self.data.verb}/{self.number}"

    def as_message(self, trigger: Recorded | None = None) -> dict[str, Any]:
        """The command as a CloudEvent, after the event that it follows from, if it is not the time
        (contract, "What the engine sends itself").
        """
        message: dict[str, Any] = {
            "specversion": "1.0",
            "id": self.id,
            "source": PROCESS_SOURCE,
            "type": self.data.type,
            "subject": f"circuit/{self.circuit_id}",
            "actor": PROCESS,
            "correlationid": trigger.correlation_id if trigger else self.correlation_id,
            "data": self.data.model_dump(mode="json"),
        }
        if trigger is not None:
            message["causationid"] = trigger.id
            if trigger.traceparent is not None:
                message["traceparent"] = trigger.traceparent
        return message


def sends(
    watch: Watch, change: Progress | None, keys: Sequence[WrongKey], now: str = UNTIMED
) -> Iterator[Send]:
    """What is to be raised and cleared of a circuit at a time, given the change of which it is the
    old circuit. Without a time nothing is raised that has to last before it counts.
    """
    causes = causes_of(watch, change, keys)
    for alarm in watch.circuit.alarms:
        is_there = alarm in causes and causes[alarm].begun.position < watch.raised[alarm].position
        if not is_there and _may_be_over(watch, alarm, change):
            yield _clear(watch, alarm)
    for alarm, cause in causes.items():
        if alarm not in watch.circuit.alarms and _is_due(watch, alarm, cause.begun, now):
            yield _raise(watch, alarm, cause)


def next_due(watch: Watch) -> str | None:
    """The next time at which a cause will have been there long enough; None if there is none."""
    raised, profile = watch.circuit.alarms, watch.circuit.profile
    times = (
        _due_at(begun, hours)
        for alarm, begun in watch.since.items()
        if alarm not in raised and (hours := hours_of(alarm, profile))
    )
    return min(times, default=None)


def hours_of(alarm: AlarmKind, profile: Profile) -> int:
    """For how long a cause has to be there before it is worth its alarm."""
    match alarm:
        case "billed-and-idle":
            return profile.idle_after_hours
        case "half-provisioned":
            return profile.half_provisioned_after_hours
        case _:
            return 0


def _may_be_over(watch: Watch, alarm: AlarmKind, change: Progress | None) -> bool:
    """Whether the circuit's own stream agrees that a cause is gone which it does not show. What
    shows it may not be heard yet, by a process that was started again, or has lost its memory.
    """
    match alarm:
        case "wrong-service-keys":
            raised = watch.raised[alarm]
            return watch.stepped > raised.position or watch.stepped_at > raised.since
        case "step-overdue":
            followed = change.done[-1].position if change and change.done else 0
            return watch.circuit.running is None or followed >= watch.stalled
        case _:
            return True


def _is_due(watch: Watch, alarm: AlarmKind, begun: Begun, now: str) -> bool:
    hours = hours_of(alarm, watch.circuit.profile)
    return not hours or (now != UNTIMED and _due_at(begun, hours) <= now)


def _due_at(begun: Begun, hours: int) -> str:
    return format_time(read_time(begun.time) + timedelta(hours=hours))


def causes_of(
    watch: Watch, change: Progress | None, keys: Sequence[WrongKey]
) -> Mapping[AlarmKind, Cause]:
    """All causes that are there, by the alarms that they are worth."""
    found: dict[AlarmKind, Cause] = {
        alarm: Cause(watch.since[alarm], text) for alarm, text in causes_in(watch.circuit).items()
    }
    if overdue := _overdue(change):
        found["step-overdue"] = overdue
    if wrong := _wrong_keys(watch, keys):
        found["wrong-service-keys"] = wrong
    return found


def _overdue(change: Progress | None) -> Cause | None:
    """A step whose stall was reported: overdue, rejected or refused."""
    if change is None or change.stalled is None or not change.is_overdue:
        return None
    reported = [each for each in change.done if each.what == STALLED][-1]
    begun = Begun(reported.time, reported.position, change.correlation_id)
    stall = change.stalled
    return Cause(begun, f"change {change.change_id} is stalled at {stall.step}: {stall.reason}")


def _wrong_keys(watch: Watch, keys: Sequence[WrongKey]) -> Cause | None:
    wrong, enough = in_a_row(keys, watch), watch.circuit.profile.wrong_keys_in_a_row
    if watch.circuit.removed_at or len(wrong) < enough:
        return None
    first, last = wrong[0], wrong[-1]
    begun = Begun(first.time, first.position, last.correlation_id)
    return Cause(begun, f"{enough} of the provider's commands in a row named a wrong service key")


def _raise(watch: Watch, alarm: AlarmKind, cause: Cause) -> Send:
    """Where the cause began and how often the alarm was raised before tell it from all others."""
    begun, text = cause
    times = watch.raised[alarm].times if alarm in watch.raised else 0
    data = RaiseAlarm(alarm=alarm, since=begun.time, cause=text[:LONGEST_TEXT])
    number = f"{begun.position}-{times + 1}"
    return Send(watch.circuit.circuit_id, alarm, number, data, begun.correlation_id)


def _clear(watch: Watch, alarm: AlarmKind) -> Send:
    number = str(watch.raised[alarm].times)
    id = watch.circuit.circuit_id
    return Send(id, alarm, number, ClearAlarm(alarm=alarm), f"{id}/{alarm}/{number}")
