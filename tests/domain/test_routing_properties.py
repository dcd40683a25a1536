"""Next hops and flows of drawn networks, against a plain scan of all routes and of all rules.

The plain way is written from the rules alone, with the standard library's addresses.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network
from typing import Any

from hypothesis import example
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.network.routing_commands import NextHop
from domain.routing.next_hop import next_hop
from domain.words.prefix import address
from tests.domain.asking import around, table_of, verdict
from tests.domain.spec import Spec, given
from tests.examples import a_customer, a_link, a_location, a_network, a_peering
from tests.examples import a_provisioned_circuit as a_circuit
from tests.examples.hanging import a_connection, a_route, a_rule, a_subnet, routes

BITS = 5
"""All that is drawn lies in the first 32 addresses of 10.0.0.0/8, or covers them."""


def _near(place: int, length: int) -> IPv4Network:
    return IPv4Network(f"10.0.0.{place >> (32 - length) << (32 - length)}/{length}")


NETWORK = st.builds(_near, st.integers(0, 2**BITS - 1), st.integers(32 - BITS, 32))
WIDE = st.sampled_from([IPv4Network(each) for each in ("0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/16")])
PREFIXES = st.lists(NETWORK | WIDE, max_size=6, unique=True)
ADDRESS = st.integers(0, 2**BITS - 1).map(lambda place: IPv4Address(f"10.0.0.{place}"))
ANYWHERE = ADDRESS | st.sampled_from(list(map(IPv4Address, ("10.9.9.9", "10.0.9.9", "8.8.8.8"))))
WEIGHT = st.sampled_from([0, 0, 5])
HOPS: Sequence[NextHop] = ("Internet", "VnetLocal", "None")


def disjoint(networks: Sequence[IPv4Network]) -> list[IPv4Network]:
    kept: list[IPv4Network] = []
    for each in networks:
        if not any(each.overlaps(other) for other in kept):
            kept.append(each)
    return kept


@dataclass(frozen=True)
class Drawn:
    """A network n1 linked to n2, on circuits c1 (with n3) and c2."""

    own: list[IPv4Network]
    linked: list[IPv4Network] = field(default_factory=list[IPv4Network])
    beside: list[IPv4Network] = field(default_factory=list[IPv4Network])
    """The space of n3, which is connected to c1 as well."""
    advertised: tuple[Sequence[IPv4Network], Sequence[IPv4Network]] = ((), ())
    weights: tuple[int, int] = (0, 0)
    user: list[tuple[IPv4Network, NextHop]] = field(
        default_factory=list[tuple[IPv4Network, NextHop]]
    )
    rules: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def spec(self) -> Spec:
        own = texts(self.own)
        facts: list[Any] = [*a_customer(), *a_location(), *a_network("n1", *own)]
        facts += [a_subnet(prefix="10.0.0.0/28")]
        if self.linked:
            facts += [*a_network("n2", *texts(self.linked)), *a_link()]
        for id, advertised, weight in zip(("c1", "c2"), self.advertised, self.weights, strict=True):
            facts += [*a_circuit(id), a_peering(id), *a_connection("n1", id, *own, weight=weight)]
            facts += [routes(id, *texts(advertised))] if advertised else []
        if self.beside:
            facts += a_connection("n3", "c1", *texts(self.beside))[:1]
        facts += [a_route(str(to), hop) for to, hop in self.user]
        facts += [a_rule(**rule) for rule in self.rules]
        return given(facts)

    def learned(self) -> Iterator[tuple[IPv4Network, list[str]]]:
        """Each prefix with the circuits of the highest weight, then the others."""
        over = {
            "c1": (self.weights[0], {*self.advertised[0], *self.beside}),
            "c2": (self.weights[1], set(self.advertised[1])),
        }
        for prefix in {each for _, prefixes in over.values() for each in prefixes}:
            circuits = [id for id, (_, prefixes) in over.items() if prefix in prefixes]
            yield prefix, sorted(circuits, key=lambda id: -over[id][0])

    def every_route(self) -> Iterator[tuple[int, IPv4Network, str, str, list[str]]]:
        """Each with its rank among those of the same prefix: rank, prefix, source, hop, via."""
        yield from ((0, to, "user", hop, []) for to, hop in self.user)
        yield from ((1, to, "bgp", "VirtualNetworkGateway", via) for to, via in self.learned())
        yield from ((2, to, "system", "VnetLocal", []) for to in self.own)
        yield from ((3, to, "system", "VirtualNetworkGateway", ["n2"]) for to in self.linked)
        yield 4, IPv4Network("0.0.0.0/0"), "system", "Internet", []
        for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"):
            nowhere = IPv4Network(text)
            if not any(nowhere.subnet_of(each) for each in self.own):
                yield 5, nowhere, "system", "None", []

    def is_own(self, to: IPv4Address) -> bool:
        return any(to in each for each in self.own)


def texts(networks: Sequence[IPv4Network]) -> list[str]:
    return list(map(str, networks))


SPACE = st.lists(NETWORK, min_size=1, max_size=4).map(disjoint)
USER = st.lists(
    st.tuples(NETWORK | WIDE, st.sampled_from(HOPS)), max_size=4, unique_by=lambda each: each[0]
)
DRAWN = st.builds(
    Drawn, SPACE, st.just([]) | SPACE, st.just([]) | SPACE, st.tuples(PREFIXES, PREFIXES),
    st.tuples(WEIGHT, WEIGHT), USER,
)  # fmt: skip


def by_a_plain_scan(drawn: Drawn, to: IPv4Address) -> tuple[str, str, str, list[str]]:
    """Prefix, source, hop and via of the route that is used."""
    covering = [
        each
        for each in drawn.every_route()
        if to in each[1] and not (each[2] == "bgp" and drawn.is_own(to))
    ]
    _, prefix, source, hop, via = min(covering, key=lambda each: (-each[1].prefixlen, each[0]))
    return str(prefix), source, hop, via


HALVES = [IPv4Network("10.0.0.0/29"), IPv4Network("10.0.0.8/29")]


@for_all(DRAWN, ANYWHERE)
@example(Drawn(HALVES, advertised=([IPv4Network("10.0.0.0/28")], [])), IPv4Address("10.0.0.9"))
@example(Drawn(HALVES, advertised=([IPv4Network("10.0.0.8/30")], [])), IPv4Address("10.0.0.9"))
def test_the_next_hop_is_that_of_a_plain_scan(drawn: Drawn, to: IPv4Address) -> None:
    hop = next_hop(table_of(drawn.spec), address(str(to)))
    route = hop.route
    assert route is not None
    said = (route.prefix.text, route.source, route.next_hop, list(route.via))
    assert said == by_a_plain_scan(drawn, to)
    covering = [each for each in drawn.every_route() if to in each[1]]
    assert len(hop.others) == len(covering) - 1, "every other route that covers it stands beside it"


@for_all(DRAWN)
def test_the_active_routes_of_the_table_agree_with_next_hops(drawn: Drawn) -> None:
    table = table_of(drawn.spec)
    active = [each for each in table.rows if each.active]
    assert len({each.prefix for each in active}) == len(active), "one for a prefix"
    for row in active:
        network = ip_network(row.prefix.text)
        for to in {network[0], network[-1]}:
            one = address(str(to))
            longest = max(
                (each for each in active if one.lies_in(each.prefix)),
                key=lambda each: each.prefix.length,
            )
            assert next_hop(table, one).route == longest
    of_prefix = [each.prefix for each in table.rows]
    assert of_prefix == sorted(of_prefix, key=lambda each: (each.version, each.first, each.length))
    assert len(table.rows) == len(list(drawn.every_route()))


# --- flows

ENDS = (
    st.lists((NETWORK | WIDE).map(str), min_size=1, max_size=4, unique=True)
    | st.sampled_from(["any", "virtual-network", "internet"]).map(lambda word: [word])
)  # fmt: skip
PORTS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 3)).map(
        lambda both: f"{both[0]}-{both[0] + both[1]}" if both[1] else str(both[0])
    ),
    min_size=1, max_size=3, unique=True,
) | st.just(["any"])  # fmt: skip
RULE = st.fixed_dictionaries(
    {
        "access": st.sampled_from(["allow", "deny"]),
        "direction": st.sampled_from(["inbound", "outbound"]),
        "protocol": st.sampled_from(["tcp", "udp", "icmp", "any"]),
        "source": ENDS,
        "destination": ENDS,
        "source_ports": PORTS,
        "destination_ports": PORTS,
    }
)


def rules_of(drawn: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each with a name, and the last drawn tried first; one for icmp has no ports."""
    return [
        rule
        | {"name": f"r{number}", "priority": 4096 - number}
        | ({"source_ports": ["any"], "destination_ports": ["any"]} if _is_icmp(rule) else {})
        for number, rule in enumerate(drawn)
    ]


