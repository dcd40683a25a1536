"""Deleting a circuit: all blockers are named at once; what it held is given back exactly once."""

from collections.abc import Iterable
from typing import Any, Final

from domain.bandwidth_change.change import Decrease
from domain.circuit.addresses import freed, has_public
from domain.circuit.commands import DeleteCircuit
from domain.circuit.connections import connection_blockers
from domain.circuit.events import CircuitDeleted
from domain.circuit.guard import CircuitRule
from domain.circuit.peer_circuits import peer_blockers
from domain.circuit.provisioning import wrong_state
from domain.circuit.route_filters import all_left, filters_of
from domain.circuit.state import Circuit
from domain.csp.state import CSP
from domain.customer.events import CircuitAttached, CircuitDetached
from domain.decider.decisions import PROCESS, Decision, Rules, Written, accepted
from domain.decider.rights import SELF
from domain.decider.states import Seen, States
from domain.location.events import CapacityReleased
from domain.words.messages import Command
from domain.words.refusals import Blocker, Refused, refused


def delete(command: Command[DeleteCircuit], circuit: Circuit, states: States) -> Decision:
    """Delete a circuit. For the process, only its change and the provider state matter."""
    change = circuit.change
    if command.actor == PROCESS and not circuit.is_due_for_teardown:
        return wrong_state(command, circuit, "a bandwidth change has come to its teardown")
    if refusal := deletion_blocked(circuit):
        return refusal
    uses = freed(circuit, states.of(CSP, "self")) if has_public(circuit) else ()
    if isinstance(change, Decrease):
        return _delete_within(change, circuit, uses)
    return accepted(
        _released(circuit, circuit.bandwidth_mbps),
        _detached(circuit),
        *uses,
        *all_left(circuit),
        (command.subject, CircuitDeleted()),
    )


def _delete_within(change: Decrease, circuit: Circuit, uses: Iterable[Written]) -> Decision:
    """Within a teardown and recreate the successor keeps the old circuit's place and rate; before
    it is there, also the addresses.
    """
    subject = f"circuit/{circuit.circuit_id}"
    if circuit.circuit_id == change.successor:
        return accepted(
            _released(circuit, circuit.bandwidth_mbps),
            *exchanged(circuit, circuit.circuit_id, change.old_circuit),
            *uses,
            (subject, CircuitDeleted()),
        )
    if change.strategy == "replace-first":
        released = _released(circuit, circuit.bandwidth_mbps)
        return accepted(released, *uses, (subject, CircuitDeleted()))
    released = _released(circuit, circuit.bandwidth_mbps - change.bandwidth_mbps)
    return accepted(released, (subject, CircuitDeleted()))


def deletion_blocked(circuit: Circuit) -> Refused | None:
    """Every blocker, each with what removes it (rule book, "The circuit"). Within a decrease what
    hangs on the circuit is kept for the other one, and only the provider state counts.
    """
    blockers = _still_provisioned(circuit)
    if not isinstance(circuit.change, Decrease):
        blockers += connection_blockers(circuit) + peer_blockers(circuit)
    if not blockers:
        return None
    count = len(blockers)
    return refused("deletion-blocked", *blockers, circuit_id=circuit.circuit_id, count=count)


def _still_provisioned(circuit: Circuit) -> list[Blocker]:
    if circuit.provider_state == "not-provisioned":
        return []
    if circuit.provider_state == "deprovisioning":
        removed_by = "confirm-deprovisioned by the provider"
    elif circuit.deprovisioning_requested:
        removed_by = "begin-deprovisioning and confirm-deprovisioned by the provider"
    else:
        removed_by = "request-deprovisioning, then the provider's two steps"
    return [Blocker(f"provider state {circuit.provider_state}", removed_by)]


def _released(circuit: Circuit, bandwidth_mbps: int) -> Written:
    released = CapacityReleased(
        circuit_id=circuit.circuit_id,
        provider=circuit.provider,
        pair=circuit.pair,
        bandwidth_mbps=bandwidth_mbps,
    )
    return f"location/{circuit.location_id}", released


def _detached(circuit: Circuit) -> Written:
    return f"customer/{circuit.customer_id}", CircuitDetached(circuit_id=circuit.circuit_id)


def exchanged(circuit: Circuit, leaves: str, comes: str) -> tuple[Written, Written]:
    """One circuit takes another's place under every limit: both are written together."""
    stream = f"customer/{circuit.customer_id}"
    attached = CircuitAttached(
        circuit_id=comes,
        subscription_id=circuit.subscription_id,
        location_id=circuit.location_id,
    )
    return (stream, CircuitDetached(circuit_id=leaves)), (stream, attached)


def needs_location(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The location whose capacity is taken or given back."""
    circuit: Circuit | None = seen.subject
    return (f"location/{circuit.location_id}",) if circuit else ()


def needs_to_delete(command: Command[DeleteCircuit], seen: Seen) -> Iterable[str]:
    """The location, csp/self for a circuit that uses public addresses, and the filters it uses."""
    circuit: Circuit | None = seen.subject
    register = (SELF,) if circuit and has_public(circuit) else ()
    return (*needs_location(command, seen), *register, *filters_of(circuit))


RULES: Final[Rules] = {
    DeleteCircuit: CircuitRule(delete, "manage", needs=needs_to_delete, during_increase=False),
}
