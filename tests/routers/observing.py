"""From what routers say of their sessions to what `report-observation` takes."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Literal, TypedDict

from tests.routers.circuit import KEYS, PREFIXES, ROUTES
from tests.routers.frr import Router, peers_in
from tests.routers.running import CONNECTIONS, Routers

ESTABLISHED: Final = "Established"


class Seen(TypedDict):
    """One of the command's `peerings`."""

    routing_domain: str
    state: Literal["up", "down"]
    prefixes: int


def seen(summaries: Sequence[Mapping[str, Any]]) -> list[Seen]:
    """Each peering, by `show bgp summary json` of the routers of a pair.

    A peering is up if every session of it is: with one connection of the pair it is not as agreed.
    Both routers receive the same prefixes, so the greater number counts, of both families together.
    """
    routers = [list(peers_in(each).values()) for each in summaries]
    domains = {_domain(peer) for peers in routers for peer in peers}
    return [
        _seen(domain, [[each for each in peers if _domain(each) == domain] for peers in routers])
        for domain in sorted(domains)
    ]


AS_RECORDED: Final[list[Seen]] = [
    {"routing_domain": "microsoft", "state": "up", "prefixes": len(PREFIXES)},
    {"routing_domain": "private", "state": "up", "prefixes": len(ROUTES)},
]
HALF_DOWN: Final[list[Seen]] = [
    AS_RECORDED[0],
    {"routing_domain": "private", "state": "down", "prefixes": len(ROUTES)},
]
"""One session of the private peering is lost; the other connection receives all the same."""


def observed(routers: Routers) -> list[Seen]:
    """What the provider's routers say now."""
    pair = [routers["provider", each] for each in CONNECTIONS]
    return seen([each.ask("show bgp summary") for each in pair])


@contextmanager
def a_wrong_key(router: Router, neighbor: str) -> Generator[None]:
    """A customer's router has another key than the other end, for a session of the private
    peering; it has the right one again afterwards.
    """
    router.configure("router bgp 65010", f" neighbor {neighbor} password wrong")
    try:
        yield
    finally:
        router.configure("router bgp 65010", f" neighbor {neighbor} password {KEYS['private']}")


def _seen(domain: str, routers: Sequence[Sequence[Mapping[str, Any]]]) -> Seen:
    states = {peer["state"] for peers in routers for peer in peers}
    return {
        "routing_domain": domain,
        "state": "up" if states == {ESTABLISHED} else "down",
        "prefixes": max(_received(peers) for peers in routers),
    }


def _received(peers: Iterable[Mapping[str, Any]]) -> int:
    return sum(peer["pfxRcd"] for peer in peers)


def _domain(peer: Mapping[str, Any]) -> str:
    """Our configurations describe a neighbor as CIRCUIT-DOMAIN CONNECTION."""
    name, _ = peer["desc"].split()
    return name.rpartition("-")[2]
