"""Alarms of a circuit: raised and cleared for the alarm process, acknowledged by people.

Contract, second part, "Alarms": each is raised at most once per circuit and kind.
"""

from collections.abc import Sequence
from typing import Any, Final

from domain.circuit.alarm_commands import AcknowledgeAlarm, ClearAlarm, RaiseAlarm
from domain.circuit.alarm_events import AlarmAcknowledged, AlarmCleared, AlarmRaised
from domain.circuit.causes import causes_in
from domain.circuit.guard import CircuitRule
from domain.circuit.state import Circuit
from domain.csp.state import CSP
from domain.decider.decisions import ALREADY_TRUE, Decision, Rules, accepted
from domain.decider.states import States
from domain.words.messages import Command
from domain.words.refusals import Refused, refused
from domain.words.values import AlarmKind, Role

_ACKNOWLEDGE: Final[frozenset[Role]] = frozenset({"owner", "contributor", "network-operator"})
"""The roles on csp/self that acknowledge, under either model."""


def acknowledge(command: Command[AcknowledgeAlarm], circuit: Circuit, states: States) -> Decision:
    """Who and why; it stays raised, and the first who did stays named."""
    asked = command.data
    if asked.alarm not in circuit.alarms:
        return not_raised(circuit, asked.alarm)
    if asked.alarm in circuit.acknowledged:
        return ALREADY_TRUE
    seen = AlarmAcknowledged(alarm=asked.alarm, acknowledged_by=command.actor, reason=asked.reason)
    return accepted((command.subject, seen))


def raise_alarm(command: Command[RaiseAlarm], circuit: Circuit, states: States) -> Decision:
    """Once, and only while its cause is there: the process may be behind."""
    asked = command.data
    if asked.alarm in circuit.alarms or not may_stand(asked.alarm, circuit):
        return ALREADY_TRUE
    raised = AlarmRaised(alarm=asked.alarm, since=asked.since, cause=asked.cause)
    return accepted((command.subject, raised))


def may_stand(alarm: AlarmKind, circuit: Circuit) -> bool:
    """Whether the circuit's state agrees with an alarm, as far as it can tell."""
    if alarm == "step-overdue":
        running = circuit.running
        return running is not None and running.stalled is not None
    if alarm == "wrong-service-keys":
        return not circuit.removed_at
    return alarm in causes_in(circuit)


def clear(command: Command[ClearAlarm], circuit: Circuit, states: States) -> Decision:
    """Its cause is gone; the next one starts unacknowledged."""
    asked = command.data
    if asked.alarm not in circuit.alarms:
        return not_raised(circuit, asked.alarm)
    return accepted((command.subject, AlarmCleared(alarm=asked.alarm)))


def not_raised(circuit: Circuit, alarm: AlarmKind) -> Refused:
    """The circuit has no such alarm."""
    return refused("not-found", kind="alarm", id=alarm, circuit_id=circuit.circuit_id)


def cleared(circuit: Circuit) -> Sequence[AlarmCleared]:
    """All its alarms end with the circuit, or with the change of which it is the old one."""
    return [AlarmCleared(alarm=alarm) for alarm in circuit.alarms]


def _of_csp(command: Command[Any], circuit: Circuit, states: States) -> bool:
    """The CSP looks after its lines under either model, so its staff may say that it has looked.
    Its owner counts as an owner on csp/self.
    """
    if command.actor == states.terms.owner:
        return True
    return not _ACKNOWLEDGE.isdisjoint(states.of(CSP, "self").roles_of(command.actor))


def _also_removed(command: Command[Any], circuit: Circuit) -> bool:
    return True


RULES: Final[Rules] = {
    AcknowledgeAlarm: CircuitRule(acknowledge, "operate", admits=_of_csp, during_change=True),
    RaiseAlarm: CircuitRule(
        raise_alarm, "process", within_a_change=False, after_removal=_also_removed
    ),
    ClearAlarm: CircuitRule(clear, "process", within_a_change=False, after_removal=_also_removed),
}
