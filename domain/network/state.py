"""The state of a virtual network that the rules see, and how each event changes it."""

from collections.abc import Mapping
from typing import Final, TypedDict, Unpack

from msgspec.structs import replace

from domain.decider.concern import Concern
from domain.decider.noun import Begin, Effect
from domain.decider.states import Key
from domain.network.commands import Gateway
from domain.network.events import (
    AddressSpaceChanged,
    ConnectedToCircuit,
    DisconnectedFromCircuit,
    GatewayAdded,
    GatewayRemoved,
    NetworkLinked,
    NetworkRegistered,
    NetworkRemoved,
    NetworkUnlinked,
    RouteRemoved,
    RouteSet,
    SecurityRuleRemoved,
    SecurityRuleSet,
    SubnetAdded,
    SubnetRemoved,
)
from domain.network.routing_commands import Access, Direction, NextHop, Protocol
from domain.words.persistent import EMPTY, Persistent
from domain.words.prefix import Prefix, as_set
from domain.words.structs import Event, Frozen


class Route(Frozen):
    """Where a subnet sends what is for a prefix."""

    next_hop: NextHop
    next_hop_address: str | None


class SecurityRule(Frozen):
    """What a subnet lets pass, or does not."""

    priority: int
    direction: Direction
    access: Access
    protocol: Protocol
    source: tuple[str, ...]
    source_ports: tuple[str, ...]
    destination: tuple[str, ...]
    destination_ports: tuple[str, ...]


class Subnet(Frozen):
    """A subnet with its own routes and its security rules."""

    prefix: Prefix
    routes: Persistent[str, Route] = EMPTY
    """By the texts of their prefixes."""
    rules: Persistent[str, SecurityRule] = EMPTY
    """By name."""
    priorities: Persistent[str, str] = EMPTY
    """The name of the rule of each direction and priority: `inbound 100`."""


class Network(Frozen):
    """A virtual network, present or removed (`removed_at`)."""

    network_id: str
    customer_id: str
    subscription_id: str
    address_space: tuple[Prefix, ...]
    """Disjoint prefixes: IPv4 first, by address."""
    region: str | None = None
    gateways: frozenset[Gateway] = frozenset()
    subnets: Persistent[str, Subnet] = EMPTY
    links: Persistent[str, None] = EMPTY
    """The networks that it is linked to."""
    connections: Persistent[str, str] = EMPTY
    """The location of each circuit that it is connected to."""
    removed_at: str | None = None


NETWORK: Final[Key[Network | None]] = Key("network")


class NetworkFields(TypedDict, total=False):
    """The fields of a network's state that an event changes."""

    address_space: tuple[Prefix, ...]
    gateways: frozenset[Gateway]
    subnets: Persistent[str, Subnet]
    links: Persistent[str, None]
    connections: Persistent[str, str]
    removed_at: str | None


def changed(network: Network, **fields: Unpack[NetworkFields]) -> Network:
    """A network with some fields replaced."""
    return replace(network, **fields)


def concern_of(network: Network) -> Concern:
    """A network concerns its customer, and roles for its subscription."""
    return Concern(network.customer_id, network.subscription_id)


def _registered(id: str, event: NetworkRegistered) -> Network:
    return Network(
        network_id=id,
        customer_id=event.customer_id,
        subscription_id=event.subscription_id,
        address_space=as_set(event.address_space),
        region=event.region,
    )


def _address_space(network: Network, event: AddressSpaceChanged, at: str) -> Network:
    return changed(network, address_space=as_set(event.address_space))


def _removed(network: Network, event: NetworkRemoved, at: str) -> Network:
    return changed(network, removed_at=at)


def _gateway_added(network: Network, event: GatewayAdded, at: str) -> Network:
    gateways = frozenset[Gateway]((*network.gateways, event.gateway))
    return changed(network, gateways=gateways)


def _gateway_removed(network: Network, event: GatewayRemoved, at: str) -> Network:
    left: list[Gateway] = [each for each in network.gateways if each != event.gateway]
    return changed(network, gateways=frozenset(left))


