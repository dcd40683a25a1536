"""The routes that there are for a prefix, before one of them is chosen."""

from collections.abc import Sequence
from typing import Literal

from domain.network.routing_commands import NextHop
from domain.words.prefix import Prefix
from domain.words.structs import Frozen

Source = Literal["user", "bgp", "system"]
"""Where a route comes from; for the same prefix the first of them is used."""


class Offer(Frozen):
    """A route that a source has for a prefix, and why it would be used: a clause of a sentence."""

    prefix: Prefix
    source: Source
    next_hop: NextHop
    because: str
    next_hop_address: str | None = None
    via: tuple[str, ...] = ()
    """Circuits or networks: the ones in use first, then those that lose."""


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([*filter(None, [", ".join(names[:-1])]), *names[-1:]])


def several(noun: str, names: Sequence[str]) -> str:
    """`circuit c1`, or `circuits c1 and c2`."""
    return f"{noun}{'s' if len(names) > 1 else ''} {listed(names)}"
