"""The commands of the bandwidth-change process: the successor, carrying over, the switch and the
way back, the end. Nobody else can send them.
"""

from collections.abc import Iterable
from typing import Any, Final

from msgspec.structs import asdict

from domain.bandwidth_change.change import Decrease, Stall
from domain.circuit import encryption, route_filters
from domain.circuit.addresses import carried, has_public
from domain.circuit.bandwidth_events import (
    BandwidthDecreased,
    CarriedOver,
    ChangeStalled,
    PeeringSwitch,
    Reverted,
    RevertFinished,
    SwitchedOver,
)
from domain.circuit.commands import (
    CarryOver,
    FinishBandwidthChange,
    InsideCommand,
    OrderSuccessor,
    ReportStall,
    RevertSwitch,
    SwitchOver,
)
from domain.circuit.deletion import exchanged
from domain.circuit.events import CircuitOrdered, PeeringConfigured
from domain.circuit.guard import CircuitRule, change_unknown, runs_still
from domain.circuit.ordering import location_closed, placed_on
from domain.circuit.peerings import circuit_not_provisioned
from domain.circuit.route_filters import filters_of
from domain.circuit.state import CIRCUIT, Circuit, Peering
from domain.csp.state import CSP
from domain.decider.decisions import ALREADY_TRUE, Decision, Rules, Written, accepted
from domain.decider.rights import SELF
from domain.decider.states import Seen, States
from domain.location.events import CapacityTaken
from domain.location.room import no_room_for_successor
from domain.location.state import LOCATION, Location, Pair
from domain.words.messages import Command
from domain.words.refusals import Refused
from domain.words.values import PeeringState


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
    old, change = _changing(states, asked.replaces, asked)
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


def carry_over(command: Command[CarryOver], circuit: Circuit, states: States) -> Decision:
    """Carry everything over in one decision; where a switch follows, peerings wait disabled."""
    old, change = _changing(states, command.data.replaces, command.data)
    if isinstance(change, Refused):
        return change
    if change.reverting:
        return change_unknown(old, change.change_id)
    if refusal := circuit_not_provisioned(circuit):
        return refusal
    peerings = [
        (command.subject, _carried(each, enabled=change.strategy == "teardown-first"))
        for each in old.peerings
        if circuit.peering(each.routing_domain) is None
    ]
    uses = carried(old, circuit, states.of(CSP, "self")) if has_public(old) else ()
    filters = route_filters.carried(old, circuit, moved=change.strategy == "teardown-first")
    encrypted = encryption.carried(old, circuit)
    done = CarriedOver(change_id=change.change_id, replaces=old.circuit_id)
    return accepted(*peerings, *uses, *filters, *encrypted, (command.subject, done))


def _carried(peering: Peering, *, enabled: bool) -> PeeringConfigured:
    fields = asdict(peering)
    del fields["validated"], fields["validated_asns"]  # the register on csp/self knows
    del fields["route_filter_id"], fields["advertised_routes"]  # told beside it
    if peering.advertised_prefixes is not None:
        fields["advertised_prefixes"] = list(peering.advertised_prefixes)
    if not enabled:
        fields["state"] = "disabled"
    return PeeringConfigured(**fields)


def switch_over(command: Command[SwitchOver], circuit: Circuit, states: States) -> Decision:
    """Each new peering takes the state that its old one had; the old ones are disabled."""
    successor = states.of(CIRCUIT, command.data.successor)
    change = _change_on(circuit, command.data)
    if isinstance(change, Refused):
        return change
    assert successor is not None, "the successor was ordered before the switch"
    if change.switched is not None:
        return ALREADY_TRUE
    if change.reverting or not (change.auto_proceed or change.proceeded):
        return change_unknown(circuit, change.change_id)
    if refusal := circuit_not_provisioned(successor):
        return refusal
    taken = [
        _moved(each, each.state, successor.peering(each.routing_domain))
        for each in circuit.peerings
    ]
    left = _disabled(circuit)
    return accepted(
        (command.subject, _switched(change, successor, left)),
        (f"circuit/{successor.circuit_id}", _switched(change, successor, taken)),
        *route_filters.all_left(circuit),
    )


