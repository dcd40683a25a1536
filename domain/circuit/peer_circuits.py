"""Two circuits of a customer that join its on-premises sites to each other.

Contract, second part, "Peer circuits": written on both circuits in one decision.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from domain.bandwidth_change.change import Decrease
from domain.bandwidth_change.in_progress import change_in_progress
from domain.circuit.connection_commands import PeerCircuits, PeersCommand, UnpeerCircuits
from domain.circuit.connection_events import CircuitPeered, CircuitUnpeered
from domain.circuit.connections import no_private_peering
from domain.circuit.guard import CircuitRule
from domain.circuit.provisioned import circuit_not_provisioned
from domain.circuit.reach import networks_reached
from domain.circuit.state import CIRCUIT, Circuit, PeerCircuit, concern_of
from domain.decider.decisions import Decision, Rules, Written, accepted
from domain.decider.second_things import Named, needs_of, out_of_reach
from domain.decider.states import Seen, States
from domain.location.state import LOCATION
from domain.words.messages import Command
from domain.words.refusals import Blocker, Refused, refused


def peer(command: Command[PeerCircuits], circuit: Circuit, states: States) -> Decision:
    """Both provisioned, with a private peering, at two locations; Premium where regions differ."""
    id = command.data.other_circuit_id
    if id in circuit.peer_circuits:
        return refused("already-exists", kind="peer circuit", id=id, other=id)
    if refusal := _unready(circuit) or _other_out_of_reach(command, circuit, states):
        return refusal
    other = _there(id, states)
    if refusal := _unready(other) or _not_allowed(circuit, other, states):
        return refusal
    if refusal := networks_reached(circuit) or networks_reached(other):
        return refusal
    return accepted(
        (command.subject, _peered(_peer_at(other, circuit, states), id)),
        (CIRCUIT.stream(id), _peered(_peer_at(circuit, other, states), circuit.circuit_id)),
    )


def unpeer(command: Command[UnpeerCircuits], circuit: Circuit, states: States) -> Decision:
    """It ends for both."""
    id = command.data.other_circuit_id
    if id not in circuit.peer_circuits:
        return refused("not-found", kind="peer circuit", id=id)
    if refusal := _other_out_of_reach(command, circuit, states):
        return refusal
    return accepted(*_parted(circuit.circuit_id, id))


def _there(circuit_id: str, states: States) -> Circuit:
    circuit = states.of(CIRCUIT, circuit_id)
    assert circuit is not None, "what is in reach is there"
    return circuit


def _unready(circuit: Circuit) -> Refused | None:
    return circuit_not_provisioned(circuit) or no_private_peering(circuit)


def _other_out_of_reach(
    command: Command[PeerCircuits] | Command[UnpeerCircuits], circuit: Circuit, states: States
) -> Refused | None:
    """The right on both; a decrease of the other one stops this, also where that is deleted."""
    id = command.data.other_circuit_id
    refusal = out_of_reach(
        command, Named(CIRCUIT, id, concern_of), circuit.customer_id, states, "operate"
    )
    other = states.of(CIRCUIT, id)
    if other is None or not isinstance(other.change, Decrease):
        return refusal
    is_gone = refusal is not None and "removed_at" in refusal.facts
    return change_in_progress(other.change, id) if refusal is None or is_gone else refusal


def _not_allowed(circuit: Circuit, other: Circuit, states: States) -> Refused | None:
    """Neither Local, not at one location, and Premium on both where the regions differ."""
    for each in (circuit, other):
        if each.tier == "local":
            return _peer_not_allowed(circuit, other, f"{each.circuit_id} is of tier local")
    if circuit.location_id == other.location_id:
        return _peer_not_allowed(circuit, other, f"both are at {circuit.location_id}")
    if not _needs_premium(circuit, other, states):
        return None
    for each in (circuit, other):
        if each.tier != "premium":
            because = (
                f"their geopolitical regions differ, and {each.circuit_id} is of tier "
                f"{each.tier}, not premium"
            )
            return _peer_not_allowed(circuit, other, because)
    return None


def _peer_not_allowed(circuit: Circuit, other: Circuit, because: str) -> Refused:
    return refused(
        "peer-not-allowed",
        circuit_id=circuit.circuit_id,
        other_circuit_id=other.circuit_id,
        because=because,
    )


def _needs_premium(circuit: Circuit, other: Circuit, states: States) -> bool:
    regions = {_region_of(each, states) for each in (circuit, other)} - {None}
    return len(regions) > 1


def _region_of(circuit: Circuit, states: States) -> str | None:
    location = states.of(LOCATION, circuit.location_id)
    assert location is not None, "a circuit's location exists"
    return location.geopolitical_region


def _peer_at(circuit: Circuit, other: Circuit, states: States) -> PeerCircuit:
    """A circuit as the other one knows it."""
    needs_premium = _needs_premium(circuit, other, states)
    return PeerCircuit(circuit.location_id, _region_of(circuit, states), needs_premium)


def _peered(peer: PeerCircuit, circuit_id: str) -> CircuitPeered:
    return CircuitPeered(
        other_circuit_id=circuit_id,
        location_id=peer.location_id,
        needs_premium=peer.needs_premium,
        geopolitical_region=peer.geopolitical_region,
    )


def _parted(circuit_id: str, other_id: str) -> Iterator[Written]:
    yield CIRCUIT.stream(circuit_id), CircuitUnpeered(other_circuit_id=other_id)
    yield CIRCUIT.stream(other_id), CircuitUnpeered(other_circuit_id=circuit_id)


def moved(giving: Circuit, taking: Circuit, states: States) -> Iterator[Written]:
    """Every peer circuit of one circuit of a decrease goes to the other, at the same location."""
    for id, peer in sorted(giving.peer_circuits.items()):
        as_known = _there(id, states).peer_circuits[giving.circuit_id]
        yield from _parted(giving.circuit_id, id)
        yield CIRCUIT.stream(taking.circuit_id), _peered(peer, id)
        yield CIRCUIT.stream(id), _peered(as_known, taking.circuit_id)


def peer_blockers(circuit: Circuit) -> list[Blocker]:
    """The peer circuits, each with what ends it."""
    id = circuit.circuit_id
    return [
        Blocker(f"peer circuit {other}", f"unpeer-circuits of {id} and {other}")
        for other in sorted(circuit.peer_circuits)
    ]


def peers_of(circuit: Circuit | None) -> list[str]:
    """The streams of a circuit's peer circuits."""
    return [CIRCUIT.stream(each) for each in sorted(circuit.peer_circuits)] if circuit else []


def needs_other(command: Command[PeersCommand], seen: Seen) -> Iterable[str]:
    """The other circuit, if it is another customer's who may see it, and both locations."""
    circuit: Circuit | None = seen.subject
    if circuit is None:
        return ()
    id = command.data.other_circuit_id
    other = seen.of(CIRCUIT, id)
    locations = {each.location_id for each in (circuit, other) if each is not None}
    return (
        *needs_of(CIRCUIT, id, seen, circuit.customer_id),
        *map(LOCATION.stream, sorted(locations)),
    )


RULES: Final[Rules] = {
    PeerCircuits: CircuitRule(peer, "operate", needs=needs_other),
    UnpeerCircuits: CircuitRule(unpeer, "operate", needs=needs_other),
}
