"""Examples of what hangs on a circuit: connections, authorizations, peer circuits, routes."""

from collections.abc import Sequence
from typing import Any

from domain.circuit.connection_events import (
    AuthorizationIssued,
    AuthorizationRevoked,
    AuthorizationUsed,
    CircuitPeered,
    NetworkConnected,
    RoutesAdvertised,
)
from domain.decider.decisions import Written
from domain.network.events import ConnectedToCircuit, RouteSet, SecurityRuleSet, SubnetAdded
from domain.network.routing_commands import Access, NextHop
from domain.words.prefix import prefix as prefix_of
from tests.examples import a_network, a_peering, a_world


def a_ready_world(**fields: Any) -> list[Written]:
    """The example world, with a private peering on c1: networks can be connected to it."""
    return [*a_world(**fields), a_peering()]


def a_gateway_network(id: str = "n1", *spaces: str, **fields: Any) -> list[Written]:
    """A network with an ExpressRoute gateway; n1 has 10.1.0.0/16 unless given, n2 10.2.0.0/16."""
    return a_network(id, *(spaces or (f"10.{id[1:]}.0.0/16",)), gateways=["expressroute"], **fields)


def a_subnet(network_id: str = "n1", name: str = "web", prefix: str = "10.1.1.0/24") -> Written:
    """A subnet of a network."""
    return f"network/{network_id}", SubnetAdded(name=name, prefix=prefix_of(prefix))


def an_authorization(
    id: str = "a1", circuit_id: str = "c1", *, subscription: str | None = None, state: str = ""
) -> list[Written]:
    """An authorization of a circuit; `state` may be `used` or `revoked`."""
    stream = f"circuit/{circuit_id}"
    issued = AuthorizationIssued(authorization_id=id, subscription_id=subscription)
    ends = {
        "used": [(stream, AuthorizationUsed(authorization_id=id))],
        "revoked": [(stream, AuthorizationRevoked(authorization_id=id))],
    }
    return [(stream, issued), *ends.get(state, [])]


def a_connection(
    network_id: str = "n1",
    circuit_id: str = "c1",
    *spaces: str,
    location: str = "frankfurt",
    weight: int = 0,
    region: str | None = None,
    by: str | None = None,
) -> list[Written]:
    """A network's connection to a circuit, told on both."""
    space = [prefix_of(each) for each in spaces or (f"10.{network_id[1:]}.0.0/16",)]
    used = AuthorizationUsed(authorization_id=by or "", network_id=network_id)
    return [
        *([(f"circuit/{circuit_id}", used)] if by else ()),
        (
            f"circuit/{circuit_id}",
            NetworkConnected(
                network_id=network_id,
                address_space=space,
                weight=weight,
                region=region,
                authorization_id=by,
            ),
        ),
        (
            f"network/{network_id}",
            ConnectedToCircuit(
                circuit_id=circuit_id, location_id=location, weight=weight, authorization_id=by
            ),
        ),
    ]


def peered(one: str = "c1", other: str = "c2", *, needs_premium: bool = False) -> list[Written]:
    """Two peer circuits, the first at frankfurt, the second at london."""
    at = {one: "frankfurt", other: "london"}
    return [
        (
            f"circuit/{here}",
            CircuitPeered(
                other_circuit_id=there, location_id=at[there], needs_premium=needs_premium
            ),
        )
        for here, there in ((one, other), (other, one))
    ]


def routes(circuit_id: str = "c1", *prefixes: str) -> Written:
    """What is advertised on a circuit's private peering."""
    listed: Sequence[str] = prefixes or ("192.168.0.0/16",)
    event = RoutesAdvertised(routing_domain="private", prefixes=list(map(prefix_of, listed)))
    return f"circuit/{circuit_id}", event


def a_route(to: str, hop: NextHop, address: str | None = None, *, subnet: str = "web") -> Written:
    """A route of a subnet of n1."""
    event = RouteSet(subnet=subnet, prefix=prefix_of(to), next_hop=hop, next_hop_address=address)
    return "network/n1", event


def a_rule(name: str, priority: int, access: Access, **fields: Any) -> Written:
    """A security rule of subnet web of n1: inbound, and for everything unless given otherwise."""
    said: dict[str, Any] = {
        "direction": "inbound",
        "protocol": "any",
        "source": ["any"],
        "source_ports": ["any"],
        "destination": ["any"],
        "destination_ports": ["any"],
    } | fields
    event = SecurityRuleSet(subnet="web", name=name, priority=priority, access=access, **said)
    return "network/n1", event
