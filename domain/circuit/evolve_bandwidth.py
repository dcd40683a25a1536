"""How a circuit changes with a change of its bandwidth: scheduled, running, ended."""

from collections.abc import Mapping
from typing import Final, Unpack

from domain.bandwidth_change.change import (
    Change,
    Decrease,
    DecreaseFields,
    Increase,
    RunningFields,
    Scheduled,
    Stall,
    Switched,
    advanced,
    told,
)
from domain.bandwidth_change.successors import number_of
from domain.circuit.bandwidth_events import (
    BandwidthDecreased,
    BandwidthIncreased,
    CarriedOver,
    ChangeAbandoned,
    ChangeFailed,
    ChangeProceeded,
    ChangeRetried,
    ChangeScheduled,
    ChangeStalled,
    DecreaseStarted,
    IncreaseRejected,
    IncreaseRequested,
    Reverted,
    RevertFinished,
    SwitchedOver,
)
from domain.circuit.evolve_peerings import switched
from domain.circuit.state import Circuit, changed
from domain.decider.noun import Effect
from domain.words.structs import Event


def _requested(circuit: Circuit, event: IncreaseRequested, at: str) -> Circuit:
    change = Increase(
        change_id=event.change_id,
        old_circuit=circuit.circuit_id,
        bandwidth_mbps=event.bandwidth_mbps,
    )
    return _with_change(circuit, change)


def _increased(circuit: Circuit, event: BandwidthIncreased, at: str) -> Circuit:
    return changed(circuit, bandwidth_mbps=event.bandwidth_mbps, change=None)


def _started(circuit: Circuit, event: DecreaseStarted, at: str) -> Circuit:
    change = Decrease(
        change_id=event.change_id,
        old_circuit=circuit.circuit_id,
        bandwidth_mbps=event.bandwidth_mbps,
        strategy=event.strategy,
        auto_proceed=event.auto_proceed,
        successor=event.successor,
    )
    started = _with_change(circuit, change)
    return changed(started, last_successor=number_of(event.successor))


def _scheduled(circuit: Circuit, event: ChangeScheduled, at: str) -> Circuit:
    change = Scheduled(
        change_id=event.change_id,
        old_circuit=circuit.circuit_id,
        bandwidth_mbps=event.bandwidth_mbps,
        strategy=event.strategy,
        auto_proceed=event.auto_proceed,
        not_before=event.not_before,
        accept_interruption=event.accept_interruption,
        principal=event.principal,
        on_behalf_of=event.on_behalf_of,
    )
    return _with_change(circuit, change)


def _with_change(circuit: Circuit, change: Change) -> Circuit:
    ids = circuit.change_ids | {change.change_id}
    return changed(circuit, change=change, change_ids=ids)


def _stalled(circuit: Circuit, event: ChangeStalled, at: str) -> Circuit:
    return _told(circuit, stalled=Stall(event.step, event.attempt, event.reason))


def _retried(circuit: Circuit, event: ChangeRetried, at: str) -> Circuit:
    return _told(circuit, attempt=event.attempt)


def _told(circuit: Circuit, **fields: Unpack[RunningFields]) -> Circuit:
    change = circuit.running
    return changed(circuit, change=told(change, **fields)) if change else circuit


def _proceeded(circuit: Circuit, event: ChangeProceeded, at: str) -> Circuit:
    return _advanced(circuit, proceeded=True)


def _abandoned(circuit: Circuit, event: ChangeAbandoned, at: str) -> Circuit:
    return _advanced(circuit, reverting=True) if event.reverting else changed(circuit, change=None)


def _advanced(circuit: Circuit, **fields: Unpack[DecreaseFields]) -> Circuit:
    change = circuit.change
    if not isinstance(change, Decrease):
        return circuit
    return changed(circuit, change=advanced(change, **fields))


def _carried_over(circuit: Circuit, event: CarriedOver, at: str) -> Circuit:
    """What was carried over is told by events of its own."""
    return circuit


def _switched_over(circuit: Circuit, event: SwitchedOver, at: str) -> Circuit:
    before: Switched = tuple((each.routing_domain, each.state) for each in circuit.peerings)
    is_old = event.replaced_by != circuit.circuit_id
    return changed(
        _advanced(circuit, switched=before),
        peerings=switched(circuit, event.peerings),
        replaced_by=event.replaced_by if is_old else None,
    )


def _reverted(circuit: Circuit, event: Reverted, at: str) -> Circuit:
    return changed(
        _advanced(circuit, switched=None, reverting=True),
        peerings=switched(circuit, event.peerings),
        replaced_by=None,
    )


def _ended(circuit: Circuit, event: Event, at: str) -> Circuit:
    """Done, rejected or failed: in any case the circuit has no change any more."""
    return changed(circuit, change=None)


BANDWIDTH: Final[Mapping[type[Event], Effect]] = {
    IncreaseRequested: _requested,
    BandwidthIncreased: _increased,
    IncreaseRejected: _ended,
    DecreaseStarted: _started,
    CarriedOver: _carried_over,
    SwitchedOver: _switched_over,
    BandwidthDecreased: _ended,
    ChangeScheduled: _scheduled,
    ChangeStalled: _stalled,
    ChangeRetried: _retried,
    ChangeProceeded: _proceeded,
    ChangeAbandoned: _abandoned,
    ChangeFailed: _ended,
    Reverted: _reverted,
    RevertFinished: _ended,
}
