"""Routes and security rules of a network's subnets.

Contract, second part, "Networks".
"""

from collections.abc import Iterable, Iterator
from typing import Final

from domain.decider.decisions import ALREADY_TRUE, Decision, Rule, Rules, accepted
from domain.decider.rights import sees
from domain.decider.states import Seen, States
from domain.network.events import RouteRemoved, RouteSet, SecurityRuleRemoved, SecurityRuleSet
from domain.network.routing_commands import (
    WORDS,
    RemoveRoute,
    RemoveSecurityRule,
    SetRoute,
    SetSecurityRule,
)
from domain.network.rules import circuits_of, linked, needs_linked, needs_linked_and_circuits
from domain.network.spaces import lies_in_any
from domain.network.state import Network, Route, Subnet, place_of, rule_of
from domain.profiles import Profile
from domain.words.messages import Command
from domain.words.prefix import IPV4, IPV6, WIDTH, Prefix, prefix
from domain.words.refusals import Refused, Warned, refused


def set_route(command: Command[SetRoute], network: Network, states: States) -> Decision:
    """A route for one prefix; its appliance is an address that the network reaches by itself."""
    asked = command.data
    subnet = network.subnets.get(asked.subnet)
    if subnet is None:
        return subnet_not_found(asked.subnet)
    route = Route(asked.next_hop, asked.next_hop_address)
    if subnet.routes.get(asked.prefix.text) == route:
        return ALREADY_TRUE
    if refusal := (
        host_bits("prefix", asked.prefix)
        or _hop_out_of_reach(asked, network, states)
        or _routes_reached(asked, subnet, states.terms.profile)
    ):
        return refusal
    event = RouteSet(
        subnet=asked.subnet,
        prefix=asked.prefix,
        next_hop=asked.next_hop,
        next_hop_address=asked.next_hop_address,
    )
    warnings = [*_unsupported(asked, network), *_overrides(command, network, states)]
    return accepted((command.subject, event), warnings=warnings)


def remove_route(command: Command[RemoveRoute], network: Network, states: States) -> Decision:
    """What is for the prefix goes by the next best route again."""
    asked = command.data
    subnet = network.subnets.get(asked.subnet)
    if subnet is None:
        return subnet_not_found(asked.subnet)
    if asked.prefix.text not in subnet.routes:
        return refused("not-found", kind="route", id=asked.prefix.text)
    return accepted((command.subject, RouteRemoved(subnet=asked.subnet, prefix=asked.prefix)))


def set_rule(command: Command[SetSecurityRule], network: Network, states: States) -> Decision:
    """One rule of a direction at each priority."""
    asked = command.data
    subnet = network.subnets.get(asked.subnet)
    if subnet is None:
        return subnet_not_found(asked.subnet)
    event = SecurityRuleSet(**asked.__dict__)
    if subnet.rules.get(asked.name) == rule_of(event):
        return ALREADY_TRUE
    if refusal := (
        _ends_with_host_bits(asked)
        or _priority_taken(asked, subnet)
        or _rules_reached(asked, subnet, states.terms.profile)
    ):
        return refusal
    return accepted((command.subject, event))


def remove_rule(command: Command[RemoveSecurityRule], network: Network, states: States) -> Decision:
    """Its name and its priority are then free for another."""
    asked = command.data
    subnet = network.subnets.get(asked.subnet)
    if subnet is None:
        return subnet_not_found(asked.subnet)
    if asked.name not in subnet.rules:
        return refused("not-found", kind="security rule", id=asked.name)
    return accepted((command.subject, SecurityRuleRemoved(subnet=asked.subnet, name=asked.name)))


def subnet_not_found(name: str) -> Refused:
    """Routes and rules name a subnet of the network."""
    return refused("not-found", kind="subnet", id=name)


def host_bits(field: str, asked: Prefix) -> Refused | None:
    """A prefix names a network, not an address in it."""
    if not asked.has_host_bits:
        return None
    because = f"it has host bits set, {asked.network} would be accepted"
    return refused("subnet-invalid", field=field, prefix=str(asked), because=because)


