"""How a circuit changes with what hangs on it: authorizations, networks, peer circuits, routes."""

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from domain.circuit.connection_events import (
    AboutAuthorization,
    AuthorizationIssued,
    AuthorizationRevoked,
    AuthorizationUsed,
    CircuitPeered,
    CircuitUnpeered,
    NetworkConnected,
    NetworkDisconnected,
    RoutesAdvertised,
)
from domain.circuit.evolve_peerings import become
from domain.circuit.state import Authorization, Circuit, Connection, PeerCircuit, changed
from domain.decider.noun import Effect
from domain.network.circuits import NetworkSpaceChanged
from domain.words.prefix import as_set
from domain.words.structs import Event
from domain.words.values import AuthorizationState


def _issued(circuit: Circuit, event: AuthorizationIssued, at: str) -> Circuit:
    issued = Authorization(event.subscription_id)
    return changed(
        circuit, authorizations=circuit.authorizations.set(event.authorization_id, issued)
    )


def _used(circuit: Circuit, event: AuthorizationUsed, at: str) -> Circuit:
    return _authorized(circuit, event, "used")


def _revoked(circuit: Circuit, event: AuthorizationRevoked, at: str) -> Circuit:
    return _authorized(circuit, event, "revoked")


def _authorized(circuit: Circuit, event: AboutAuthorization, state: AuthorizationState) -> Circuit:
    all_of_them, id = circuit.authorizations, event.authorization_id
    after = replace(all_of_them[id], state=state)
    return changed(circuit, authorizations=all_of_them.set(id, after))


def _connected(circuit: Circuit, event: NetworkConnected, at: str) -> Circuit:
    connection = Connection(
        as_set(event.address_space), event.region, event.weight, event.authorization_id
    )
    return changed(circuit, connections=circuit.connections.set(event.network_id, connection))


def _disconnected(circuit: Circuit, event: NetworkDisconnected, at: str) -> Circuit:
    return changed(circuit, connections=circuit.connections.delete(event.network_id))


def _space_changed(circuit: Circuit, event: NetworkSpaceChanged, at: str) -> Circuit:
    connection = circuit.connections[event.network_id]
    after = replace(connection, address_space=as_set(event.address_space))
    return changed(circuit, connections=circuit.connections.set(event.network_id, after))


def _peered(circuit: Circuit, event: CircuitPeered, at: str) -> Circuit:
    peer = PeerCircuit(event.location_id, event.geopolitical_region, event.needs_premium)
    return changed(circuit, peer_circuits=circuit.peer_circuits.set(event.other_circuit_id, peer))


def _unpeered(circuit: Circuit, event: CircuitUnpeered, at: str) -> Circuit:
    return changed(circuit, peer_circuits=circuit.peer_circuits.delete(event.other_circuit_id))


def _advertised(circuit: Circuit, event: RoutesAdvertised, at: str) -> Circuit:
    return become(circuit, event.routing_domain, advertised_routes=as_set(event.prefixes))


CONNECTIONS: Final[Mapping[type[Event], Effect]] = {
    AuthorizationIssued: _issued,
    AuthorizationUsed: _used,
    AuthorizationRevoked: _revoked,
    NetworkConnected: _connected,
    NetworkDisconnected: _disconnected,
    NetworkSpaceChanged: _space_changed,
    CircuitPeered: _peered,
    CircuitUnpeered: _unpeered,
    RoutesAdvertised: _advertised,
}