def _is_icmp(rule: dict[str, Any]) -> bool:
    return rule["protocol"] == "icmp"


WITH_RULES = st.builds(
    Drawn, SPACE, st.just([]) | SPACE, st.just([]), st.tuples(PREFIXES, st.just([])),
    st.just((0, 0)), USER, st.lists(RULE, max_size=8).map(rules_of),
)  # fmt: skip
PLACE = st.integers(0, 15).map(lambda place: IPv4Address(f"10.0.0.{place}"))
PORT = st.integers(0, 9)


@for_all(
    WITH_RULES,
    st.sampled_from(["inbound", "outbound"]),
    st.tuples(PLACE, PORT),
    st.tuples(ANYWHERE, PORT),
    st.sampled_from(["tcp", "udp", "icmp"]),
)
def test_the_rule_that_decides_is_that_of_a_plain_scan(
    drawn: Drawn, direction: Any, here: Any, there: Any, protocol: Any
) -> None:
    source, to = (here, there) if direction == "outbound" else (there, here)
    one, other = (str(ip) if protocol == "icmp" else f"{ip}:{port}" for ip, port in (source, to))
    said = verdict(direction, one, other, protocol, drawn.spec.history)
    assert said.rule == _rule_by_a_plain_scan(drawn, direction, source, to, protocol)
    assert said.default == (not said.rule.startswith("r"))


