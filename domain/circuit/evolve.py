"""How each event of a circuit's stream changes the circuit's state.

This module has its life from order to deletion; peerings, bandwidth, observations and alarms have
modules of their own.
"""

from collections.abc import Callable, Mapping
from typing import Final

from domain.bandwidth_change.change import Decrease, advanced
from domain.bandwidth_change.successors import number_of
from domain.circuit.events import (
    BillingChanged,
    CircuitDeleted,
    CircuitOrdered,
    CircuitPlaced,
    DeprovisioningBegun,
    EncryptionRemoved,
    EncryptionSet,
    SecretRevealed,
    TierChanged,
)
from domain.circuit.evolve_alarms import ALARMS
from domain.circuit.evolve_bandwidth import BANDWIDTH
from domain.circuit.evolve_connections import CONNECTIONS
from domain.circuit.evolve_observations import OBSERVATIONS
from domain.circuit.evolve_peerings import PEERINGS
from domain.circuit.provider_states import AFTER, ProviderFields
from domain.circuit.state import Circuit, changed
from domain.decider.noun import Begin, Effect
from domain.words.structs import Event


def _ordered(id: str, event: CircuitOrdered) -> Circuit:
    circuit = Circuit(
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
    change = Decrease(
        change_id=event.change_id,
        old_circuit=event.replaces,
        bandwidth_mbps=event.bandwidth_mbps,
        strategy=event.strategy or "teardown-first",
        successor=id,
    )
    return changed(circuit, replaces=event.replaces, change=change, last_successor=number_of(id))


def _placed(circuit: Circuit, event: CircuitPlaced, at: str) -> Circuit:
    return changed(circuit, pair=event.pair, service_key=event.service_key)


def _deprovisioning(circuit: Circuit, event: DeprovisioningBegun, at: str) -> Circuit:
    """On the old circuit of a decrease: from here on the decrease can't be abandoned."""
    begun = changed(circuit, **AFTER[DeprovisioningBegun](circuit))
    change = circuit.change
    if isinstance(change, Decrease) and change.old_circuit == circuit.circuit_id:
        return changed(begun, change=advanced(change, teardown_begun=True))
    return begun


def _told(circuit: Circuit, event: SecretRevealed, at: str) -> Circuit:
    """Recorded for those who audit; nothing of the circuit changes."""
    return circuit


def _deleted(circuit: Circuit, event: CircuitDeleted, at: str) -> Circuit:
    """Deleted; under teardown-first the successor takes over at this moment."""
    gone = changed(circuit, removed_at=at, **AFTER[CircuitDeleted](circuit))
    change = circuit.change
    if (
        isinstance(change, Decrease)
        and change.old_circuit == circuit.circuit_id
        and change.strategy == "teardown-first"
    ):
        return changed(gone, replaced_by=change.successor)
    return gone


def _standing(after: Callable[[Circuit], ProviderFields]) -> Effect:
    """The effect of an event that changes only the provider state and the circuit state."""

    def effect(circuit: Circuit, event: Event, at: str) -> Circuit:
        return changed(circuit, **after(circuit))

    return effect


def _tier(circuit: Circuit, event: TierChanged, at: str) -> Circuit:
    return changed(circuit, tier=event.tier)


def _billing(circuit: Circuit, event: BillingChanged, at: str) -> Circuit:
    return changed(circuit, billing=event.billing)


def _encryption(circuit: Circuit, event: EncryptionSet, at: str) -> Circuit:
    return changed(circuit, encryption=event.encryption)


def _no_encryption(circuit: Circuit, event: EncryptionRemoved, at: str) -> Circuit:
    return changed(circuit, encryption=None)


BEGINS: Final[Mapping[type[Event], Begin]] = {CircuitOrdered: _ordered}

EFFECTS: Final[Mapping[type[Event], Effect]] = {
    CircuitPlaced: _placed,
    **{kind: _standing(after) for kind, after in AFTER.items()},
    DeprovisioningBegun: _deprovisioning,
    CircuitDeleted: _deleted,
    TierChanged: _tier,
    BillingChanged: _billing,
    SecretRevealed: _told,
    EncryptionSet: _encryption,
    EncryptionRemoved: _no_encryption,
    **PEERINGS,
    **CONNECTIONS,
    **BANDWIDTH,
    **OBSERVATIONS,
    **ALARMS,
}
"""How each event but the first changes a circuit: a look-up, where a `match` tries kind by kind."""
