"""The effective routes of a subnet: every route there is, and which one is used for a prefix.

Contract, second part, "Questions and their answers". Among routes for the same prefix a user route
is used before one learned by BGP, and that before a system route; but no address inside the
network's own space is ever routed by BGP, however specific the route is. Source of that exception:
the cloud provider's page on routing of virtual network traffic, "How Azure selects a route",
2023-05-27.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Final

from domain.routing.learned import learned_offers
from domain.routing.offers import Offer, listed, several
from domain.routing.ranges import Addresses
from domain.routing.surroundings import Surroundings
from domain.routing.system import system_offers
from domain.routing.user import user_offers
from domain.words.prefix import Prefix
from domain.words.prefix_map import PrefixMap


class EffectiveRoute(Offer):
    """A route in the table of a subnet; `because` says why it is used, or what beats it."""

    active: bool = False
    """Whether it is the one that is used for its prefix."""

    @property
    def reason(self) -> str:
        """Why it is used, or what beats it, as a sentence."""
        return sentence(self.because)


class Table:
    """The effective routes of a subnet, by prefix and by address."""

    def __init__(self, rows: Sequence[EffectiveRoute], own: Addresses) -> None:
        """Of rows by family, address and length, the best of a prefix first."""
        self.rows: Final = rows
        self._own: Final = own

    @cached_property
    def _by_prefix(self) -> PrefixMap[EffectiveRoute]:
        return PrefixMap[EffectiveRoute].of(self.rows)

    def covering(self, address: Prefix) -> Sequence[EffectiveRoute]:
        """The routes that cover an address, the best first; those that are never used for it, as it
        lies inside the network's own space, last.
        """
        covering = self._by_prefix.covering(address)
        if not self._own.hold(address):
            return covering
        return sorted(covering, key=lambda each: is_never_used(each, self._own))


def effective_routes(around: Surroundings, subnet: str) -> Table:
    """The table of a subnet of the network."""
    offers: dict[Prefix, list[Offer]] = {}
    for each in chain(
        user_offers(around.network, subnet), learned_offers(around), system_offers(around)
    ):
        offers.setdefault(each.prefix, []).append(each)
    choice = _Choice(around, offers)
    rows = [row for prefix in sorted(offers, key=_place) for row in choice.among(offers[prefix])]
    return Table(rows, choice.own)


class _Choice:
    """Chooses among the routes for one prefix."""

    def __init__(self, around: Surroundings, offers: Mapping[Prefix, Sequence[Offer]]) -> None:
        self._space = around.network.address_space
        self.own = Addresses(self._space)
        self._unlearned = PrefixMap[Offer].of(
            each for offered in offers.values() for each in offered if each.source != "bgp"
        )

    def among(self, offers: Sequence[Offer]) -> Iterable[EffectiveRoute]:
        """The rows for one prefix, of which the first that may be used is active."""
        usable = [each for each in offers if not is_never_used(each, self.own)]
        for each in usable[:1]:
            yield _row(each, _won(each, offers), active=True)
        for each in offers:
            if each not in usable[:1]:
                yield _row(each, self._lost(each, usable))

    def _lost(self, loser: Offer, usable: Sequence[Offer]) -> str:
        if is_never_used(loser, self.own):
            return self._inside(loser)
        overridden = "forced tunnelling is overridden: " if _is_forced_tunnelling(loser) else ""
        return f"{overridden}{named(usable[0])} beats it"

    def _inside(self, learned: Offer) -> str:
        """What beats a learned route inside the network's own space."""
        best = self._unlearned.covering(learned.prefix)[0]
        if self.own.hold(best.prefix):
            beating = f"{named(best)} beats"
        else:  # the space is made of longer prefixes
            parts = [str(each) for each in self._space if each.lies_in(learned.prefix)]
            beating = f"the system routes for {listed(parts)} beat"
        return f"no bgp route is used inside the network's own address space: {beating} it"


def is_never_used(offer: Offer, own: Addresses) -> bool:
    """Whether no address is ever routed by it: learned, and inside the network's own space."""
    return offer.source == "bgp" and own.hold(offer.prefix)


def named(route: Offer) -> str:
    """A route as reasons speak of it."""
    hop = " ".join(filter(None, (route.next_hop, route.next_hop_address)))
    return f"the {route.source} route for {route.prefix} to {hop}"


def sentence(clause: str) -> str:
    """A clause as a sentence."""
    return f"{clause[0].upper()}{clause[1:]}."


def _won(winner: Offer, offers: Sequence[Offer]) -> str:
    others = [each for each in offers if each is not winner]
    if not others:
        return winner.because
    forced = [each for each in others if _is_forced_tunnelling(each)]
    if forced:
        over = several("circuit", forced[0].via)
        return f"{winner.because}; it overrides forced tunnelling over {over}"
    sources = listed(list(dict.fromkeys(each.source for each in others)))
    routes = "routes" if len(others) > 1 else "route"
    return f"{winner.because}; it comes before the {sources} {routes} for the same prefix"


def _is_forced_tunnelling(offer: Offer) -> bool:
    return offer.source == "bgp" and offer.prefix.length == 0


def _row(offer: Offer, because: str, *, active: bool = False) -> EffectiveRoute:
    return EffectiveRoute(
        offer.prefix,
        offer.source,
        offer.next_hop,
        because,
        offer.next_hop_address,
        offer.via,
        active,
    )


def _place(prefix: Prefix) -> tuple[int, int, int]:
    return prefix.version, prefix.first, prefix.length
