"""Next hops and verdicts, warm: the table of routes and the lists of rules are made ready once and
kept, and each question is asked of them. Beside them the naive way: a scan of everything.
"""

from collections.abc import Callable, Sequence
from random import Random
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

from bench.routed import (
    SUBNET,
    a_network,
    advertised,
    after,
    an_address,
    an_address_between,
    rules_of,
)
from domain.network.state import SecurityRule
from domain.profiles import CURRENT
from domain.routing.flow import Flow, flow_of
from domain.routing.next_hop import next_hop
from domain.routing.security import Security, Spaces
from domain.routing.table import EffectiveRoute, Table, effective_routes
from domain.words.prefix import Prefix, address, prefix

OWN = "10.1.1.4:50000"

A = TypeVar("A")
Timed = tuple[float, A]
"""Milliseconds, and the answer."""


def hops(routes: int, asked: int) -> list[float]:
    """Milliseconds for a next hop among so many routes: ours, and a scan of the table."""
    table = effective_routes(after(*a_network(), *advertised(routes)), SUBNET)
    random = Random(2)
    addresses = [address(an_address(random)) for _ in range(asked)]
    next_hop(table, addresses[0])  # makes the trie
    ours = [_timed(next_hop, table, each) for each in addresses]
    scanned = [_timed(_scanned, table, each) for each in addresses[: max(2, asked // 20)]]
    for (_, hop), (_, route) in zip(ours, scanned, strict=False):
        assert hop.route == route
    return [_median(ours), _median(scanned)]


def _scanned(table: Table, to: Prefix) -> EffectiveRoute:
    covering = (each for each in table.rows if each.active and to.lies_in(each.prefix))
    return max(covering, key=lambda each: each.prefix.length)


def verdicts(rules: int, size: int, asked: int) -> list[float]:
    """Milliseconds for a flow that no rule matches, so that all are tried: ours, and a scan of all
    prefixes of all rules.
    """
    around = after(*a_network(), *rules_of(rules, size, Random(3)))
    subnet = around.network.subnets[SUBNET]
    spaces = Spaces(around, effective_routes(around, SUBNET), CURRENT.address_space)
    security, random = Security(subnet, spaces), Random(4)
    flows = [
        flow_of("outbound", OWN, f"{an_address_between(size, random)}:443", "tcp")
        for _ in range(asked)
    ]
    security.judge(flows[0])  # makes the lists of all rules ready
    ours = [_timed(security.judge, each) for each in flows]
    plain = [(each, [prefix(text) for text in each.destination]) for each in subnet.rules.values()]
    scanned = [_timed(_first_of, plain, each) for each in flows[:2]]
    assert {verdict.default for _, verdict in ours} == {True}
    assert {found for _, found in scanned} == {None}
    return [_median(ours), _median(scanned)]


def _first_of(rules: list[tuple[SecurityRule, list[Prefix]]], flow: Flow) -> SecurityRule | None:
    to = flow.destination.address
    matching = (rule for rule, ends in rules if any(to.lies_in(each) for each in ends))
    return min(matching, key=lambda rule: rule.priority, default=None)


def _timed(ask: Callable[..., A], *what: Any) -> Timed[A]:
    started = perf_counter()
    answer = ask(*what)
    return (perf_counter() - started) * 1000, answer


def _median(timed: Sequence[Timed[Any]]) -> float:
    return median(took for took, _ in timed)