def _hop_out_of_reach(asked: SetRoute, network: Network, states: States) -> Refused | None:
    """An appliance lies in the network's space or in one linked to it, in the route's family."""
    address = asked.next_hop_address
    if address is None:
        return None
    hop = prefix(f"{address}/{WIDTH[IPV6 if ':' in address else IPV4]}")
    if hop.version != asked.prefix.version:
        because = f"an IPv{asked.prefix.version} route needs an IPv{asked.prefix.version} address"
    elif not any(lies_in_any(hop, space) for space in _spaces(network, states)):
        because = "it lies neither in the network's address space nor in one linked to it"
    else:
        return None
    return refused("subnet-invalid", field="next_hop_address", prefix=address, because=because)


def _spaces(network: Network, states: States) -> Iterable[tuple[Prefix, ...]]:
    yield network.address_space
    for other in linked(network, states).values():
        yield other.address_space


def _routes_reached(asked: SetRoute, subnet: Subnet, profile: Profile) -> Refused | None:
    used, allowed = len(subnet.routes), profile.routes_per_subnet
    if used < allowed or asked.prefix.text in subnet.routes:
        return None
    limit = f"routes of subnet {asked.subnet}"
    return refused("limit-reached", limit=limit, allowed=allowed, used=used)


def _rules_reached(asked: SetSecurityRule, subnet: Subnet, profile: Profile) -> Refused | None:
    used, allowed = len(subnet.rules), profile.rules_per_subnet
    if used < allowed or asked.name in subnet.rules:
        return None
    limit = f"security rules of subnet {asked.subnet}"
    return refused("limit-reached", limit=limit, allowed=allowed, used=used)


def _unsupported(asked: SetRoute, network: Network) -> list[Warned]:
    """A route to a gateway that does not take it: what is for its prefix is dropped."""
    has_vpn_alone = "vpn" in network.gateways and "expressroute" not in network.gateways
    if asked.next_hop != "VirtualNetworkGateway" or has_vpn_alone:
        return []
    facts = {"prefix": str(asked.prefix), "network_id": network.network_id}
    return [Warned("next-hop-unsupported", facts)]


def _overrides(command: Command[SetRoute], network: Network, states: States) -> Iterator[Warned]:
    """A default route of the subnet's own beats one that a circuit's customer side advertises."""
    asked = command.data
    if asked.prefix.length:
        return
    for circuit in circuits_of(network, states):
        if asked.prefix in circuit.default_routes and sees(command.actor, circuit.concern, states):
            yield overridden(circuit.circuit_id, network.network_id, asked.subnet, asked.prefix)


def overridden(circuit_id: str, network_id: str, subnet: str, prefix: Prefix) -> Warned:
    """Accepted, but the subnet's own default route beats the one of forced tunnelling."""
    facts = {
        "circuit_id": circuit_id,
        "network_id": network_id,
        "subnet": subnet,
        "prefix": str(prefix),
    }
    return Warned("forced-tunnelling-overridden", facts)


def needs_of_route(command: Command[SetRoute], seen: Seen) -> Iterable[str]:
    """The linked networks; for a default route the circuits, which may advertise one."""
    if command.data.prefix.length:
        return needs_linked(command, seen)
    return needs_linked_and_circuits(command, seen)


def _ends_with_host_bits(asked: SetSecurityRule) -> Refused | None:
    for field, ends in (("source", asked.source), ("destination", asked.destination)):
        for end in ends:
            if end not in WORDS and (refusal := host_bits(field, prefix(end))):
                return refusal
    return None


def _priority_taken(asked: SetSecurityRule, subnet: Subnet) -> Refused | None:
    name = subnet.priorities.get(place_of(asked.direction, asked.priority))
    if name is None or name == asked.name:
        return None
    return refused(
        "priority-taken",
        priority=asked.priority,
        direction=asked.direction,
        taken_by=name,
        subnet=asked.subnet,
    )


RULES: Final[Rules] = {
    SetRoute: Rule(set_route, "operate", needs=needs_of_route),
    RemoveRoute: Rule(remove_route, "operate"),
    SetSecurityRule: Rule(set_rule, "operate"),
    RemoveSecurityRule: Rule(remove_rule, "operate"),
}
