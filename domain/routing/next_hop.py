"""The next hop of an address: the longest prefix that covers it, and the routes that it beats."""

from collections.abc import Sequence

from domain.routing.table import EffectiveRoute, Table, named, sentence
from domain.words.prefix import Prefix
from domain.words.structs import Frozen


class Other(Frozen):
    """A route that also covers the address, and why another is used."""

    route: EffectiveRoute
    reason: str


class Hop(Frozen):
    """Where what is for an address goes: `route` is None where no route covers it."""

    address: Prefix
    route: EffectiveRoute | None
    reason: str
    others: Sequence[Other] = ()
    """The best first."""


def next_hop(table: Table, address: Prefix) -> Hop:
    """The hop of one address, given as the prefix of its whole length."""
    covering, said = table.covering(address), host(address)
    if not covering:  # an IPv4 address always has the default route
        return Hop(address, None, f"No route covers {said}: the network has no IPv6.")
    best, *others = covering
    reason = f"{best.prefix} is the longest prefix in use that covers {said}; {best.because}."
    return Hop(address, best, reason, [Other(each, _why_not(each, best)) for each in others])


def host(address: Prefix) -> str:
    """An address without its length."""
    return address.text.partition("/")[0]


def _why_not(other: EffectiveRoute, best: EffectiveRoute) -> str:
    if not other.active:
        return other.reason
    return sentence(f"{named(best)} beats it: its prefix is longer")
