"""Networks that are connected to a circuit.

Contract, second part, "Connections" and "While a decrease runs". A connection is written on the
circuit and on the network, which both count it.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from domain.circuit.connection_commands import ConnectNetwork, DisconnectNetwork
from domain.circuit.connection_events import (
    AuthorizationUsed,
    NetworkConnected,
    NetworkDisconnected,
)
from domain.circuit.guard import CircuitRule
from domain.circuit.provisioned import circuit_not_provisioned
from domain.circuit.reach import networks_reached, region_not_reached
from domain.circuit.state import CIRCUIT, Circuit, Connection
from domain.decider.decisions import Decision, Rules, Written, accepted
from domain.decider.rights import standing
from domain.decider.second_things import Named, needs_of, out_of_reach
from domain.decider.states import Seen, States
from domain.location.state import LOCATION
from domain.network.events import ConnectedToCircuit, DisconnectedFromCircuit
from domain.network.spaces import clashes_on, gateway_required, space_overlaps
from domain.network.state import NETWORK, Network, concern_of
from domain.words.messages import Command
from domain.words.refusals import Blocker, Refused, refused
from domain.words.values import subscription_key


def connect(command: Command[ConnectNetwork], circuit: Circuit, states: States) -> Decision:
    """One connection of a network to a circuit; from another subscription by an authorization."""
    asked, circuit_id = command.data, circuit.circuit_id
    if asked.network_id in circuit.connections:
        return refused("already-connected", circuit_id=circuit_id, network_id=asked.network_id)
    if refusal := circuit_not_provisioned(circuit) or no_private_peering(circuit):
        return refusal
    named = Named(NETWORK, asked.network_id, concern_of)
    if refusal := out_of_reach(command, named, circuit.customer_id, states, "operate"):
        return refusal
    network = states.of(NETWORK, asked.network_id)
    assert network is not None, "what is in reach is there"
    if refusal := (
        gateway_required(network, "expressroute")
        or authorization_refused(asked, circuit, network)
        or _values_refused(circuit, network, states)
        or networks_reached(circuit)
        or circuits_reached(circuit, network)
    ):
        return refusal
    id, by = asked.network_id, asked.authorization_id
    used = [(command.subject, AuthorizationUsed(authorization_id=by, network_id=id))] if by else []
    connection = Connection(network.address_space, network.region, asked.weight, by)
    return accepted(*used, *connected(circuit, id, connection))


def no_private_peering(circuit: Circuit) -> Refused | None:
    """Networks and peer circuits hang on the private peering."""
    if circuit.peering("private"):
        return None
    id = circuit.circuit_id
    return refused("peering-not-found", circuit_id=id, routing_domain="private")


def authorization_refused(
    asked: ConnectNetwork, circuit: Circuit, network: Network
) -> Refused | None:
    """A network of the circuit's own subscription needs none; one that is given is used up."""
    id, theirs = asked.authorization_id, subscription_key(network.subscription_id)
    if id is None:
        if theirs == subscription_key(circuit.subscription_id):
            return None
        return _authorization_required(circuit, network, "none was given")
    authorization = circuit.authorizations.get(id)
    if authorization is None:
        return refused("not-found", kind="authorization", id=id)
    if authorization.state == "used":
        return refused("authorization-used", authorization_id=id, circuit_id=circuit.circuit_id)
    if authorization.state == "revoked":
        return refused("authorization-revoked", authorization_id=id, circuit_id=circuit.circuit_id)
    within = authorization.subscription_id
    if within is None or subscription_key(within) == theirs:
        return None
    return _authorization_required(circuit, network, f"{id} is for subscription {within}")


def _authorization_required(circuit: Circuit, network: Network, because: str) -> Refused:
    return refused(
        "authorization-required",
        circuit_id=circuit.circuit_id,
        network_id=network.network_id,
        subscription_id=network.subscription_id,
        because=because,
    )


def _values_refused(circuit: Circuit, network: Network, states: States) -> Refused | None:
    location = states.of(LOCATION, circuit.location_id)
    assert location is not None, "a circuit's location exists"
    id = network.network_id
    return region_not_reached(id, network.region, circuit, location) or space_overlaps(
        clashes_on(id, network.address_space, circuit)
    )


def circuits_reached(circuit: Circuit, network: Network) -> Refused | None:
    """A network is connected to so many circuits at one location, and in all."""
    profile, id = circuit.profile, network.network_id
    where = circuit.location_id
    here = sum(each == where for each in network.connections.values())
    if here >= (allowed := profile.circuits_per_network_and_location):
        return refused(
            "limit-reached",
            limit=f"circuits of network {id} at {where}",
            allowed=allowed,
            used=here,
        )
    in_all = len(network.connections)
    if in_all >= (allowed := profile.circuits_per_network):
        return refused(
            "limit-reached", limit=f"circuits of network {id}", allowed=allowed, used=in_all
        )
    return None


