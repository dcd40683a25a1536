"""How each event of a circuit's stream changes what the rules know of it.

Here its life from the order to the deletion; peerings and bandwidth have modules of their own.
"""

from collections.abc import Mapping
from typing import Final

from domain.circuit.events import (
    BillingChanged,
    CircuitDeleted,
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
from domain.circuit.evolve_bandwidth import BANDWIDTH
from domain.circuit.evolve_peerings import PEERINGS
from domain.circuit.state import Change, Circuit, CircuitFields, number_of
from domain.decider.noun import Begin, Effect
from domain.fast import changed
from domain.words.values import CircuitState, Event

_BLANK: Final = Circuit("", "", "", "", "", 0, "standard", "metered", "")
"""What an order fills in: a copy takes a third of the time that the constructor does."""


def _ordered(id: str, event: CircuitOrdered) -> Circuit:
    circuit = changed(
        _BLANK,
        circuit_id=id,
        customer_id=event.customer_id,
        subscription_id=event.subscription_id,
        location_id=event.location_id,
        provider=event.provider,
        bandwidth_mbps=event.bandwidth_mbps,
        tier=event.tier,
        billing=event.billing,
        profile_name=event.profile,
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


def _placed(circuit: Circuit, event: CircuitPlaced, at: str) -> CircuitFields:
    return {"pair": event.pair, "service_key": event.service_key}


def _provisioning(circuit: Circuit, event: ProvisioningBegun, at: str) -> CircuitFields:
    return {"provider_state": "provisioning"}


def _provisioned(circuit: Circuit, event: Provisioned, at: str) -> CircuitFields:
    return {"provider_state": "provisioned", "circuit_state": "enabled"}


def _rejected(circuit: Circuit, event: ProvisioningRejected, at: str) -> CircuitFields:
    return _not_provisioned("disabled" if circuit.called_off else circuit.circuit_state)


def _requested(circuit: Circuit, event: DeprovisioningRequested, at: str) -> CircuitFields:
    called_off = circuit.provider_state == "provisioning"
    return {"deprovisioning_requested": True, "called_off": called_off}


def _deprovisioning(circuit: Circuit, event: DeprovisioningBegun, at: str) -> CircuitFields:
    change = circuit.change
    if change and change.kind == "decrease" and change.old_circuit == circuit.circuit_id:
        change = changed(change, teardown_begun=True)
    return {"provider_state": "deprovisioning", "circuit_state": "disabling", "change": change}


def _deprovisioned(circuit: Circuit, event: Deprovisioned, at: str) -> CircuitFields:
    return _not_provisioned("disabled")


def _not_provisioned(circuit_state: CircuitState) -> CircuitFields:
    return {
        "provider_state": "not-provisioned",
        "circuit_state": circuit_state,
        "deprovisioning_requested": False,
    }


def _still_there(
    circuit: Circuit, event: DeprovisioningRejected | DeprovisioningWithdrawn, at: str
) -> CircuitFields:
    """Deprovisioning was rejected or withdrawn: back to where it was asked for."""
    if circuit.called_off:
        provider_state, circuit_state = "provisioning", "enabling"
    else:
        provider_state, circuit_state = "provisioned", "enabled"
    return {
        "provider_state": provider_state,
        "circuit_state": circuit_state,
        "deprovisioning_requested": False,
        "called_off": False,
    }


def _deleted(circuit: Circuit, event: CircuitDeleted, at: str) -> CircuitFields:
    """Deleted; under teardown-first the successor takes over at this moment."""
    change, replaced_by = circuit.running, circuit.replaced_by
    if change and change.strategy == "teardown-first" and change.old_circuit == circuit.circuit_id:
        replaced_by = change.successor
    return {"circuit_state": "disabled", "removed_at": at, "replaced_by": replaced_by}


def _tier(circuit: Circuit, event: TierChanged, at: str) -> CircuitFields:
    return {"tier": event.tier}


def _billing(circuit: Circuit, event: BillingChanged, at: str) -> CircuitFields:
    return {"billing": event.billing}


BEGINS: Final[Mapping[type[Event], Begin]] = {CircuitOrdered: _ordered}

EFFECTS: Final[Mapping[type[Event], Effect]] = {
    CircuitPlaced: _placed,
    ProvisioningBegun: _provisioning,
    Provisioned: _provisioned,
    ProvisioningRejected: _rejected,
    DeprovisioningRequested: _requested,
    DeprovisioningBegun: _deprovisioning,
    Deprovisioned: _deprovisioned,
    DeprovisioningRejected: _still_there,
    DeprovisioningWithdrawn: _still_there,
    CircuitDeleted: _deleted,
    TierChanged: _tier,
    BillingChanged: _billing,
    **PEERINGS,
    **BANDWIDTH,
}
"""What each event but the first does: a look-up, where a `match` would try each kind in turn."""
