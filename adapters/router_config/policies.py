"""Which routes pass on which peering, at each end.

What the customer's side announces is what is recorded, prefix by prefix, at both ends: one end does
not rely on the other. What the cloud announces is recorded as the networks and peer circuits that
are connected (private), and as the communities of the route filter (microsoft).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_network
from typing import Final, Literal, NamedTuple

from adapters.router_config.model import Direction, Entry, Family, Policy, Prefix, Side
from domain.words.prefix import IPV4, IPV6, as_set, stored_prefix

DEFAULT_ROUTES: Final = ("0.0.0.0/0", "::/0")


class Announced(NamedTuple):
    """What is announced on one peering, by the record."""

    by_customer: Sequence[str]
    """Prefixes."""
    networks: Sequence[str] = ()
    """The address spaces of the networks that are connected."""
    passed_on: Sequence[str] = ()
    """The routes of peer circuits; what else the cloud announces is not recorded."""
    public: bool = False
    """Whether it is a peering with the public."""
    communities: Sequence[str] | None = ()
    """There, what the cloud announces has one of these, if there are some; None: it announces
    nothing.
    """
    is_shown: bool = True
    """Whether whoever asks may know any of it."""

    @property
    def nothing_by_cloud(self) -> bool:
        """Whether the cloud has nothing to announce."""
        return self.communities is None if self.public else not self.by_cloud

    @property
    def by_cloud(self) -> Sequence[str]:
        """Prefixes, each once; a default route is passed on to nobody."""
        found = {*self.networks, *self.passed_on} - {*DEFAULT_ROUTES}
        return [str(each) for each in as_set(map(stored_prefix, found))]


WITHHELD: Final = Announced((), is_shown=False)
"""What is announced, for those who may not know."""

_STEP: Final = 5
_LONGEST: Final[Mapping[Family, int]] = {"ipv4": 32, "ipv6": 128}

_NOT_PUBLIC: Final = ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")
"""What has no place on a peering with the public (RFC 1918, RFC 6598)."""

_PUBLIC: Final = ("0.0.0.0/0", "2000::/3")


class Match(NamedTuple):
    """A prefix, alone or with everything inside it."""

    prefix: str
    longer: bool = False


_Line = tuple[Match, Literal["permit", "deny"]]


def policy(
    name: str, family: Family, direction: Direction, side: Side, announced: Announced
) -> Policy:
    """Which routes pass in one direction, seen from one side."""
    by_customer = (side == "customer") == (direction == "out")
    refused, accepted = _sifted(side, announced, by_customer=by_customer)
    return Policy(
        name=f"{name}-{direction}" if family == "ipv4" else f"{name}-{direction}-v6",
        family=family,
        entries=tuple(_entries(family, refused, accepted)),
        community_list=name if communities_of(side, announced) and not by_customer else None,
    )


def communities_of(side: Side, announced: Announced) -> Sequence[str]:
    """Those of the route filter; only the cloud's side is held to it."""
    return announced.communities or () if side == "provider" else ()


def _sifted(
    side: Side, announced: Announced, *, by_customer: bool
) -> tuple[Sequence[Match], Sequence[Match]]:
    """What is refused, and what of the rest is accepted, in both families.

    Of what the cloud announces on a private peering, the customer's side takes everything but a
    default route: networks come and go, and none of them may draw all of the customer's traffic.
    """
    defaults = [Match(each) for each in DEFAULT_ROUTES]
    if by_customer:
        return (), [Match(each) for each in announced.by_customer]
    if side == "provider" and announced.nothing_by_cloud:
        return (), ()
    if announced.public:
        private = [Match(each, longer=True) for each in _NOT_PUBLIC]
        return [*defaults, *private], [Match(each, longer=True) for each in _PUBLIC]
    if side == "customer":
        return defaults, [Match(each, longer=True) for each in DEFAULT_ROUTES]
    return (), [Match(each) for each in announced.by_cloud]


def _entries(
    family: Family, refused: Iterable[Match], accepted: Iterable[Match]
) -> Iterator[Entry]:
    """As lines of a list; where nothing is accepted, one line that says so."""
    permit: list[_Line] = [(each, "permit") for each in _of(family, accepted)]
    (default,) = of_family(family, DEFAULT_ROUTES)
    denied = _of(family, refused) if permit else [Match(default, longer=True)]
    deny: list[_Line] = [(each, "deny") for each in denied]
    for number, (match, action) in enumerate([*deny, *permit], 1):
        longest = _LONGEST[family] if match.longer else None
        yield Entry(number * _STEP, action, prefix_of(match.prefix), longest)


def _of(family: Family, matches: Iterable[Match]) -> Sequence[Match]:
    return [each for each in matches if of_family(family, [each.prefix])]


def prefix_of(text: str) -> Prefix:
    """A prefix as templates want it."""
    network = ip_network(text)
    return Prefix(text, str(network.network_address), network.prefixlen, str(network.netmask))


def of_family(family: Family, prefixes: Iterable[str]) -> tuple[str, ...]:
    """Those of one family, in their order."""
    version = IPV4 if family == "ipv4" else IPV6
    return tuple(each for each in prefixes if stored_prefix(each).version == version)
