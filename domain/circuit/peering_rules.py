"""The rules on a peering's values, one function each, in the order they are checked.

Checks of single values come before checks of values against each other; both groups keep the order
of the code table.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from domain.circuit.addresses import subnet_in_use
from domain.circuit.peering_commands import PeeringCommand
from domain.circuit.state import Circuit, WantedPeering
from domain.customer.state import CUSTOMER
from domain.decider.states import States
from domain.profiles import Profile
from domain.words.prefix import IPV4, IPV6, Prefix
from domain.words.refusals import Refused, Warned, refused
from domain.words.values import RoutingDomain

SUBNET_LENGTH: Final = {IPV4: 30, IPV6: 126}
"""Each connection has a subnet with two usable addresses: ours, then the cloud's."""


def judged(
    wanted: WantedPeering, fresh: WantedPeering, circuit: Circuit, states: States
) -> Refused | None:
    """The first rule that the values of a new or changed peering break.

    `fresh` has only those subnets and prefixes that the peering did not have before: what stands
    is not judged again. Whether its routing domain is offered is checked before, whose its
    prefixes are afterwards.
    """
    profile = circuit.profile
    return (
        subnet_invalid(fresh, profile)
        or asn_reserved(wanted, profile)
        or prefixes_required(wanted)
        or prefix_limit(wanted, circuit)
        or isolation_required(wanted, circuit, states)
        or vlan_taken(wanted, circuit)
        or subnet_overlaps(wanted, circuit)
        or subnet_in_use(fresh, circuit, states)
    )


def routing_domain_retired(wanted: WantedPeering, profile: Profile) -> Refused | None:
    """Public peerings are legacy: new ones only under the profile of 2016."""
    if wanted.routing_domain != "public" or profile.new_public_peerings:
        return None
    return refused("routing-domain-retired", routing_domain="public", profile=profile.name)


def subnet_invalid(wanted: WantedPeering, profile: Profile) -> Refused | None:
    """/30 or /126, host bits clear, public where the routing domain is; prefixes are always."""
    for name, subnet in wanted.subnets:
        if because := _fault_of_subnet(name, subnet, wanted, profile):
            return refused("subnet-invalid", field=name, prefix=str(subnet), because=because)
    for prefix in wanted.advertised_prefixes or ():
        because = _host_bits(prefix) or profile.address_space.why_not_advertised(prefix)
        if because:
            return refused(
                "subnet-invalid", field="advertised_prefixes", prefix=str(prefix), because=because
            )
    return None


def _fault_of_subnet(
    name: str, subnet: Prefix, wanted: WantedPeering, profile: Profile
) -> str | None:
    version = subnet.version
    if wanted.routing_domain == "public" and version == IPV6:
        return "public peering is IPv4 only"
    family = IPV6 if name.endswith("_v6") else IPV4
    if version != family:
        return f"it must be an IPv{family} prefix"
    length = SUBNET_LENGTH[version]
    if subnet.length != length:
        return f"its length must be /{length}"
    space = profile.address_space
    because = _host_bits(subnet) or space.why_never_linked(subnet)
    return because or (space.why_not_global(subnet) if wanted.is_public else None)


def _host_bits(prefix: Prefix) -> str | None:
    if prefix.address == prefix.first:
        return None
    return f"it has host bits set, {prefix.network} would be accepted"


def asn_reserved(wanted: WantedPeering, profile: Profile) -> Refused | None:
    """Numbers that are the cloud's, or that nobody may use (RFC 7607, RFC 5398, RFC 7300)."""
    for reserved in profile.asn_never:
        if wanted.peer_asn in reserved:
            return refused("asn-reserved", peer_asn=wanted.peer_asn)
    return None


def prefixes_required(wanted: WantedPeering) -> Refused | None:
    """A microsoft peering is there for the prefixes that it advertises."""
    if wanted.routing_domain == "microsoft" and not wanted.advertised_prefixes:
        return refused("prefixes-required", routing_domain="microsoft")
    return None


def prefix_limit(wanted: WantedPeering, circuit: Circuit) -> Refused | None:
    """Over the limit the BGP session would drop, so the command is refused."""
    return over_limit(wanted.advertised_prefixes or (), wanted.routing_domain, circuit)


def warnings_of(wanted: WantedPeering, circuit: Circuit) -> Iterable[Warned]:
    """Accepted, but near the limit on prefixes."""
    return near_limits(wanted.advertised_prefixes or (), wanted.routing_domain, circuit)


def over_limit(
    prefixes: Collection[Prefix], routing_domain: RoutingDomain, circuit: Circuit
) -> Refused | None:
    """The refusal of more prefixes than a peering may carry."""
    for family, count, allowed in against_limits(prefixes, routing_domain, circuit):
        if count > allowed:
            return refused("prefix-limit", **_figures(routing_domain, family, count, allowed))
    return None


