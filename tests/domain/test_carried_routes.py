"""A decrease changes no network's routes, but for the circuit's name in what they lead over."""

from typing import Any

import pytest

from domain.routing.table import effective_routes
from tests.domain.asking import around
from tests.domain.spec import Spec
from tests.domain.test_carried_connections import HANGING, STRATEGIES
from tests.domain.test_decrease import lowering
from tests.examples.hanging import a_connection, a_route, a_subnet

OTHER_WAY = [*a_connection("n1", "c2", location="london", weight=3)]
WORLD = [
    *HANGING,
    a_subnet("n1"),
    a_subnet("n2", prefix="10.2.1.0/24"),
    *OTHER_WAY,
    a_route("10.50.0.0/16", "None"),
]


def routes_of(spec: Spec, circuit: str) -> list[tuple[Any, ...]]:
    """The effective routes of both networks' subnets, with c1 in place of the circuit's name."""
    return [
        (each.prefix, each.source, each.next_hop, each.active, tuple(via), reason)
        for id in ("n1", "n2")
        for each in effective_routes(around(spec, id), "web").rows
        for via in [["c1" if one == circuit else one for one in each.via]]
        for reason in [each.reason.replace(circuit, "c1")]
    ]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_routes_are_the_same_before_and_after_a_whole_decrease(strategy: str) -> None:
    play = lowering(strategy, *WORLD)
    before = routes_of(play.spec, "c1")
    assert {via for *_, via, _ in before} >= {("c1",)}, "something is learned over it"
    spec = play.settle()
    assert set(spec.state("network/n1").connections) == {"c1.r2", "c2"}
    assert routes_of(spec, "c1.r2") == before


def test_torn_down_first_they_are_away_in_between() -> None:
    play = lowering("teardown-first", *WORLD)
    during = routes_of(play.to("successor-placed"), "c1")
    assert not any("c1" in via for *_, via, _ in during)
    internet = next(reason for prefix, *_, reason in during if prefix.length == 0)
    assert internet == (
        "Forced tunnelling fails open, as circuit c1 is not provisioned and enabled, over which it "
        "was advertised."
    )


def test_replaced_first_they_never_are() -> None:
    play = lowering("replace-first", *WORLD, auto_proceed=False)
    before = routes_of(play.spec, "c1")
    assert routes_of(play.to("proceed"), "c1") == before
    spec = play.spec.when(
        "proceed-bandwidth-change", "circuit/c1", change_id="down-1", reason="go"
    ).then_accepted()
    play.to("deprovisioning-requested")
    assert routes_of(spec, "c1.r2") == before
