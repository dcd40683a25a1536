"""The deleted old circuit of a decrease counts as there until the change ends."""

from typing import Any

import pytest

from tests.domain.test_decrease import lowering

C1 = "circuit/c1"
REFUSED: dict[str, dict[str, Any]] = {
    "detach-route-filter": {"routing_domain": "microsoft", "route_filter_id": "f1"},
    "disable-peering": {"routing_domain": "private"},
    "change-tier": {"tier": "premium"},
    "change-bandwidth": {"bandwidth_mbps": 100, "accept_interruption": True},
    "delete-circuit": {},
}


@pytest.mark.parametrize("verb", REFUSED)
def test_what_comes_meanwhile_is_told_of_the_change(verb: str) -> None:
    play = lowering("teardown-first")
    spec = play.to("successor-placed")
    assert spec.state(C1).removed_at
    spec.when(verb, C1, **REFUSED[verb]).refused("change-in-progress", change_id="down-1")
    play.settle()
    spec.when(verb, C1, **REFUSED[verb]).refused("not-found", replaced_by="c1.r2")


def test_somebody_without_a_right_is_told_nothing() -> None:
    spec = lowering("teardown-first").to("successor-placed")
    spec.when("change-tier", C1, tier="premium", actor="user:eve").refused("not-found")
