"""Which addresses may be advertised or claimed, and which a link may have.

Sources: the rule book, "Peerings"; IANA's registries of special-purpose addresses (RFC 6890, with
RFC 9637 for 3fff::/20) and of IPv6 global unicast (2000::/3). Documentation prefixes (RFC 5737,
RFC 3849, RFC 9637) are accepted: examples speak in them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.words.prefix import IPV4, IPV6, Prefix, prefix

Blocks = Mapping[int, Sequence[Prefix]]
"""Blocks of addresses by their family, 4 or 6."""


@dataclass(frozen=True)
class AddressSpace:
    """The address space as a rule profile knows it."""

    unicast: Blocks
    """What is given out as unicast space at all."""
    not_global: Blocks
    """Blocks in it that are not globally reachable."""
    global_within: Blocks
    """The parts of those blocks that are."""
    never_linked: Blocks
    """Blocks that no link subnet is in, not even one of a private peering."""
    never_network: Blocks
    """Blocks that no network has address space in."""
    shortest: Mapping[int, int]
    """The shortest length of a prefix that is advertised or claimed."""

    def why_not_advertised(self, asked: Prefix) -> str | None:
        """Why a prefix can't be advertised or claimed; None where it can."""
        shortest = self.shortest[asked.version]
        if asked.length < shortest:
            return f"a prefix of IPv{asked.version} is no shorter than /{shortest}"
        return self.why_not_global(asked)

    def why_not_global(self, asked: Prefix) -> str | None:
        """Why a prefix isn't globally reachable unicast space; None where it is."""
        version = asked.version
        if not any(asked.lies_in(block) for block in self.unicast[version]):
            given = " and ".join(str(block) for block in self.unicast[version])
            return f"a public address is needed here, which lies in {given}"
        for block in self.not_global[version]:
            if block.overlaps(asked) and not any(
                asked.lies_in(part) for part in self.global_within[version]
            ):
                return f"a public address is needed here and {block} is not public"
        return None

    def why_never_linked(self, asked: Prefix) -> str | None:
        """Why no link can have a subnet, on whatever peering; None where one can."""
        for block in self.never_linked[asked.version]:
            if block.overlaps(asked):
                return f"a link has no address in {block}"
        return None

    def why_no_network(self, asked: Prefix) -> str | None:
        """Why no network can have a prefix in its address space; None where one can."""
        for block in self.never_network[asked.version]:
            if block.overlaps(asked):
                return f"a network has no addresses in {block}"
        return None


def _blocks(v4: str, v6: str) -> Blocks:
    return {
        IPV4: tuple(prefix(text) for text in v4.split()),
        IPV6: tuple(prefix(text) for text in v6.split()),
    }


CURRENT_SPACE: Final = AddressSpace(
    unicast=_blocks("0.0.0.0/0", "2000::/3"),
    not_global=_blocks(
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
        "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 224.0.0.0/4 240.0.0.0/4",
        "2001::/23 2002::/16",
    ),
    global_within=_blocks(
        "192.0.0.9/32 192.0.0.10/32",
        "2001:1::1/128 2001:1::2/128 2001:1::3/128 2001:3::/32 2001:4:112::/48 2001:20::/28 "
        "2001:30::/28",
    ),
    never_linked=_blocks(
        "0.0.0.0/8 127.0.0.0/8 168.63.129.16/32 224.0.0.0/4 240.0.0.0/4",
        "::/128 ::1/128 ::ffff:0:0/96 fe80::/10 ff00::/8",
    ),
    never_network=_blocks(
        "127.0.0.0/8 169.254.0.0/16 224.0.0.0/4 255.255.255.255/32", "::1/128 fe80::/10 ff00::/8"
    ),
    shortest={IPV4: 8, IPV6: 16},
)
"""The registries as of 2024-10; 168.63.129.16 is the cloud platform's own."""
