"""What the customer's side advertises on a private peering.

Contract, second part, "Advertised routes"; rule book, "Security" (forced tunnelling).
"""

from collections.abc import Iterable, Iterator
from typing import Final

from domain.circuit.connection_commands import AdvertiseRoutes
from domain.circuit.connection_events import RoutesAdvertised
from domain.circuit.connections import networks_of
from domain.circuit.encryption import bypassed
from domain.circuit.guard import CircuitRule
from domain.circuit.peering_rules import near_limits, over_limit, peering_not_found
from domain.circuit.state import CIRCUIT, Circuit
from domain.decider.decisions import ALREADY_TRUE, Decision, Rules, Written, accepted
from domain.decider.rights import sees
from domain.decider.states import Seen, States
from domain.network.routing import host_bits, overridden
from domain.network.spaces import lies_in_any
from domain.network.state import NETWORK, concern_of
from domain.words.messages import Command
from domain.words.prefix import Prefix, as_set
from domain.words.refusals import Refused, Warned


def advertise(command: Command[AdvertiseRoutes], circuit: Circuit, states: States) -> Decision:
    """The whole list anew, as a set; 0.0.0.0/0 and ::/0 are forced tunnelling."""
    asked = command.data
    peering = circuit.peering(asked.routing_domain)
    if peering is None:
        return peering_not_found(circuit, asked)
    if refusal := _any_host_bits(asked.prefixes):
        return refusal
    routes = as_set(asked.prefixes)
    if routes == peering.advertised_routes:
        return ALREADY_TRUE
    if refusal := over_limit(routes, asked.routing_domain, circuit):
        return refusal
    event = RoutesAdvertised(routing_domain=asked.routing_domain, prefixes=list(routes))
    warnings = (
        *near_limits(routes, asked.routing_domain, circuit),
        *_overlapping(routes, circuit),
        *_overridden(command, circuit, states),
        *bypassed(circuit, circuit.encryption, routes),
    )
    return accepted((command.subject, event), warnings=warnings)


def _any_host_bits(prefixes: Iterable[Prefix]) -> Refused | None:
    return next(filter(None, (host_bits("prefixes", each) for each in prefixes)), None)


def _overlapping(routes: Iterable[Prefix], circuit: Circuit) -> Iterator[Warned]:
    """Routes that lie inside a connected network, whose own routes win; one warning a network."""
    for id, connection in sorted(circuit.connections.items()):
        inside = [each for each in routes if lies_in_any(each, connection.address_space)]
        if inside:
            facts = {"network_id": id, "prefix": str(inside[0]), "count": len(inside)}
            yield Warned("route-overlaps-network", facts)


def _overridden(
    command: Command[AdvertiseRoutes], circuit: Circuit, states: States
) -> Iterator[Warned]:
    """The subnets whose own default route beats one that is advertised, as far as they are seen."""
    defaults = [each for each in as_set(command.data.prefixes) if each.length == 0]
    for id in sorted(circuit.connections) if defaults else ():
        network = states.of(NETWORK, id)
        if network is None or not sees(command.actor, concern_of(network), states):
            continue
        for name, subnet in sorted(network.subnets.items()):
            for each in defaults:
                if each.text in subnet.routes:
                    yield overridden(circuit.circuit_id, id, name, each)


def copied(old: Circuit, successor: Circuit) -> Iterator[Written]:
    """The successor's new private peering carries the routes of the old circuit's."""
    private = old.peering("private")
    if private and private.advertised_routes and successor.peering("private") is None:
        routes = list(private.advertised_routes)
        event = RoutesAdvertised(routing_domain="private", prefixes=routes)
        yield CIRCUIT.stream(successor.circuit_id), event


def needs_networks(command: Command[AdvertiseRoutes], seen: Seen) -> Iterable[str]:
    """With a default route the connected networks, whose subnets may have their own."""
    circuit: Circuit | None = seen.subject
    is_forced = any(each.length == 0 for each in command.data.prefixes)
    return networks_of(circuit.connections) if circuit and is_forced else ()


RULES: Final[Rules] = {
    AdvertiseRoutes: CircuitRule(advertise, "operate", needs=needs_networks),
}
