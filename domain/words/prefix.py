"""An address prefix as numbers, so that rules compare integers.

`ipaddress` reads and writes the addresses; its networks take thirty times as long to compare, and a
peering's rules compare a dozen of them (docs/decisions/0003).
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

IPV4, IPV6 = 4, 6
WIDTH: Final = {IPV4: 32, IPV6: 128}
"""Bits of an address of each family."""


class Prefix(NamedTuple):
    """A prefix as it was written. Host bits may be set; a rule refuses them."""

    text: str
    """In the usual form: `10.0.0.0/30`, `2001:db8::/32`."""
    version: int
    """4 or 6."""
    address: int
    length: int
    first: int
    last: int
    """The first and the last address in it."""

    def __str__(self) -> str:
        return self.text

    @property
    def has_host_bits(self) -> bool:
        """Whether the address written is not the first one in it."""
        return self.address != self.first

    @property
    def network(self) -> "Prefix":
        """The prefix without host bits."""
        if not self.has_host_bits:
            return self
        kind = IPv4Address if self.version == IPV4 else IPv6Address
        return _made(str(kind(self.first)), self.version, self.first, self.length)

    def overlaps(self, other: "Prefix") -> bool:
        """Whether the two have an address in common."""
        same_family = self.version == other.version
        return same_family and self.first <= other.last and other.first <= self.last


LONGEST_LENGTH = 3
"""The most digits of a length: what is read is stored, so it has a bound."""


@lru_cache(maxsize=20_000)  # the same prefixes come back: configured, changed, carried over
def prefix(text: str) -> Prefix:
    """Read a prefix: an address, a slash and a length. Raises ValueError for anything else."""
    written, slash, digits = text.partition("/")
    plain = digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_LENGTH
    if not slash or not plain or "%" in written:
        raise ValueError("an address prefix is an address, a slash and a length: 10.0.0.0/30")
    if ":" in written:
        whole = IPv6Address(written)
        version, address, written = IPV6, int(whole), str(whole)
    else:
        version, address = IPV4, _ipv4(written)  # has one written form only
    length = int(digits)
    if length > WIDTH[version]:
        raise ValueError(f"a prefix of IPv{version} has no length {length}")
    return _made(written, version, address, length)


_OCTETS: Final = {str(octet): octet for octet in range(256)}
"""Each octet by its only written form: decimal, without leading zeros."""


def _ipv4(written: str) -> int:
    """An IPv4 address as a number, six times as fast as `ipaddress`.

    Raises ValueError, in which `ipaddress` says what is wrong.
    """
    try:
        one, two, three, four = written.split(".")
        return _OCTETS[one] << 24 | _OCTETS[two] << 16 | _OCTETS[three] << 8 | _OCTETS[four]
    except (KeyError, ValueError):
        return int(IPv4Address(written))


def _made(written: str, version: int, address: int, length: int) -> Prefix:
    hosts = (1 << (WIDTH[version] - length)) - 1
    first = address & ~hosts
    return Prefix(f"{written}/{length}", version, address, length, first, first | hosts)
