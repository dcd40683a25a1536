"""What the process does about an event, and about time going by.

`react` and `tick` answer commands with derived ids: sending one twice changes nothing, so that a
restart at any point is an ordinary step.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, Final, NamedTuple

from domain.bandwidth_change.state import Change, step_of
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
from domain.profiles import CURRENT, Step
from domain.words.refusals import Refused
from domain.words.values import LONGEST_TEXT, Asked, format_time, read_time


class Send(NamedTuple):
    """A command that the process sends: for a step of a change, in an attempt."""

    change: Change
    step: str
    attempt: int
    subject: str
    data: Asked
    causation_id: str | None = None
    traceparent: str | None = None

    def as_message(self) -> dict[str, Any]:
        """The command as a CloudEvent (contract, "What the engine sends itself")."""
        change = self.change
        message: dict[str, Any] = {
            "specversion": "1.0",
            "id": f"{change.circuit_id}/{change.change_id}/{self.step}/{self.attempt}",
            "source": PROCESS_SOURCE,
            "type": f"tieline.command.{self.data.verb}.v1",
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


def react(before: Change, after: Change, recorded: Recorded) -> Iterable[Send]:
    """What follows from an event that brought a change from `before` to `after`."""
    step = step_of(after)
    if step is None:
        return
    if after.rejection is not None:
        if after.rejection != before.rejection:
            place, reason = after.rejection
            stall = _stall(after, step, f"rejection-{place}", f"rejected: {reason}")
            yield stall._replace(causation_id=recorded.id, traceparent=recorded.traceparent)
        return
    if (step, after.attempt) == (step_of(before), before.attempt):
        return
    command = command_of(after, step)
    if command is not None:
        subject, data = command
        yield Send(after, step, after.attempt, subject, data, recorded.id, recorded.traceparent)


def refused_at(change: Change, step: str, refusal: Refused) -> Send | None:
    """What follows when a command of the process was refused: its change stalls."""
    current = step_of(change)
    if current is None or current != step:
        return None
    reason = f"refused: {refusal.code}: {refusal.message}"
    return _stall(change, current, f"refusal-{current}", reason)


def tick(change: Change, now: str) -> Iterable[Send]:
    """What follows from the time: a scheduled change starts, a step is overdue."""
    step, due = step_of(change), due_at(change)
    if step is None or due is None or due > now:
        return
    if step == "scheduled":
        data = StartBandwidthChange(change_id=change.change_id)
        yield Send(change, "start", change.attempt, _circuit(change.circuit_id), data)
    else:
        hours = CURRENT.overdue_after_hours[step]
        reason = f"overdue: more than {hours} hours at this step"
        yield _stall(change, step, f"overdue-{step}", reason)


def due_at(change: Change) -> str | None:
    """The time at which `tick` would next have something to say, None if never."""
    step = step_of(change)
    if step is None or change.since is None or change.is_overdue:
        return None
    if step == "scheduled":
        return change.not_before
    hours = CURRENT.overdue_after_hours[step]
    return format_time(read_time(change.since) + timedelta(hours=hours))


def _stall(change: Change, step: Step, about: str, reason: str) -> Send:
    """A report with an id of its own for each thing that can keep a step from being done."""
    data = ReportStall(
        change_id=change.change_id,
        step=step,
        attempt=change.attempt,
        reason=reason[:LONGEST_TEXT],
    )
    return Send(change, f"report-{about}", change.attempt, _circuit(change.circuit_id), data)


def command_of(change: Change, step: Step) -> tuple[str, Asked] | None:
    """The subject and data of the command for a step; None where somebody else is waited for."""
    make = _COMMANDS.get(step)
    return make(change) if make else None


def _circuit(circuit_id: str | None) -> str:
    return f"circuit/{circuit_id}"


def _request_deprovisioning(change: Change) -> tuple[str, Asked]:
    return _circuit(change.circuit_id), _tear_down(change)


def _request_of_successor(change: Change) -> tuple[str, Asked]:
    return _circuit(change.successor), _tear_down(change)


def _tear_down(change: Change) -> Asked:
    return RequestDeprovisioning(
        reason=f"bandwidth change {change.change_id}", accept_interruption=True
    )


def _delete(change: Change) -> tuple[str, Asked]:
    return _circuit(change.circuit_id), DeleteCircuit()


def _delete_successor(change: Change) -> tuple[str, Asked]:
    return _circuit(change.successor), DeleteCircuit()


def _order_successor(change: Change) -> tuple[str, Asked]:
    assert change.customer_id is not None, "the event that starts a decrease names it"
    assert change.location_id is not None, "the event that starts a decrease names it"
    data = OrderSuccessor(
        change_id=change.change_id,
        replaces=change.circuit_id,
        customer_id=change.customer_id,
        location_id=change.location_id,
    )
    return _circuit(change.successor), data


def _carry_over(change: Change) -> tuple[str, Asked]:
    data = CarryOver(change_id=change.change_id, replaces=change.circuit_id)
    return _circuit(change.successor), data


def _switch_over(change: Change) -> tuple[str, Asked]:
    data = SwitchOver(change_id=change.change_id, successor=str(change.successor))
    return _circuit(change.circuit_id), data


def _revert_switch(change: Change) -> tuple[str, Asked]:
    data = RevertSwitch(change_id=change.change_id, successor=str(change.successor))
    return _circuit(change.circuit_id), data


def _finish(change: Change) -> tuple[str, Asked]:
    data = FinishBandwidthChange(change_id=change.change_id, successor=str(change.successor))
    return _circuit(change.circuit_id), data


_COMMANDS: Final[Mapping[Step, Callable[[Change], tuple[str, Asked]]]] = {
    "request-deprovisioning": _request_deprovisioning,
    "delete-circuit": _delete,
    "order-successor": _order_successor,
    "carry-over": _carry_over,
    "switch-over": _switch_over,
    "revert-switch": _revert_switch,
    "request-successor-deprovisioning": _request_of_successor,
    "delete-successor": _delete_successor,
    "finish-bandwidth-change": _finish,
}
"""The steps that are tieline's own, and what is sent for each."""
