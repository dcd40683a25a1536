"""What happened to a virtual network."""

from typing import ClassVar

from domain.network.commands import Gateway
from domain.network.routing_commands import Access, Direction, NextHop, Priority, Protocol
from domain.words.structs import Event
from domain.words.values import CircuitId, Identifier, Network


class NetworkRegistered(Event):
    kind: ClassVar[str] = "tieline.network.registered.v1"
    customer_id: Identifier
    subscription_id: Identifier
    address_space: list[Network]
    region: str | None = None


class AddressSpaceChanged(Event):
    kind: ClassVar[str] = "tieline.network.address-space-changed.v1"
    address_space: list[Network]


class NetworkRemoved(Event):
    kind: ClassVar[str] = "tieline.network.removed.v1"


class GatewayAdded(Event):
    kind: ClassVar[str] = "tieline.network.gateway-added.v1"
    gateway: Gateway


class GatewayRemoved(Event):
    kind: ClassVar[str] = "tieline.network.gateway-removed.v1"
    gateway: Gateway


class SubnetAdded(Event):
    kind: ClassVar[str] = "tieline.network.subnet-added.v1"
    name: Identifier
    prefix: Network


class SubnetRemoved(Event):
    kind: ClassVar[str] = "tieline.network.subnet-removed.v1"
    name: Identifier


class NetworkLinked(Event):
    """Linked to another network, over the VPN gateways of both; written on both."""

    kind: ClassVar[str] = "tieline.network.linked.v1"
    network_id: Identifier


class NetworkUnlinked(Event):
    kind: ClassVar[str] = "tieline.network.unlinked.v1"
    network_id: Identifier


class ConnectedToCircuit(Event):
    """Connected to a circuit; written on both."""

    kind: ClassVar[str] = "tieline.network.connected.v1"
    circuit_id: CircuitId
    location_id: Identifier
    weight: int
    authorization_id: Identifier | None = None


class DisconnectedFromCircuit(Event):
    kind: ClassVar[str] = "tieline.network.disconnected.v1"
    circuit_id: CircuitId


class RouteSet(Event):
    """A route of a subnet, in place of one for the same prefix."""

    kind: ClassVar[str] = "tieline.network.route-set.v1"
    subnet: Identifier
    prefix: Network
    next_hop: NextHop
    next_hop_address: str | None = None


class RouteRemoved(Event):
    kind: ClassVar[str] = "tieline.network.route-removed.v1"
    subnet: Identifier
    prefix: Network


class SecurityRuleSet(Event):
    """A security rule of a subnet, in place of one of the same name."""

    kind: ClassVar[str] = "tieline.network.security-rule-set.v1"
    subnet: Identifier
    name: Identifier
    priority: Priority
    direction: Direction
    access: Access
    protocol: Protocol
    source: list[str]
    source_ports: list[str]
    destination: list[str]
    destination_ports: list[str]


class SecurityRuleRemoved(Event):
    kind: ClassVar[str] = "tieline.network.security-rule-removed.v1"
    subnet: Identifier
    name: Identifier