def _rule_by_a_plain_scan(drawn: Drawn, direction: str, source: Any, to: Any, protocol: str) -> str:
    mine = [each for each in drawn.rules if each["direction"] == direction]
    for rule in sorted(mine, key=lambda each: each["priority"]):
        if (
            rule["protocol"] in ("any", protocol)
            and _is_end(drawn, rule["source"], source[0])
            and _is_end(drawn, rule["destination"], to[0])
            and (protocol == "icmp" or _is_port(rule["source_ports"], source[1]))
            and (protocol == "icmp" or _is_port(rule["destination_ports"], to[1]))
            and (protocol != "icmp" or rule["source_ports"] == rule["destination_ports"] == ["any"])
        ):
            return rule["name"]
    within = all(_is_end(drawn, ["virtual-network"], each[0]) for each in (source, to))
    if direction == "inbound":
        return "AllowVnetInBound" if within else "DenyAllInBound"
    if within:
        return "AllowVnetOutBound"
    public = _is_end(drawn, ["internet"], to[0])
    return "AllowInternetOutBound" if public else "DenyAllOutBound"


def _is_end(drawn: Drawn, ends: list[str], one: IPv4Address) -> bool:
    if ends == ["any"]:
        return True
    routed = [*drawn.advertised[0], *(to for to, _ in drawn.user)]
    within = [*drawn.own, *drawn.linked, *(each for each in routed if each.prefixlen)]
    is_within = any(one in each for each in within)
    if ends == ["virtual-network"]:
        return is_within
    if ends == ["internet"]:
        return not is_within and one == ip_address("8.8.8.8")
    return any(one in IPv4Network(each) for each in ends)


def _is_port(ports: list[str], one: int) -> bool:
    if ports == ["any"]:
        return True
    ranges = [each.partition("-") for each in ports]
    return any(int(first) <= one <= int(last or first) for first, _, last in ranges)


def test_the_plain_way_and_ours_look_at_the_same_neighbours() -> None:
    """A drawn network has all neighbours: else the comparisons would be of less."""
    whole = Drawn(HALVES[:1], HALVES[1:], HALVES[1:], (HALVES, HALVES))
    seen = around(whole.spec)
    assert (set(seen.linked), set(seen.circuits)) == ({"n2"}, {"c1", "c2"})
    assert set(seen.circuits["c1"].connections) == {"n1", "n3"}
