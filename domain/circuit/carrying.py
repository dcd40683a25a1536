"""Commands of the bandwidth-change process: carrying everything over, the switch, the way back.

Rule book, "Bandwidth changes"; contract, second part, "While a decrease runs". Nothing of what is
carried or moved is judged again.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from msgspec.structs import asdict

from domain.bandwidth_change.change import Decrease
from domain.circuit import (
    advertised_routes,
    authorizations,
    connections,
    encryption,
    peer_circuits,
    route_filters,
)
from domain.circuit.addresses import carried, has_public
from domain.circuit.bandwidth_events import CarriedOver, PeeringSwitch, Reverted, SwitchedOver
from domain.circuit.commands import CarryOver, RevertSwitch, SwitchOver
from domain.circuit.events import PeeringConfigured
from domain.circuit.guard import CircuitRule, change_unknown
from domain.circuit.provisioned import circuit_not_provisioned
from domain.circuit.route_filters import filters_of
from domain.circuit.state import CIRCUIT, Circuit, Peering
from domain.circuit.successor import decrease_of, decrease_on, needs_successor
from domain.csp.state import CSP
from domain.decider.decisions import ALREADY_TRUE, Decision, Rules, Written, accepted
from domain.decider.rights import SELF
from domain.decider.states import Seen, States
from domain.words.messages import Command
from domain.words.refusals import Refused
from domain.words.values import PeeringState


def carry_over(command: Command[CarryOver], circuit: Circuit, states: States) -> Decision:
    """Carry everything over in one decision; where a switch follows, peerings wait disabled."""
    old, change = decrease_of(states, command.data.replaces, command.data)
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
    moved = change.strategy == "teardown-first"
    done = CarriedOver(change_id=change.change_id, replaces=old.circuit_id)
    return accepted(
        *peerings,
        *uses,
        *advertised_routes.copied(old, circuit),
        *route_filters.carried(old, circuit, moved=moved),
        *authorizations.copied(old, circuit),
        *encryption.copied(old, circuit),
        *(_moved_over(old, circuit, states) if moved else ()),
        (command.subject, done),
    )


def _moved_over(giving: Circuit, taking: Circuit, states: States) -> Iterator[Written]:
    """What hangs on one circuit of a change hangs on the other from here on; nothing of it is
    judged again.
    """
    yield from connections.moved(giving, taking)
    yield from peer_circuits.moved(giving, taking, states)


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
    change = decrease_on(circuit, command.data)
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
        *_moved_over(circuit, successor, states),
    )


def _switched(change: Decrease, successor: Circuit, peerings: list[PeeringSwitch]) -> SwitchedOver:
    return SwitchedOver(
        change_id=change.change_id, replaced_by=successor.circuit_id, peerings=peerings
    )


def revert_switch(command: Command[RevertSwitch], circuit: Circuit, states: States) -> Decision:
    """Move everything back to the old circuit; without an earlier switch nothing has to move."""
    successor = states.of(CIRCUIT, command.data.successor)
    change = decrease_on(circuit, command.data)
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
        *_moved_over(successor, circuit, states),
        *authorizations.ended(successor),
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


def needs_replaced(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The old circuit, which is carried over; csp/self, if any of its peerings is public, and what
    hangs on it.
    """
    old = seen.of(CIRCUIT, command.data.replaces)
    register = (SELF,) if old and has_public(old) else ()
    return (f"circuit/{command.data.replaces}", *register, *_hanging_on(old))


def _hanging_on(circuit: Circuit | None) -> list[str]:
    """The filters, networks and peer circuits of a circuit."""
    networks = connections.networks_of(circuit.connections) if circuit else []
    return [*filters_of(circuit), *networks, *peer_circuits.peers_of(circuit)]


def needs_successor_and_hanging(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The other circuit of the change, and what hangs on either of both."""
    successor = seen.of(CIRCUIT, command.data.successor)
    hanging = {*_hanging_on(seen.subject), *_hanging_on(successor)}
    return (*needs_successor(command, seen), *sorted(hanging))


RULES: Final[Rules] = {
    CarryOver: CircuitRule(carry_over, "process", needs=needs_replaced),
    SwitchOver: CircuitRule(switch_over, "process", needs=needs_successor_and_hanging),
    RevertSwitch: CircuitRule(revert_switch, "process", needs=needs_successor_and_hanging),
}
