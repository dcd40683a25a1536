"""How a circuit changes with a change of its bandwidth: scheduled, running, ended."""

from typing import assert_never

from domain.circuit.events import (
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
from domain.circuit.state import Change, Circuit, number_of
from domain.words import changed

BandwidthEvent = (
    IncreaseRequested
    | BandwidthIncreased
    | IncreaseRejected
    | DecreaseStarted
    | CarriedOver
    | SwitchedOver
    | Reverted
    | RevertFinished
    | BandwidthDecreased
    | ChangeScheduled
    | ChangeFailed
    | ChangeAbandoned
    | ChangeStalled
    | ChangeRetried
    | ChangeProceeded
)


def evolve_bandwidth(circuit: Circuit, event: BandwidthEvent) -> Circuit:
    """The circuit after a step of a change of its bandwidth."""
    match event:
        case IncreaseRequested():
            change = Change(
                event.change_id,
                "increase",
                circuit.circuit_id,
                event.bandwidth_mbps,
            )
            return _with_change(circuit, change)
        case BandwidthIncreased():
            return changed(circuit, bandwidth_mbps=event.bandwidth_mbps, change=None)
        case IncreaseRejected() | ChangeFailed():
            return changed(circuit, change=None)
        case DecreaseStarted():
            return _decrease_started(circuit, event)
        case ChangeScheduled():
            return _scheduled(circuit, event)
        case ChangeAbandoned():
            change = _changed(circuit, reverting=True) if event.reverting else None
            return changed(circuit, change=change)
        case ChangeStalled():
            return changed(
                circuit, change=_changed(circuit, stalled=(event.step, event.attempt, event.reason))
            )
        case ChangeRetried():
            return changed(circuit, change=_changed(circuit, attempt=event.attempt))
        case ChangeProceeded():
            return changed(circuit, change=_changed(circuit, proceeded=True))
        case CarriedOver():
            return circuit
        case SwitchedOver():
            return _switched_over(circuit, event)
        case Reverted():
            return changed(
                circuit,
                peerings=switched(circuit, event.peerings),
                change=_changed(circuit, switched=None, reverting=True),
                replaced_by=None,
            )
        case BandwidthDecreased() | RevertFinished():
            return changed(circuit, change=None)
        case _:
            assert_never(event)


def _with_change(circuit: Circuit, change: Change) -> Circuit:
    return changed(circuit, change=change, change_ids=circuit.change_ids | {change.change_id})


def _decrease_started(circuit: Circuit, event: DecreaseStarted) -> Circuit:
    change = Change(
        event.change_id,
        "decrease",
        circuit.circuit_id,
        event.bandwidth_mbps,
        event.strategy,
        event.auto_proceed,
        event.successor,
    )
    return changed(_with_change(circuit, change), last_successor=number_of(event.successor))


def _scheduled(circuit: Circuit, event: ChangeScheduled) -> Circuit:
    change = Change(
        event.change_id,
        "scheduled",
        circuit.circuit_id,
        event.bandwidth_mbps,
        event.strategy,
        event.auto_proceed,
        not_before=event.not_before,
        accept_interruption=event.accept_interruption,
        principal=event.principal,
        on_behalf_of=event.on_behalf_of,
    )
    return _with_change(circuit, change)


def _switched_over(circuit: Circuit, event: SwitchedOver) -> Circuit:
    before = tuple((each.routing_domain, each.state) for each in circuit.peerings)
    is_old = event.replaced_by != circuit.circuit_id
    return changed(
        circuit,
        peerings=switched(circuit, event.peerings),
        change=_changed(circuit, switched=before),
        replaced_by=event.replaced_by if is_old else None,
    )


def _changed(circuit: Circuit, **fields: object) -> Change | None:
    return changed(circuit.change, **fields) if circuit.change else None
