"""Address space of networks and their subnets: what may be in it, and what overlaps.

Contract, second part, "Networks" and "Links".
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product

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


def overlap_with(
    prefixes: Sequence[Prefix], others: Mapping[str, Network], seen: Callable[[Network], bool]
) -> Refused | None:
    """Address space that other networks have, too: each network is named with what removes it, and
    with its own prefix only to who sees it.
    """
    blockers: list[Blocker] = []
    first: Prefix | None = None
    for id, other in sorted(others.items()):
        for own, theirs in product(prefixes, other.address_space):
            if own.overlaps(theirs):
                with_what = f"{theirs} of network {id}" if seen(other) else f"network {id}"
                blockers.append(
                    Blocker(f"{with_what} overlaps {own}", f"change-address-space of {id}")
                )
                first = first or own
                break
    return _overlaps(first, blockers) if first else None


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