def disconnect(command: Command[DisconnectNetwork], circuit: Circuit, states: States) -> Decision:
    """The authorization that it was connected by stays used up."""
    id = command.data.network_id
    if id not in circuit.connections:
        return refused("not-found", kind="connection", id=id)
    return accepted(*disconnected(circuit, id))


def connected(circuit: Circuit, network_id: str, connection: Connection) -> Iterator[Written]:
    """A network is connected to a circuit from here on; both are told."""
    by, weight = connection.authorization_id, connection.weight
    yield (
        CIRCUIT.stream(circuit.circuit_id),
        NetworkConnected(
            network_id=network_id,
            address_space=list(connection.address_space),
            weight=weight,
            region=connection.region,
            authorization_id=by,
        ),
    )
    yield (
        NETWORK.stream(network_id),
        ConnectedToCircuit(
            circuit_id=circuit.circuit_id,
            location_id=circuit.location_id,
            weight=weight,
            authorization_id=by,
        ),
    )


def disconnected(circuit: Circuit, network_id: str) -> Iterator[Written]:
    """A network is connected to a circuit no longer; both are told."""
    yield CIRCUIT.stream(circuit.circuit_id), NetworkDisconnected(network_id=network_id)
    yield NETWORK.stream(network_id), DisconnectedFromCircuit(circuit_id=circuit.circuit_id)


def moved(giving: Circuit, taking: Circuit) -> Iterator[Written]:
    """Every connection of one circuit of a decrease goes to the other."""
    for id, connection in sorted(giving.connections.items()):
        yield from disconnected(giving, id)
        yield from connected(taking, id, connection)


def connection_blockers(circuit: Circuit) -> list[Blocker]:
    """The networks that are connected, each with its authorization and what ends it."""
    return [
        Blocker(_told(id, connection), f"disconnect-network {id} from {circuit.circuit_id}")
        for id, connection in sorted(circuit.connections.items())
    ]


def _told(network_id: str, connection: Connection) -> str:
    by = connection.authorization_id
    return f"network {network_id}, connected" + (f" by authorization {by}" if by else "")


def is_redeemable(command: Command[ConnectNetwork], circuit: Circuit, states: States) -> bool:
    """Whether an available authorization is named, and the sender has the right on the network."""
    asked = command.data
    network = states.of(NETWORK, asked.network_id)
    authorization = circuit.authorizations.get(asked.authorization_id or "")
    if network is None or network.removed_at or circuit.removed_at or authorization is None:
        return False
    within = authorization.subscription_id or network.subscription_id
    return (
        authorization.state == "available"
        and network.customer_id == circuit.customer_id
        and subscription_key(within) == subscription_key(network.subscription_id)
        and standing(command.actor, concern_of(network), states).may(
            "operate", command.on_behalf_of
        )
    )


def may_disconnect(command: Command[DisconnectNetwork], circuit: Circuit, states: States) -> bool:
    """Whether the network is connected, and the sender has the right on it: that is enough."""
    id = command.data.network_id
    network = states.of(NETWORK, id) if id in circuit.connections else None
    if network is None:
        return False
    stands = standing(command.actor, concern_of(network), states)
    return stands.may("operate", command.on_behalf_of)


def networks_of(ids: Iterable[str]) -> list[str]:
    """The streams of networks."""
    return [NETWORK.stream(id) for id in sorted(ids)]


def needs_to_connect(command: Command[ConnectNetwork], seen: Seen) -> Iterable[str]:
    """The network and, if it is another customer's, who may see it; the circuit's location."""
    circuit: Circuit | None = seen.subject
    if circuit is None:
        return ()
    network = needs_of(NETWORK, command.data.network_id, seen, circuit.customer_id)
    return (*network, LOCATION.stream(circuit.location_id))


def needs_to_disconnect(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The network, if it is connected."""
    circuit: Circuit | None = seen.subject
    id = command.data.network_id
    return networks_of([id]) if circuit and id in circuit.connections else ()


RULES: Final[Rules] = {
    ConnectNetwork: CircuitRule(connect, "operate", needs=needs_to_connect, admits=is_redeemable),
    DisconnectNetwork: CircuitRule(
        disconnect, "operate", needs=needs_to_disconnect, admits=may_disconnect
    ),
}
