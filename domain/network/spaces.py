"""Address space of networks and their subnets: what may be in it, and what overlaps.

Contract, second part, "Networks" and "Links".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product

from domain.network.circuits import ConnectedCircuit
from domain.network.commands import Gateway
from domain.network.state import Network
from domain.profiles import Profile
from domain.words.prefix import IPV4, IPV6, Prefix
from domain.words.refusals import Blocker, Refused, refused

LONGEST_IPV4 = 29
"""The longest length of an IPv4 prefix: the platform keeps five addresses of a subnet."""

SUBNET_IPV6 = 64
"""The one length of an IPv6 subnet."""


def prefix_invalid(prefixes: Sequence[Prefix], field: str, profile: Profile) -> Refused | None:
    """No host bits, no space that no network has, no IPv4 prefix longer than /29."""
    for prefix in prefixes:
        if because := _fault_of(prefix, profile):
            return refused("subnet-invalid", field=field, prefix=str(prefix), because=because)
    return None


def _fault_of(prefix: Prefix, profile: Profile) -> str | None:
    if prefix.has_host_bits:
        return f"it has host bits set, {prefix.network} would be accepted"
    if prefix.version == IPV4 and prefix.length > LONGEST_IPV4:
        return f"an IPv4 prefix of a network is no longer than /{LONGEST_IPV4}"
    return profile.address_space.why_no_network(prefix)


def subnet_length(prefix: Prefix) -> Refused | None:
    """An IPv6 subnet is a /64."""
    if prefix.version != IPV6 or prefix.length == SUBNET_IPV6:
        return None
    because = f"the length of an IPv6 subnet is /{SUBNET_IPV6}"
    return refused("subnet-invalid", field="prefix", prefix=str(prefix), because=because)


def overlap_within(prefixes: Sequence[Prefix]) -> Refused | None:
    """The prefixes of one address space don't overlap: every one that lies in another is named.

    Sorted, a prefix stands before those that lie in it.
    """
    inside: list[Blocker] = []
    outer = first = prefixes[0]
    for prefix in prefixes[1:]:
        if outer.overlaps(prefix):
            first = first if inside else outer
            inside.append(Blocker(f"{prefix} lies in {outer}", "leaving one of them out"))
        else:
            outer = prefix
    return _overlaps(first, inside)


Clash = tuple[Prefix, Blocker]
"""A prefix that was asked for, and what it overlaps, with what removes that."""


def clashes_with(
    prefixes: Sequence[Prefix], others: Mapping[str, Network], seen: Callable[[Network], bool]
) -> Iterator[Clash]:
    """Other networks that have some of the address space, each once; with their own prefix only to
    who sees them.
    """
    for id, other in sorted(others.items()):
        if clash := _first_clash(prefixes, other.address_space):
            own, theirs = clash
            with_what = f"{theirs} of network {id}" if seen(other) else f"network {id}"
            yield own, Blocker(f"{with_what} overlaps {own}", f"change-address-space of {id}")


def clashes_on(
    network_id: str, prefixes: Sequence[Prefix], circuit: ConnectedCircuit
) -> Iterator[Clash]:
    """What a circuit has of a network's address space: subnets of its peerings, and the space of
    other networks that are connected to it, each once.
    """
    id = circuit.circuit_id
    for name, subnet in circuit.link_subnets:
        if clash := _first_clash(prefixes, (subnet,)):
            what = f"{subnet}, the {name} of circuit {id}, overlaps {clash[0]}"
            yield clash[0], Blocker(what, f"change-peering of {id}")
    for other, connection in sorted(circuit.connections.items()):
        clash = None if other == network_id else _first_clash(prefixes, connection.address_space)
        if clash:
            what = f"network {other}, connected to circuit {id}, overlaps {clash[0]}"
            yield clash[0], Blocker(what, f"disconnect-network {other} from {id}")


def _first_clash(
    prefixes: Sequence[Prefix], others: Sequence[Prefix]
) -> tuple[Prefix, Prefix] | None:
    pairs = product(prefixes, others)
    return next((pair for pair in pairs if pair[0].overlaps(pair[1])), None)


def space_overlaps(clashes: Iterable[Clash]) -> Refused | None:
    """All that is in the way of an address space at once; the first prefix in the sentence."""
    found = list(clashes)
    return _overlaps(found[0][0], [blocker for _, blocker in found]) if found else None


def _overlaps(prefix: Prefix, blockers: Sequence[Blocker]) -> Refused | None:
    if not blockers:
        return None
    count = len(blockers)
    return refused("address-space-overlaps", *blockers, prefix=str(prefix), count=count)


def subnets_outside(network: Network, prefixes: Sequence[Prefix]) -> Refused | None:
    """Every subnet stays inside the address space."""
    outside = [
        Blocker(f"subnet {name}, {subnet.prefix}", f"remove-subnet {name}")
        for name, subnet in sorted(network.subnets.items())
        if not lies_in_any(subnet.prefix, prefixes)
    ]
    if not outside:
        return None
    id = network.network_id
    return refused("subnet-outside-address-space", *outside, network_id=id, count=len(outside))


def lies_in_any(prefix: Prefix, space: Iterable[Prefix]) -> bool:
    """Whether a prefix lies in one of an address space."""
    return any(prefix.lies_in(each) for each in space)


def gateway_required(network: Network, gateway: Gateway) -> Refused | None:
    """Links run over the VPN gateways of both networks, connections over ExpressRoute gateways."""
    if gateway in network.gateways:
        return None
    return refused("gateway-required", network_id=network.network_id, gateway=gateway)