def _switched(change: Decrease, successor: Circuit, peerings: list[PeeringSwitch]) -> SwitchedOver:
    return SwitchedOver(
        change_id=change.change_id, replaced_by=successor.circuit_id, peerings=peerings
    )


def revert_switch(command: Command[RevertSwitch], circuit: Circuit, states: States) -> Decision:
    """Move everything back to the old circuit; without an earlier switch nothing has to move."""
    successor = states.of(CIRCUIT, command.data.successor)
    change = _change_on(circuit, command.data)
    if isinstance(change, Refused):
        return change
    assert successor is not None, "only a change with a successor reverts"
    before = dict(change.switched or ())
    back = [
        _moved(each, before[each.routing_domain], successor.peering(each.routing_domain))
        for each in circuit.peerings
        if each.routing_domain in before
    ]
    left = _disabled(successor)
    return accepted(
        (command.subject, Reverted(change_id=change.change_id, peerings=back)),
        (
            f"circuit/{successor.circuit_id}",
            Reverted(change_id=change.change_id, peerings=left),
        ),
        *route_filters.reverted(circuit, successor, after_switch=change.switched is not None),
    )


def _moved(peering: Peering, state: PeeringState, other: Peering | None) -> PeeringSwitch:
    """A peering takes the state it has on the other circuit, unless either was rejected."""
    pending = peering.validation_pending or (other is not None and other.validation_pending)
    return PeeringSwitch(
        routing_domain=peering.routing_domain,
        state="disabled" if pending and state == "enabled" else state,
        validation_pending=pending,
    )


def _disabled(circuit: Circuit) -> list[PeeringSwitch]:
    return [_moved(each, "disabled", None) for each in circuit.peerings]


def finish(command: Command[FinishBandwidthChange], circuit: Circuit, states: States) -> Decision:
    """The end of a decrease, or of its way back, written on both circuits."""
    change = _change_on(circuit, command.data)
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


def _change_on(circuit: Circuit, asked: InsideCommand) -> Decrease | Refused:
    change = circuit.change
    if not isinstance(change, Decrease) or change.change_id != asked.change_id:
        return change_unknown(circuit, asked.change_id)
    return change


def _changing(
    states: States, old_circuit: str, asked: InsideCommand
) -> tuple[Circuit, Decrease | Refused]:
    old = states.of(CIRCUIT, old_circuit)
    assert old is not None, "a change runs on a circuit that was ordered"
    return old, _change_on(old, asked)


def needs_of_successor(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The circuit that it succeeds, and the location it is placed at."""
    return f"circuit/{command.data.replaces}", f"location/{command.data.location_id}"


def needs_replaced(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The old circuit, whose peerings are carried over; csp/self, if any of them is public, and
    the filters that they use.
    """
    old = seen.of(CIRCUIT, command.data.replaces)
    register = (SELF,) if old and has_public(old) else ()
    return (f"circuit/{command.data.replaces}", *register, *filters_of(old))


def needs_successor(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The other circuit of the change: both are written in one decision."""
    return (f"circuit/{command.data.successor}",)


def needs_successor_and_filters(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The other circuit of the change, and the filters that either of both uses."""
    successor = seen.of(CIRCUIT, command.data.successor)
    filters = {*filters_of(seen.subject), *filters_of(successor)}
    return (*needs_successor(command, seen), *sorted(filters))


RULES: Final[Rules] = {
    ReportStall: CircuitRule(report_stall, "process", after_removal=runs_still),
    OrderSuccessor: CircuitRule(order_successor, "process", creates=True, needs=needs_of_successor),
    CarryOver: CircuitRule(carry_over, "process", needs=needs_replaced),
    SwitchOver: CircuitRule(switch_over, "process", needs=needs_successor_and_filters),
    RevertSwitch: CircuitRule(revert_switch, "process", needs=needs_successor_and_filters),
    FinishBandwidthChange: CircuitRule(
        finish, "process", needs=needs_successor, after_removal=runs_still
    ),
}