def _subnet_added(network: Network, event: SubnetAdded, at: str) -> Network:
    return changed(network, subnets=network.subnets.set(event.name, Subnet(event.prefix)))


def _subnet_removed(network: Network, event: SubnetRemoved, at: str) -> Network:
    return changed(network, subnets=network.subnets.delete(event.name))


def _route_set(network: Network, event: RouteSet, at: str) -> Network:
    subnet = network.subnets[event.subnet]
    route = Route(event.next_hop, event.next_hop_address)
    after = replace(subnet, routes=subnet.routes.set(event.prefix.text, route))
    return _with_subnet(network, event.subnet, after)


def _route_removed(network: Network, event: RouteRemoved, at: str) -> Network:
    subnet = network.subnets[event.subnet]
    after = replace(subnet, routes=subnet.routes.delete(event.prefix.text))
    return _with_subnet(network, event.subnet, after)


def _rule_set(network: Network, event: SecurityRuleSet, at: str) -> Network:
    subnet = _without_priority(network.subnets[event.subnet], event.name)
    rule = rule_of(event)
    after = replace(
        subnet,
        rules=subnet.rules.set(event.name, rule),
        priorities=subnet.priorities.set(place_of(rule.direction, rule.priority), event.name),
    )
    return _with_subnet(network, event.subnet, after)


def _rule_removed(network: Network, event: SecurityRuleRemoved, at: str) -> Network:
    subnet = _without_priority(network.subnets[event.subnet], event.name)
    after = replace(subnet, rules=subnet.rules.delete(event.name))
    return _with_subnet(network, event.subnet, after)


def rule_of(said: SecurityRuleSet) -> SecurityRule:
    """A rule as the state has it."""
    return SecurityRule(
        priority=said.priority,
        direction=said.direction,
        access=said.access,
        protocol=said.protocol,
        source=tuple(said.source),
        source_ports=tuple(said.source_ports),
        destination=tuple(said.destination),
        destination_ports=tuple(said.destination_ports),
    )


def place_of(direction: Direction, priority: int) -> str:
    """A rule's place, which no other rule of the subnet has."""
    return f"{direction} {priority}"


def _without_priority(subnet: Subnet, name: str) -> Subnet:
    rule = subnet.rules.get(name)
    if rule is None:
        return subnet
    place = place_of(rule.direction, rule.priority)
    if subnet.priorities.get(place) != name:
        return subnet
    return replace(subnet, priorities=subnet.priorities.delete(place))


def _with_subnet(network: Network, name: str, subnet: Subnet) -> Network:
    return changed(network, subnets=network.subnets.set(name, subnet))


def _linked(network: Network, event: NetworkLinked, at: str) -> Network:
    return changed(network, links=network.links.set(event.network_id, None))


def _unlinked(network: Network, event: NetworkUnlinked, at: str) -> Network:
    return changed(network, links=network.links.delete(event.network_id))


def _connected(network: Network, event: ConnectedToCircuit, at: str) -> Network:
    connections = network.connections.set(event.circuit_id, event.location_id)
    return changed(network, connections=connections)


def _disconnected(network: Network, event: DisconnectedFromCircuit, at: str) -> Network:
    return changed(network, connections=network.connections.delete(event.circuit_id))


BEGINS: Final[Mapping[type[Event], Begin]] = {NetworkRegistered: _registered}

EFFECTS: Final[Mapping[type[Event], Effect]] = {
    AddressSpaceChanged: _address_space,
    NetworkRemoved: _removed,
    GatewayAdded: _gateway_added,
    GatewayRemoved: _gateway_removed,
    SubnetAdded: _subnet_added,
    SubnetRemoved: _subnet_removed,
    RouteSet: _route_set,
    RouteRemoved: _route_removed,
    SecurityRuleSet: _rule_set,
    SecurityRuleRemoved: _rule_removed,
    NetworkLinked: _linked,
    NetworkUnlinked: _unlinked,
    ConnectedToCircuit: _connected,
    DisconnectedFromCircuit: _disconnected,
}
"""How each event but the first changes a network."""
