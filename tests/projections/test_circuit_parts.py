"""What hangs on a circuit, as views show it: authorizations, connections, peers, routes."""

from typing import Any

from domain.circuit.connection_events import (
    AuthorizationRevoked,
    AuthorizationUsed,
    CircuitUnpeered,
    NetworkDisconnected,
)
from domain.circuit.events import PeeringRemoved
from domain.network.events import DisconnectedFromCircuit
from projections import circuits, networks
from projections.database import reading
from tests.examples import MICROSOFT, a_peering, a_provisioned_circuit
from tests.examples.hanging import (
    a_connection,
    a_gateway_network,
    a_ready_world,
    an_authorization,
    peered,
    routes,
)
from tests.projections.histories import built

C1, N1 = "circuit/c1", "network/n1"
WORLD = [
    *a_ready_world(),
    *(each for id in ("c2", "c3") for each in a_provisioned_circuit(id)),
    *(each for id in ("n1", "n2") for each in a_gateway_network(id)),
]


def circuit(*facts: Any) -> Any:
    with reading(built(WORLD, *facts)) as live:
        return circuits.show(live, "c1")


def test_an_authorization_names_the_network_while_that_is_connected() -> None:
    connected = [*an_authorization(), *a_connection(by="a1", weight=7)]
    shown = circuit(connected)
    assert shown["authorizations"] == [
        {"authorization_id": "a1", "state": "used", "network_id": "n1"}
    ]
    assert shown["connections"] == [{"network_id": "n1", "authorization_id": "a1", "weight": 7}]
    shown = circuit(connected, [(C1, NetworkDisconnected(network_id="n1"))])
    assert shown["authorizations"] == [
        {"authorization_id": "a1", "state": "used", "network_id": None}
    ]
    assert shown["connections"] == []


def test_authorizations_stand_in_the_order_of_their_issue() -> None:
    """A used one that is revoked is revoked; one revoked without use is, too."""
    ends = [
        (C1, AuthorizationUsed(authorization_id="a3")),
        (C1, AuthorizationRevoked(authorization_id="a3")),
    ]
    issued = [*an_authorization("a3"), *an_authorization("a2"), *an_authorization("a1")]
    shown = circuit(issued, ends, [(C1, AuthorizationRevoked(authorization_id="a2"))])
    states = [(each["authorization_id"], each["state"]) for each in shown["authorizations"]]
    assert states == [("a3", "revoked"), ("a2", "revoked"), ("a1", "available")]


def test_connections_and_peer_circuits_stand_in_the_order_they_were_made() -> None:
    shown = circuit(a_connection("n2"), a_connection("n1"), peered("c1", "c3"), peered("c1", "c2"))
    assert [each["network_id"] for each in shown["connections"]] == ["n2", "n1"]
    assert shown["peer_circuits"] == ["c3", "c2"]
    gone = (C1, CircuitUnpeered(other_circuit_id="c3"))
    assert circuit(peered("c1", "c3"), peered("c1", "c2"), [gone])["peer_circuits"] == ["c2"]


def test_advertised_routes_are_those_of_the_last_list() -> None:
    """They go with their peering and don't come back with another."""
    first, then = routes("c1", "10.9.0.0/16"), routes("c1", "0.0.0.0/0", "2001:db8::/32")
    (private,) = circuit([first, then])["peerings"]
    assert private["advertised_routes"] == ["0.0.0.0/0", "2001:db8::/32"]
    removed = [(C1, PeeringRemoved(routing_domain="private")), a_peering()]
    (private,) = circuit([first], removed)["peerings"]
    assert private["advertised_routes"] == []


def test_no_routes_are_advertised_on_any_other_peering() -> None:
    private, microsoft = circuit([a_peering(**MICROSOFT)])["peerings"]
    assert (private["advertised_routes"], microsoft["advertised_routes"]) == ([], None)


def test_a_network_shows_its_circuits_with_weight_and_authorization() -> None:
    facts = [*a_connection(circuit_id="c2", weight=9), *a_connection(by="a1")]
    with reading(built(WORLD, an_authorization(), facts)) as live:
        shown = networks.show(live, "n1")
    assert shown is not None
    assert shown["connections"] == [
        {"circuit_id": "c2", "authorization_id": None, "weight": 9},
        {"circuit_id": "c1", "authorization_id": "a1", "weight": 0},
    ]
    gone = [(N1, DisconnectedFromCircuit(circuit_id="c2"))]
    with reading(built(WORLD, an_authorization(), facts, gone)) as live:
        shown = networks.show(live, "n1")
    assert shown is not None
    assert [each["circuit_id"] for each in shown["connections"]] == ["c1"]
