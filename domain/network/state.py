"""The state of a virtual network that the rules see, and how each event changes it."""

from collections.abc import Mapping
from typing import Any, Final, TypedDict, Unpack

from msgspec.structs import replace

from domain.decider.noun import Begin, Concern, Effect
from domain.decider.states import Key
from domain.network.commands import Gateway
from domain.network.events import (
    AddressSpaceChanged,
    GatewayAdded,
    GatewayRemoved,
    NetworkLinked,
    NetworkRegistered,
    NetworkRemoved,
    NetworkUnlinked,
    SubnetAdded,
    SubnetRemoved,
)
from domain.words.messages import Command
from domain.words.persistent import EMPTY, Persistent
from domain.words.prefix import Prefix, as_set
from domain.words.structs import Event, Frozen


class Network(Frozen):
    """A virtual network, present or removed (`removed_at`)."""

    network_id: str
    customer_id: str
    subscription_id: str
    address_space: tuple[Prefix, ...]
    """Disjoint prefixes: IPv4 first, by address."""
    region: str | None = None
    gateways: frozenset[Gateway] = frozenset()
    subnets: Persistent[str, Prefix] = EMPTY
    links: Persistent[str, None] = EMPTY
    """The networks that it is linked to."""
    removed_at: str | None = None


NETWORK: Final[Key[Network | None]] = Key("network")


class NetworkFields(TypedDict, total=False):
    """The fields of a network's state that an event changes."""

    address_space: tuple[Prefix, ...]
    gateways: frozenset[Gateway]
    subnets: Persistent[str, Prefix]
    links: Persistent[str, None]
    removed_at: str | None


def changed(network: Network, **fields: Unpack[NetworkFields]) -> Network:
    """A network with some fields replaced."""
    return replace(network, **fields)


def concern_of(network: Network) -> Concern:
    """A network concerns its customer, and roles for its subscription."""
    return Concern(network.customer_id, network.subscription_id)


def concern(command: Command[Any], network: Network) -> Concern:
    """Whom a command about a network concerns."""
    return concern_of(network)


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
    return changed(network, subnets=network.subnets.set(event.name, event.prefix))


def _subnet_removed(network: Network, event: SubnetRemoved, at: str) -> Network:
    return changed(network, subnets=network.subnets.delete(event.name))


def _linked(network: Network, event: NetworkLinked, at: str) -> Network:
    return changed(network, links=network.links.set(event.network_id, None))


def _unlinked(network: Network, event: NetworkUnlinked, at: str) -> Network:
    return changed(network, links=network.links.delete(event.network_id))


BEGINS: Final[Mapping[type[Event], Begin]] = {NetworkRegistered: _registered}

EFFECTS: Final[Mapping[type[Event], Effect]] = {
    AddressSpaceChanged: _address_space,
    NetworkRemoved: _removed,
    GatewayAdded: _gateway_added,
    GatewayRemoved: _gateway_removed,
    SubnetAdded: _subnet_added,
    SubnetRemoved: _subnet_removed,
    NetworkLinked: _linked,
    NetworkUnlinked: _unlinked,
}
"""How each event but the first changes a network."""
