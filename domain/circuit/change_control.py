"""Commands of providers and people about a change that runs: confirm, reject, proceed, retry,
abandon.

They name the change by its old circuit, even after that circuit is deleted (contract, "While a
change runs").
"""

from collections.abc import Iterable
from typing import Any, Final, assert_never

from domain.bandwidth_change.change import Decrease, Increase, Running, Scheduled
from domain.circuit.bandwidth_events import (
    BandwidthIncreased,
    ChangeAbandoned,
    ChangeProceeded,
    ChangeRetried,
    IncreaseRejected,
)
from domain.circuit.commands import (
    AbandonBandwidthChange,
    ConfirmBandwidth,
    ProceedBandwidthChange,
    RejectBandwidth,
    RetryBandwidthChange,
)
from domain.circuit.deletion import needs_location
from domain.circuit.events import DeprovisioningWithdrawn
from domain.circuit.guard import CircuitRule, change_unknown, runs_still
from domain.circuit.state import CIRCUIT, Circuit
from domain.decider.decisions import ALREADY_TRUE, Decision, Rules, Written, accepted
from domain.decider.states import Seen, States
from domain.location.events import CapacityReleased
from domain.words.messages import Command
from domain.words.refusals import Refused, refused


def confirm(command: Command[ConfirmBandwidth], circuit: Circuit, states: States) -> Decision:
    """The provider lifted its throttle: only now is the new rate the circuit's rate."""
    change = _increase_of(circuit, command.data.change_id)
    if change is None:
        return change_unknown(circuit, command.data.change_id)
    increased = BandwidthIncreased(change_id=change.change_id, bandwidth_mbps=change.bandwidth_mbps)
    return accepted((command.subject, increased))


def reject(command: Command[RejectBandwidth], circuit: Circuit, states: States) -> Decision:
    """The old rate stays and the reservation is given back."""
    change = _increase_of(circuit, command.data.change_id)
    if change is None:
        return change_unknown(circuit, command.data.change_id)
    rejected = IncreaseRejected(change_id=change.change_id, reason=command.data.reason)
    return accepted((command.subject, rejected), _given_back(circuit, change))


def proceed(command: Command[ProceedBandwidthChange], circuit: Circuit, states: States) -> Decision:
    """A person approves the switch of a replace-first change that waits for approval."""
    change = _running(circuit, command.data.change_id)
    if not isinstance(change, Decrease) or change.reverting:
        return change_unknown(circuit, command.data.change_id)
    if change.strategy != "replace-first":
        return change_unknown(circuit, command.data.change_id)
    if change.auto_proceed or change.proceeded:
        return ALREADY_TRUE
    proceeded = ChangeProceeded(change_id=change.change_id, reason=command.data.reason)
    return accepted((command.subject, proceeded))


def retry(command: Command[RetryBandwidthChange], circuit: Circuit, states: States) -> Decision:
    """Ask again for the step the change is at; never makes a second successor."""
    change = _running(circuit, command.data.change_id)
    if change is None:
        return change_unknown(circuit, command.data.change_id)
    retried = ChangeRetried(
        change_id=change.change_id, attempt=change.attempt + 1, reason=command.data.reason
    )
    return accepted((command.subject, retried))


def abandon(command: Command[AbandonBandwidthChange], circuit: Circuit, states: States) -> Decision:
    """Give a change up: scheduled or an increase at once; a decrease until its teardown begins."""
    change, reason = circuit.change, command.data.reason
    if change is None or change.change_id != command.data.change_id:
        return change_unknown(circuit, command.data.change_id)
    abandoned = ChangeAbandoned(change_id=change.change_id, reason=reason)
    match change:
        case Scheduled():
            return accepted((command.subject, abandoned))
        case Increase():
            return accepted((command.subject, abandoned), _given_back(circuit, change))
        case Decrease():
            return _abandon_decrease(command, change, circuit, states)
        case _:
            assert_never(change)


def _abandon_decrease(
    command: Command[AbandonBandwidthChange], change: Decrease, circuit: Circuit, states: States
) -> Decision:
    if refusal := point_of_no_return(change, circuit):
        return refusal
    reason = command.data.reason
    ordered = states.of(CIRCUIT, change.successor) is not None
    abandoned = ChangeAbandoned(change_id=change.change_id, reason=reason, reverting=ordered)
    if not circuit.deprovisioning_requested:
        return accepted((command.subject, abandoned))
    withdrawn = DeprovisioningWithdrawn(reason=reason)
    return accepted((command.subject, abandoned), (command.subject, withdrawn))


def point_of_no_return(change: Decrease, circuit: Circuit) -> Refused | None:
    """From begin-deprovisioning of the old circuit on there is no way back."""
    if change.old_circuit != circuit.circuit_id:
        return change_unknown(circuit, change.change_id)
    because = change.no_way_back(circuit.circuit_id)
    if because is None:
        return None
    return refused(
        "point-of-no-return",
        circuit_id=circuit.circuit_id,
        change_id=change.change_id,
        because=because,
    )


def needs_location_and_successor(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The location, where capacity is given back, and the successor, if one was ordered."""
    circuit: Circuit | None = seen.subject
    if circuit is None:
        return ()
    location, change = f"location/{circuit.location_id}", circuit.change
    return (
        (location, f"circuit/{change.successor}") if isinstance(change, Decrease) else (location,)
    )


def _running(circuit: Circuit, change_id: str) -> Running | None:
    """The running change of that id, named by its old circuit."""
    change = circuit.running
    if change and change.change_id == change_id and change.old_circuit == circuit.circuit_id:
        return change
    return None


def _increase_of(circuit: Circuit, change_id: str) -> Increase | None:
    change = _running(circuit, change_id)
    return change if isinstance(change, Increase) else None


def _given_back(circuit: Circuit, change: Increase) -> Written:
    released = CapacityReleased(
        circuit_id=circuit.circuit_id,
        provider=circuit.provider,
        pair=circuit.pair,
        bandwidth_mbps=change.bandwidth_mbps - circuit.bandwidth_mbps,
    )
    return f"location/{circuit.location_id}", released


RULES: Final[Rules] = {
    ConfirmBandwidth: CircuitRule(confirm, "provide", during_change=True, after_removal=runs_still),
    RejectBandwidth: CircuitRule(
        reject, "provide", needs=needs_location, during_change=True, after_removal=runs_still
    ),
    ProceedBandwidthChange: CircuitRule(
        proceed, "operate", during_change=True, after_removal=runs_still
    ),
    RetryBandwidthChange: CircuitRule(
        retry, "operate", during_change=True, after_removal=runs_still
    ),
    AbandonBandwidthChange: CircuitRule(
        abandon,
        "operate",
        needs=needs_location_and_successor,
        during_change=True,
        after_removal=runs_still,
    ),
}
