"""Gateways and subnets of a network.

Contract, second part, "Networks".
"""

from typing import Final

from domain.decider.decisions import Decision, Rule, Rules, accepted
from domain.decider.states import States
from domain.network.commands import AddGateway, AddSubnet, RemoveGateway, RemoveSubnet
from domain.network.events import GatewayAdded, GatewayRemoved, SubnetAdded, SubnetRemoved
from domain.network.rules import connection_blockers, link_blockers
from domain.network.spaces import lies_in_any, prefix_invalid, subnet_length
from domain.network.state import Network
from domain.words.messages import Command
from domain.words.prefix import Prefix
from domain.words.refusals import Blocker, Refused, refused


def add_gateway(command: Command[AddGateway], network: Network, states: States) -> Decision:
    """One gateway of each kind at most."""
    gateway = command.data.kind
    if gateway in network.gateways:
        return refused("gateway-exists", network_id=network.network_id, gateway=gateway)
    return accepted((command.subject, GatewayAdded(gateway=gateway)))


def remove_gateway(command: Command[RemoveGateway], network: Network, states: States) -> Decision:
    """Only one that nothing needs: links need the VPN gateway, connections the other."""
    gateway, id = command.data.kind, network.network_id
    if gateway not in network.gateways:
        return refused("not-found", kind="gateway", id=gateway)
    blockers = link_blockers(network) if gateway == "vpn" else connection_blockers(network)
    if blockers:
        return refused(
            "gateway-in-use", *blockers, network_id=id, gateway=gateway, count=len(blockers)
        )
    return accepted((command.subject, GatewayRemoved(gateway=gateway)))


def add_subnet(command: Command[AddSubnet], network: Network, states: States) -> Decision:
    """Inside the address space, beside the other subnets."""
    name, prefix = command.data.name, command.data.prefix
    if name in network.subnets:
        return refused("already-exists", kind="subnet", id=name)
    refusal = (
        prefix_invalid([prefix], "prefix", states.terms.profile)
        or subnet_length(prefix)
        or _subnet_overlaps(network, prefix)
        or _outside(network, name, prefix)
    )
    if refusal:
        return refusal
    return accepted((command.subject, SubnetAdded(name=name, prefix=prefix)))


def remove_subnet(command: Command[RemoveSubnet], network: Network, states: States) -> Decision:
    """Its routes and rules go with it; its name is then free for another."""
    name = command.data.name
    if name not in network.subnets:
        return refused("not-found", kind="subnet", id=name)
    return accepted((command.subject, SubnetRemoved(name=name)))


def _outside(network: Network, name: str, prefix: Prefix) -> Refused | None:
    if lies_in_any(prefix, network.address_space):
        return None
    id = network.network_id
    blocker = Blocker(f"subnet {name}, {prefix}", f"change-address-space of {id}, to hold it")
    return refused("subnet-outside-address-space", blocker, network_id=id, count=1)


def _subnet_overlaps(network: Network, prefix: Prefix) -> Refused | None:
    for name, subnet in sorted(network.subnets.items()):
        other = subnet.prefix
        if other.overlaps(prefix):
            return refused(
                "subnet-overlaps",
                field="prefix",
                prefix=str(prefix),
                other=str(other),
                other_field=f"subnet {name}",
            )
    return None


RULES: Final[Rules] = {
    AddGateway: Rule(add_gateway, "operate"),
    RemoveGateway: Rule(remove_gateway, "operate"),
    AddSubnet: Rule(add_subnet, "operate"),
    RemoveSubnet: Rule(remove_subnet, "operate"),
}
