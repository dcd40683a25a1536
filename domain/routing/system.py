"""System routes: those that every subnet has without anybody setting them.

Contract, second part, "Questions and their answers". Source of the prefixes that lead nowhere: the
cloud provider's page on routing of virtual network traffic, "Default", 2023-05-27.
"""

from collections.abc import Iterable
from typing import Final

from domain.network.spaces import lies_in_any
from domain.routing.learned import why_it_fails_open
from domain.routing.offers import Offer, several
from domain.routing.surroundings import Surroundings
from domain.words.prefix import IPV6, Prefix, prefix

DEFAULT_ROUTES: Final = (prefix("0.0.0.0/0"), prefix("::/0"))

RESERVED: Final = tuple(
    map(prefix, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
)
"""Private space: what no other route leads to is dropped."""


def system_offers(around: Surroundings) -> Iterable[Offer]:
    """The network's own space, linked space, the internet, and what leads nowhere, in this order:
    for the same prefix the first is used.
    """
    yield from _own(around)
    yield from _linked(around)
    yield from _internet(around)
    yield from _reserved(around)


def _own(around: Surroundings) -> Iterable[Offer]:
    for each in around.network.address_space:
        yield Offer(each, "system", "VnetLocal", "it is the network's own address space")


def _linked(around: Surroundings) -> Iterable[Offer]:
    """A link is one hop; two linked networks may have the same prefix."""
    owners: dict[Prefix, list[str]] = {}
    for id, other in sorted(around.linked.items()):
        for each in other.address_space:
            if each.version != IPV6 or around.has_ipv6:
                owners.setdefault(each, []).append(id)
    for each, ids in owners.items():
        are = "are" if len(ids) > 1 else "is"
        because = f"it is address space of {several('network', ids)}, which {are} linked"
        yield Offer(each, "system", "VirtualNetworkGateway", because, via=tuple(ids))


def _internet(around: Surroundings) -> Iterable[Offer]:
    for each in DEFAULT_ROUTES:
        if each.version != IPV6 or around.has_ipv6:
            because = why_it_fails_open(around, each) or "it is the default route to the internet"
            yield Offer(each, "system", "Internet", because)


def _reserved(around: Surroundings) -> Iterable[Offer]:
    for each in RESERVED:
        if not lies_in_any(each, around.network.address_space):
            because = "it is private address space, dropped where no longer route takes it"
            yield Offer(each, "system", "None", because)
