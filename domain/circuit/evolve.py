"""How each event of a circuit's stream changes what the rules know of it.

Here its life from the order to the deletion; peerings and bandwidth have modules of their own.
"""

from typing import assert_never

from domain.circuit.bandwidth_events import AboutBandwidth
from domain.circuit.events import (
    AboutPeering,
    BillingChanged,
    CircuitDeleted,
    CircuitEvent,
    CircuitOrdered,
    CircuitPlaced,
    Deprovisioned,
    DeprovisioningBegun,
    DeprovisioningRejected,
    DeprovisioningRequested,
    DeprovisioningWithdrawn,
    Provisioned,
    ProvisioningBegun,
    ProvisioningRejected,
    TierChanged,
)
from domain.circuit.evolve_bandwidth import evolve_bandwidth
from domain.circuit.evolve_peerings import evolve_peerings
from domain.circuit.state import Change, Circuit, number_of
from domain.words import changed


def evolve(circuit: Circuit | None, event: CircuitEvent, at: str, id: str) -> Circuit:
    """The circuit after an event that was recorded at `at`."""
    if isinstance(event, CircuitOrdered):
        return _ordered(id, event)
    assert circuit is not None, "a circuit's first event orders it"
    if isinstance(event, AboutPeering):
        return evolve_peerings(circuit, event)
    if isinstance(event, AboutBandwidth):
        return evolve_bandwidth(circuit, event)
    match event:
        case CircuitPlaced():
            return changed(circuit, pair=event.pair, service_key=event.service_key)
        case ProvisioningBegun():
            return changed(circuit, provider_state="provisioning")
        case Provisioned():
            return changed(circuit, provider_state="provisioned", circuit_state="enabled")
        case ProvisioningRejected():
            return _not_provisioned(
                circuit, "disabled" if circuit.called_off else circuit.circuit_state
            )
        case DeprovisioningRequested():
            called_off = circuit.provider_state == "provisioning"
            return changed(circuit, deprovisioning_requested=True, called_off=called_off)
        case DeprovisioningBegun():
            return _deprovisioning(circuit)
        case Deprovisioned():
            return _not_provisioned(circuit, "disabled")
        case DeprovisioningRejected() | DeprovisioningWithdrawn():
            return _still_there(circuit)
        case CircuitDeleted():
            return _deleted(circuit, at)
        case TierChanged():
            return changed(circuit, tier=event.tier)
        case BillingChanged():
            return changed(circuit, billing=event.billing)
        case _:
            assert_never(event)


def _ordered(id: str, event: CircuitOrdered) -> Circuit:
    circuit = Circuit(
        id,
        event.customer_id,
        event.subscription_id,
        event.location_id,
        event.provider,
        event.bandwidth_mbps,
        event.tier,
        event.billing,
        event.profile,
    )
    if event.replaces is None or event.change_id is None:
        return circuit
    change = Change(
        event.change_id,
        "decrease",
        event.replaces,
        event.bandwidth_mbps,
        event.strategy or "teardown-first",
        successor=id,
    )
    return changed(circuit, replaces=event.replaces, change=change, last_successor=number_of(id))


def _not_provisioned(circuit: Circuit, circuit_state: str) -> Circuit:
    return changed(
        circuit,
        provider_state="not-provisioned",
        circuit_state=circuit_state,
        deprovisioning_requested=False,
    )


def _deprovisioning(circuit: Circuit) -> Circuit:
    change = circuit.change
    if change and change.kind == "decrease" and change.old_circuit == circuit.circuit_id:
        change = changed(change, teardown_begun=True)
    return changed(
        circuit, provider_state="deprovisioning", circuit_state="disabling", change=change
    )


def _still_there(circuit: Circuit) -> Circuit:
    """Deprovisioning was rejected or withdrawn: back to where it was asked for."""
    if circuit.called_off:
        provider_state, circuit_state = "provisioning", "enabling"
    else:
        provider_state, circuit_state = "provisioned", "enabled"
    return changed(
        circuit,
        provider_state=provider_state,
        circuit_state=circuit_state,
        deprovisioning_requested=False,
        called_off=False,
    )


def _deleted(circuit: Circuit, at: str) -> Circuit:
    """Deleted; under teardown-first the successor takes over at this moment."""
    change, replaced_by = circuit.running, circuit.replaced_by
    if change and change.strategy == "teardown-first" and change.old_circuit == circuit.circuit_id:
        replaced_by = change.successor
    return changed(circuit, circuit_state="disabled", removed_at=at, replaced_by=replaced_by)
