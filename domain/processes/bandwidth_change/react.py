"""The commands that the process sends after an event, and as time passes.

`react` and `tick` give commands derived ids: sending a command twice changes nothing, so the
process may be restarted at any point.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from msgspec.structs import replace

from domain.bandwidth_change.course import STEPS, Step, StepName, ids_begin
from domain.circuit.commands import (
    CarryOver,
    DeleteCircuit,
    FinishBandwidthChange,
    OrderSuccessor,
    ReportStall,
    RequestDeprovisioning,
    RevertSwitch,
    StartBandwidthChange,
    SwitchOver,
)
from domain.decider.decisions import PROCESS, PROCESS_SOURCE
from domain.engine.records import Recorded
from domain.processes.bandwidth_change.progress import Progress, step_of
from domain.profiles import CURRENT
from domain.words.data import CommandData
from domain.words.refusals import Refused
from domain.words.structs import Frozen
from domain.words.values import LONGEST_TEXT, format_time, read_time


class Send(Frozen):
    """A command that the process sends: for a step of a change, in an attempt."""

    change: Progress
    step: str
    attempt: int
    subject: str
    data: CommandData
    causation_id: str | None = None
    traceparent: str | None = None

    def as_message(self) -> dict[str, Any]:
        """The command as a CloudEvent (contract, "What the engine sends itself")."""
        change = self.change
        message: dict[str, Any] = {
            "specversion": "1.0",
            "id": f"{ids_begin(change.circuit_id, change.change_id)}{self.step}/{self.attempt}",
            "source": PROCESS_SOURCE,
            "type": self.data.type,
            "subject": self.subject,
            "actor": PROCESS,
            "correlationid": change.correlation_id,
            "data": self.data.model_dump(mode="json", exclude_none=True),
        }
        if self.causation_id is not None:
            message["causationid"] = self.causation_id
        if self.traceparent is not None:
            message["traceparent"] = self.traceparent
        return message


def react(before: Progress, after: Progress, recorded: Recorded) -> Iterable[Send]:
    """The commands that follow from an event that brought a change from `before` to `after`."""
    step = after.step
    if step is None:
        return
    if after.rejection is not None:
        if after.rejection != before.rejection:
            place, reason = after.rejection
            stall = _stall(after, step.name, f"rejection-{place}", f"rejected: {reason}")
            yield replace(stall, causation_id=recorded.id, traceparent=recorded.traceparent)
        return
    if (step.name, after.attempt) == (step_of(before), before.attempt):
        return
    if step.waits_for == "tieline":
        send = _send(after, step, step.name)
        yield replace(send, causation_id=recorded.id, traceparent=recorded.traceparent)


def refused_at(change: Progress, step: str, refusal: Refused) -> Send | None:
    """The report that follows when a command of the process was refused: its change stalls."""
    current = step_of(change)
    if current is None or current != step:
        return None
    reason = f"refused: {refusal.code}: {refusal.message}"
    return _stall(change, current, f"refusal-{current}", reason)


def tick(change: Progress, now: str) -> Iterable[Send]:
    """The commands that follow from the time: a scheduled change starts, a step is overdue."""
    step, due = step_of(change), due_at(change)
    if step is None or due is None or due > now:
        return
    if step == "scheduled":
        yield _send(change, STEPS[step], "start")
    else:
        hours = CURRENT.overdue_after_hours[step]
        reason = f"overdue: more than {hours} hours at this step"
        yield _stall(change, step, f"overdue-{step}", reason)


def due_at(change: Progress) -> str | None:
    """The time at which `tick` would next send a command, None if never."""
    step = step_of(change)
    if step is None or change.since is None or change.is_overdue:
        return None
    if step == "scheduled":
        return change.not_before
    hours = CURRENT.overdue_after_hours[step]
    return format_time(read_time(change.since) + timedelta(hours=hours))


def _stall(change: Progress, step: StepName, about: str, reason: str) -> Send:
    """A report, with an id of its own for each cause that can keep a step from being done."""
    data = ReportStall(
        change_id=change.change_id,
        step=step,
        attempt=change.attempt,
        reason=reason[:LONGEST_TEXT],
    )
    return Send(change, f"report-{about}", change.attempt, f"circuit/{change.circuit_id}", data)


def _send(change: Progress, step: Step, name: str) -> Send:
    """The command of a step, with a name that its id is made of."""
    circuit_id = change.circuit_id if step.on == "old" else change.successor
    assert step.command is not None, "each of tieline's own steps has a command"
    data = _DATA[step.command](change)
    return Send(change, name, change.attempt, f"circuit/{circuit_id}", data)


def _start(change: Progress) -> CommandData:
    return StartBandwidthChange(change_id=change.change_id)


def _request_deprovisioning(change: Progress) -> CommandData:
    return RequestDeprovisioning(
        reason=f"bandwidth change {change.change_id}", accept_interruption=True
    )


def _delete(change: Progress) -> CommandData:
    return DeleteCircuit()


def _order_successor(change: Progress) -> CommandData:
    assert change.customer_id is not None, "the event that starts a decrease names it"
    assert change.location_id is not None, "the event that starts a decrease names it"
    return OrderSuccessor(
        change_id=change.change_id,
        replaces=change.circuit_id,
        customer_id=change.customer_id,
        location_id=change.location_id,
    )


def _carry_over(change: Progress) -> CommandData:
    return CarryOver(change_id=change.change_id, replaces=change.circuit_id)


def _switch_over(change: Progress) -> CommandData:
    return SwitchOver(change_id=change.change_id, successor=str(change.successor))


def _revert_switch(change: Progress) -> CommandData:
    return RevertSwitch(change_id=change.change_id, successor=str(change.successor))


def _finish(change: Progress) -> CommandData:
    return FinishBandwidthChange(change_id=change.change_id, successor=str(change.successor))


_DATA: Final[Mapping[str, Callable[[Progress], CommandData]]] = {
    StartBandwidthChange.verb: _start,
    RequestDeprovisioning.verb: _request_deprovisioning,
    DeleteCircuit.verb: _delete,
    OrderSuccessor.verb: _order_successor,
    CarryOver.verb: _carry_over,
    SwitchOver.verb: _switch_over,
    RevertSwitch.verb: _revert_switch,
    FinishBandwidthChange.verb: _finish,
}
"""How the data of each command of the course is made, by the command's name."""
