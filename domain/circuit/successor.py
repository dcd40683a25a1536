"""Commands of the bandwidth-change process: a stall, the successor, and the end of a decrease.

Nobody else can send them; carrying.py has the others.
"""

from collections.abc import Iterable
from typing import Any, Final

from domain.bandwidth_change.change import Decrease, Stall
from domain.circuit.bandwidth_events import (
    BandwidthDecreased,
    ChangeStalled,
    RevertFinished,
)
from domain.circuit.commands import (
    FinishBandwidthChange,
    InsideCommand,
    OrderSuccessor,
    ReportStall,
)
from domain.circuit.deletion import exchanged
from domain.circuit.events import CircuitOrdered
from domain.circuit.guard import CircuitRule, change_unknown, runs_still
from domain.circuit.ordering import location_closed, placed_on
from domain.circuit.state import CIRCUIT, Circuit
from domain.decider.decisions import ALREADY_TRUE, Decision, Rules, Written, accepted
from domain.decider.states import Seen, States
from domain.location.events import CapacityTaken
from domain.location.room import no_room_for_successor
from domain.location.state import LOCATION, Location, Pair
from domain.words.messages import Command
from domain.words.refusals import Refused


def report_stall(command: Command[ReportStall], circuit: Circuit, states: States) -> Decision:
    """A stall is reported once per step, attempt and reason; no step is silently retried."""
    asked, change = command.data, circuit.running
    if change is None or change.change_id != asked.change_id or change.attempt != asked.attempt:
        return change_unknown(circuit, asked.change_id)
    if change.stalled == Stall(asked.step, asked.attempt, asked.reason):
        return ALREADY_TRUE
    return accepted((command.subject, ChangeStalled(**asked.__dict__)))


def order_successor(command: Command[OrderSuccessor], circuit: None, states: States) -> Decision:
    """The successor: same customer, subscription, provider, tier, billing and profile, lower rate.

    It inherits the old circuit's place under every limit. Under teardown-first it gets the old pair
    and the rate that was kept on it; under replace-first it is placed, with capacity of its own.
    """
    asked = command.data
    old, change = decrease_of(states, asked.replaces, asked)
    location = states.of(LOCATION, asked.location_id)
    if isinstance(change, Refused):
        return change
    assert location is not None, "a circuit's location exists"
    if change.successor != command.subject_id:
        return change_unknown(old, asked.change_id)
    ordered = (command.subject, _ordered(old, change))
    places = exchanged(old, old.circuit_id, command.subject_id)
    if change.strategy == "teardown-first":
        pair = location.pair(old.pair)
        return accepted(ordered, *places, (command.subject, placed_on(pair, command.entropy)))
    placed = _placed(old, change, location)
    if isinstance(placed, Refused):
        return placed
    taken = CapacityTaken(
        circuit_id=command.subject_id,
        provider=old.provider,
        pair=placed.name,
        bandwidth_mbps=change.bandwidth_mbps,
    )
    return accepted(
        ordered,
        *places,
        (f"location/{old.location_id}", taken),
        (command.subject, placed_on(placed, command.entropy)),
    )


def _placed(old: Circuit, change: Decrease, location: Location) -> Pair | Refused:
    if refusal := location_closed(location):
        return refusal
    pair = location.placement(old.provider, change.bandwidth_mbps)
    return pair or no_room_for_successor(location, old.provider, change.bandwidth_mbps)


def _ordered(old: Circuit, change: Decrease) -> CircuitOrdered:
    return CircuitOrdered(
        customer_id=old.customer_id,
        subscription_id=old.subscription_id,
        location_id=old.location_id,
        provider=old.provider,
        bandwidth_mbps=change.bandwidth_mbps,
        tier=old.tier,
        billing=old.billing,
        profile=old.profile_name,
        replaces=old.circuit_id,
        change_id=change.change_id,
        strategy=change.strategy,
    )


def finish(command: Command[FinishBandwidthChange], circuit: Circuit, states: States) -> Decision:
    """The end of a decrease, or of its way back, written on both circuits."""
    change = decrease_on(circuit, command.data)
    if isinstance(change, Refused):
        return change
    successor = command.data.successor
    if change.reverting:
        finished: Any = RevertFinished(change_id=change.change_id)
    else:
        finished = BandwidthDecreased(
            change_id=change.change_id,
            bandwidth_mbps=change.bandwidth_mbps,
            replaced_by=successor,
        )
    both: list[Written] = [(command.subject, finished), (f"circuit/{successor}", finished)]
    return accepted(*both)


def decrease_on(circuit: Circuit, asked: InsideCommand) -> Decrease | Refused:
    """The decrease that runs on a circuit, if it is the one that the process means."""
    change = circuit.change
    if not isinstance(change, Decrease) or change.change_id != asked.change_id:
        return change_unknown(circuit, asked.change_id)
    return change


def decrease_of(
    states: States, old_circuit: str, asked: InsideCommand
) -> tuple[Circuit, Decrease | Refused]:
    """The old circuit of a decrease, and the decrease that runs on it."""
    old = states.of(CIRCUIT, old_circuit)
    assert old is not None, "a change runs on a circuit that was ordered"
    return old, decrease_on(old, asked)


def needs_of_successor(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The circuit that it succeeds, and the location it is placed at."""
    return f"circuit/{command.data.replaces}", f"location/{command.data.location_id}"


def needs_successor(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The other circuit of the change: both are written in one decision."""
    return (f"circuit/{command.data.successor}",)


RULES: Final[Rules] = {
    ReportStall: CircuitRule(report_stall, "process", after_removal=runs_still),
    OrderSuccessor: CircuitRule(order_successor, "process", creates=True, needs=needs_of_successor),
    FinishBandwidthChange: CircuitRule(
        finish, "process", needs=needs_successor, after_removal=runs_still
    ),
}
