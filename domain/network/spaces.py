"""Address space of networks and their subnets: what may be in it, and what overlaps.

Contract, second part, "Networks" and "Links".
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

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
    """The prefixes of one address space don't overlap; sorted, only neighbours can."""
    for one, other in pairwise(prefixes):
        if one.overlaps(other):
            blocker = Blocker(f"{other} of the same address space", "leaving one of them out")
            return refused("address-space-overlaps", blocker, prefix=str(one), count=1)
    return None


def overlap_with(prefixes: Iterable[Prefix], others: Mapping[str, Network]) -> list[Blocker]:
    """Every prefix of other networks that overlaps: each with what removes it."""
    return [
        Blocker(f"{theirs} of network {id} overlaps {own}", f"change-address-space of {id}")
        for id, other in sorted(others.items())
        for theirs in other.address_space
        for own in prefixes
        if own.overlaps(theirs)
    ]


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
