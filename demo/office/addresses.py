"""Address space: every customer has its own public block, given by its number, and links in it.

A customer's IPv4 block is a /20: its lower half is what the customer advertises, in /24s, its
upper half the links of its public and microsoft peerings. IPv6: a /48 to advertise, one for links.
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from random import Random

CSP_PREFIX = "185.0.0.0/16"
"""The CSP's own prefix; each of its customers may advertise one part of it."""
CLAIMS = 9
"""How many prefixes a customer can claim: eight /24 and one /48."""

_FIRST_OCTETS = (31, 46, 62, *range(77, 96), 109, 176, 178, 188, 193, 194, 195, 212, 213, 217)
_BLOCKS_PER_OCTET = 4096


def block(number: int) -> IPv4Network:
    """The /20 of a customer."""
    octet, rest = divmod(number, _BLOCKS_PER_OCTET)
    return IPv4Network((IPv4Address((_FIRST_OCTETS[octet] << 24) + (rest << 12)), 20))


def claimable(number: int, index: int) -> str:
    """The customer's prefix number `index` (0 to 8): a /24, but the /48 comes second."""
    if index == 1:
        return str(IPv6Network((int(IPv6Address("2a10::")) + (number << 80), 48)))
    base = int(block(number).network_address)
    return str(IPv4Network((base + (max(index - 1, 0) << 8), 24)))


def many_prefixes(number: int, count: int) -> list[str]:
    """`count` different /29 prefixes of the customer's lower half, at most 256."""
    base = int(block(number).network_address)
    return [str(IPv4Network((base + (index << 3), 29))) for index in range(count)]


def of_the_csp(number: int) -> str:
    """The /28 of the CSP's own prefix that the customer may advertise."""
    base = int(IPv4Network(CSP_PREFIX).network_address)
    return str(IPv4Network((base + (number << 4), 28)))


PUBLIC_LINKS = 256
"""How many public peerings a customer can have had with links of IPv4."""


def public_links(number: int, index: int) -> list[str]:
    """Two /30 of the customer's upper half, for the primary and the secondary connection; an index
    below `PUBLIC_LINKS`, each of which is used once.
    """
    base = int(block(number).network_address) + (1 << 11) + (index % PUBLIC_LINKS << 3)
    return [str(IPv4Network((base + step, 30))) for step in (0, 4)]


def public_links_v6(number: int, index: int) -> list[str]:
    """Two /126 of the customer's own links; each index is used once."""
    base = int(IPv6Address("2a11::")) + (number << 80) + (index + 1 << 3)
    return [str(IPv6Network((base + step, 126))) for step in (0, 4)]


def private_links(rng: Random) -> list[str]:
    """Two /30 of private address space (RFC 1918)."""
    start, bits = rng.choice((("10.0.0.0", 24), ("172.16.0.0", 20), ("192.168.0.0", 16)))
    base = int(IPv4Address(start)) + (rng.randrange(1 << (bits - 3)) << 3)
    return [str(IPv4Network((base + step, 30))) for step in (0, 4)]


def private_links_v6(rng: Random, number: int) -> list[str]:
    """Two /126 of unique local address space (RFC 4193)."""
    base = int(IPv6Address("fd00::")) + (number << 80) + (rng.randrange(1, 65536) << 3)
    return [str(IPv6Network((base + step, 126))) for step in (0, 4)]


def network_space(number: int) -> str:
    """The /20 of a customer's network number `number`, private space (RFC 1918); below 4,096."""
    return str(IPv4Network((int(IPv4Address("10.0.0.0")) + (number << 12), 20)))


def more_space(number: int) -> str:
    """The /24 by which that network may grow."""
    return str(IPv4Network((int(IPv4Address("172.16.0.0")) + (number << 8), 24)))


def network_space_v6(customer: int, number: int) -> str:
    """The /56 of that network, unique local space (RFC 4193)."""
    return str(IPv6Network((int(IPv6Address("fd01::")) + (customer << 80) + (number << 72), 56)))


def subnet_of(space: str, index: int) -> str:
    """The subnet number `index` of a network's space: a /24 (index below 16), or a /64."""
    whole = _network(space)
    length = 64 if whole.version == 6 else 24
    base = int(whole.network_address) + (index << (whole.max_prefixlen - length))
    return str(ip_network((base, length)))


def address_in(prefix: str, host: int) -> str:
    """The address number `host` of a prefix."""
    return str(_network(prefix)[host])


@lru_cache(maxsize=4096)
def _network(prefix: str) -> IPv4Network | IPv6Network:
    return ip_network(prefix)


def any_overlap(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two address spaces share an address."""
    taken = list(others)
    return any(overlap(one, other) for one in some for other in taken)


def overlap(one: str, other: str) -> bool:
    """Whether two prefixes share an address."""
    first, second = _network(one), _network(other)
    return first.version == second.version and first.overlaps(second)


def lies_inside(inner: str, outer: str) -> bool:
    """Whether `inner` equals `outer` or lies inside it."""
    return overlap(inner, outer) and ip_network(inner).prefixlen >= ip_network(outer).prefixlen


def part_of(rng: Random, prefix: str) -> str:
    """A prefix itself, or a part of it that somebody would advertise."""
    network = ip_network(prefix)
    if network.version == 6 or rng.random() < 0.6:
        return prefix
    length = rng.choice((25, 26))
    base = int(network.network_address) + (rng.randrange(1 << (length - 24)) << (32 - length))
    return str(IPv4Network((base, length)))
