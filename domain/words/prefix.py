"""An address prefix as numbers, so that rules compare integers.

`ipaddress` reads and writes the addresses; its networks take thirty times as long to compare, and a
peering's rules compare a dozen of them (docs/decisions/0003).
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import Final

IPV4, IPV6 = 4, 6
WIDTH: Final = {IPV4: 32, IPV6: 128}
"""Bits of an address of each family."""


class Prefix:
    """A prefix as it was written, immutable. Host bits may be set; a rule refuses them.

    Two prefixes are equal if their texts are, as each has one usual form.
    """

    __slots__ = ("address", "first", "last", "length", "text", "version")

    text: Final[str]
    """In the usual form: `10.0.0.0/30`, `2001:db8::/32`."""
    version: Final[int]
    """4 or 6."""
    address: Final[int]
    length: Final[int]
    first: Final[int]
    last: Final[int]
    """The first and the last address in it."""

    def __init__(self, text: str, version: int, address: int, length: int) -> None:
        hosts = (1 << (WIDTH[version] - length)) - 1
        self.text = text
        self.version = version
        self.address = address
        self.length = length
        self.first = address & ~hosts
        self.last = address | hosts

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"prefix({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Prefix) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

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
        return Prefix(f"{kind(self.first)}/{self.length}", self.version, self.first, self.length)

    def overlaps(self, other: "Prefix") -> bool:
        """Whether the two have an address in common."""
        same_family = self.version == other.version
        return same_family and self.first <= other.last and other.first <= self.last

    def lies_in(self, other: "Prefix") -> bool:
        """Whether it equals the other or lies inside it."""
        same_family = self.version == other.version
        return same_family and other.first <= self.first and self.last <= other.last


def as_set(prefixes: Iterable[Prefix]) -> tuple[Prefix, ...]:
    """Prefixes in the one order that a set of them is kept in: IPv4 first, by address, then by
    length, each once (rule book, "Peerings").
    """
    return tuple(sorted(set(prefixes), key=_place))


def _place(prefix: Prefix) -> tuple[int, int, int]:
    return prefix.version, prefix.address, prefix.length


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
        whole = _ipv6(written)
        version, address, written = IPV6, int(whole), str(whole)
    else:
        version, address = IPV4, _ipv4(written)  # has one written form only
    length = int(digits)
    if length > WIDTH[version]:
        raise ValueError(f"a prefix of IPv{version} has no length {length}")
    return Prefix(f"{written}/{length}", version, address, length)


def address(text: str) -> Prefix:
    """Read an address, as the prefix of its whole length. Raises ValueError for anything else."""
    if "/" in text:
        raise ValueError("an address has no length: 10.1.0.4 or 2001:db8::1")
    if "%" in text:
        raise ValueError("an address with a zone is of one machine alone")
    return prefix(f"{text}/{WIDTH[IPV6 if ':' in text else IPV4]}")


_OCTETS: Final = {str(octet): octet for octet in range(256)}
"""Each octet by its only written form: decimal, without leading zeros."""


def _ipv4(written: str) -> int:
    """An IPv4 address as a number, six times as fast as `ipaddress`. Raises ValueError."""
    try:
        one, two, three, four = written.split(".")
        return _OCTETS[one] << 24 | _OCTETS[two] << 16 | _OCTETS[three] << 8 | _OCTETS[four]
    except (KeyError, ValueError) as no_address:
        raise ValueError(
            "an IPv4 address is four numbers from 0 to 255 without leading zeros: 10.0.0.0"
        ) from no_address


def _ipv6(written: str) -> IPv6Address:
    try:
        return IPv6Address(written)
    except ValueError as no_address:
        raise ValueError(
            "an IPv6 address is eight groups of up to four hexadecimal digits, of which :: "
            "leaves out groups of zeros: 2001:db8::1"
        ) from no_address


@lru_cache(maxsize=20_000)
def stored_prefix(text: str) -> Prefix:
    """A prefix in its usual form, as our own events have it: IPv4 takes half of the time that
    reading any form takes, IPv6 a quarter.
    """
    written, _, digits = text.partition("/")
    if ":" not in written:
        return Prefix(text, IPV4, _ipv4(written), int(digits))
    if "." in written:  # ::ffff:192.0.2.1
        return prefix(text)
    return Prefix(text, IPV6, int(_digits_of(written), 16), int(digits))


_GROUPS: Final = 8
"""Groups of four digits in an IPv6 address."""


def _digits_of(written: str) -> str:
    """All 32 digits of an IPv6 address, also the zeros that `2001:db8::1` leaves out."""
    before, _, after = written.partition("::")
    left, right = before.split(":"), after.split(":") if after else []
    left += ["0"] * (_GROUPS - len(left) - len(right))
    return "".join([group.zfill(4) for group in left + right])