def near_limits(
    prefixes: Collection[Prefix], routing_domain: RoutingDomain, circuit: Circuit
) -> Iterable[Warned]:
    """A warning for each family that comes near the limit of a peering."""
    near: list[Warned] = []
    for family, count, allowed in against_limits(prefixes, routing_domain, circuit):
        near += near_limit(circuit.profile, routing_domain, family, count, allowed)
    return near


def near_limit(
    profile: Profile, domain: RoutingDomain, family: str, count: int, allowed: int
) -> list[Warned]:
    """So many prefixes that a limit is near, or passed."""
    if not count or count * 100 < allowed * profile.prefix_warning_percent:
        return []
    figures = _figures(domain, family, count, allowed)
    return [Warned("prefix-limit-near", {**figures, "percent": count * 100 // allowed})]


def nothing_advertised(
    circuit: Circuit, routing_domain: RoutingDomain, route_filter_id: str | None
) -> list[Warned]:
    """Accepted, but the cloud announces nothing on a microsoft peering without a filter."""
    if routing_domain != "microsoft" or route_filter_id or not circuit.profile.route_filters:
        return []
    facts = {"routing_domain": routing_domain, "circuit_id": circuit.circuit_id}
    return [Warned("nothing-advertised", facts)]


def against_limits(
    prefixes: Collection[Prefix], routing_domain: RoutingDomain, circuit: Circuit
) -> Sequence[tuple[str, int, int]]:
    """Of each address family how many prefixes there are, and how many a peering may carry."""
    if not prefixes:
        return ()
    counts, profile = prefixes_by_family(prefixes), circuit.profile
    return (
        ("IPv4", counts["IPv4"], profile.prefixes_ipv4[routing_domain, circuit.tier]),
        ("IPv6", counts["IPv6"], profile.prefixes_ipv6[routing_domain]),
    )


def prefixes_by_family(prefixes: Iterable[Prefix]) -> dict[str, int]:
    """How many prefixes there are of each address family."""
    versions = [prefix.version for prefix in prefixes]
    return {"IPv4": versions.count(IPV4), "IPv6": versions.count(IPV6)}


def _figures(
    routing_domain: RoutingDomain, family: str, count: int, allowed: int
) -> dict[str, Any]:
    return {
        "routing_domain": routing_domain,
        "family": family,
        "count": count,
        "allowed": allowed,
    }


def isolation_required(wanted: WantedPeering, circuit: Circuit, states: States) -> Refused | None:
    """Public and private traffic of a customer with isolation never share a circuit."""
    customer = states.of(CUSTOMER, circuit.customer_id)
    if customer is None or customer.isolation == "shared":
        return None
    others = [each.routing_domain for each in circuit.peerings]
    if not any((domain == "private") != (not wanted.is_public) for domain in others):
        return None
    return refused(
        "isolation-required",
        customer_id=circuit.customer_id,
        circuit_id=circuit.circuit_id,
        carries=others,
        routing_domain=wanted.routing_domain,
    )


def vlan_taken(wanted: WantedPeering, circuit: Circuit) -> Refused | None:
    """A VLAN id is unique on the circuit."""
    for other in circuit.peerings:
        if other.vlan == wanted.vlan and other.routing_domain != wanted.routing_domain:
            id, by = circuit.circuit_id, other.routing_domain
            return refused("vlan-taken", vlan=wanted.vlan, taken_by=by, circuit_id=id)
    return None


def subnet_overlaps(wanted: WantedPeering, circuit: Circuit) -> Refused | None:
    """Subnets overlap neither each other, nor those of any other peering of the circuit, nor the
    address space of a network that is connected to it.
    """
    taken = [*_subnets_of_others(wanted, circuit), *_connected_spaces(circuit)]
    for name, subnet in wanted.subnets:
        for other_field, other in taken:
            if subnet.overlaps(other):
                return refused(
                    "subnet-overlaps",
                    field=name,
                    prefix=str(subnet),
                    other=str(other),
                    other_field=other_field,
                )
        taken.append((name, subnet))
    return None


def _subnets_of_others(wanted: WantedPeering, circuit: Circuit) -> Iterable[tuple[str, Prefix]]:
    for peering in circuit.peerings:
        if peering.routing_domain != wanted.routing_domain:
            yield from peering.described_subnets


def _connected_spaces(circuit: Circuit) -> Iterable[tuple[str, Prefix]]:
    for id, connection in sorted(circuit.connections.items()):
        for space in connection.address_space:
            yield f"address space of network {id}", space


def peering_not_found(circuit: Circuit, asked: PeeringCommand) -> Refused:
    """The circuit has no peering of that routing domain."""
    return refused("peering-not-found", **which(circuit, asked))


def which(circuit: Circuit, asked: PeeringCommand) -> dict[str, Any]:
    """The peering that a command is about, as facts of a refusal."""
    return {"circuit_id": circuit.circuit_id, "routing_domain": asked.routing_domain}
