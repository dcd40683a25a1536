"""Resizing a location, and what is in the way."""

from typing import Any

import pytest

from domain.location.events import (
    CapacityTaken,
    LocationResized,
)
from tests.domain.spec import given
from tests.domain.test_locations import FRANKFURT, routers
from tests.examples import a_customer, a_location, a_pair, a_world, an_ordered_circuit

# --- resizing


def test_a_location_gets_new_pairs_in_place_of_the_old() -> None:
    pairs = [a_pair(capacity_mbps=20000), a_pair("pair-2")]
    given(a_location()).when("resize-location", FRANKFURT, routers=routers(*pairs)).then(
        (FRANKFURT, LocationResized(routers=pairs))
    )


def test_the_same_pairs_again_change_nothing() -> None:
    given(a_location()).when("resize-location", FRANKFURT, routers=routers(a_pair())).then_nothing()


def test_another_order_of_the_pairs_is_news_as_placement_follows_it() -> None:
    given(a_location("frankfurt", a_pair("pair-1"), a_pair("pair-2"))).when(
        "resize-location", FRANKFURT, routers=routers(a_pair("pair-2"), a_pair("pair-1"))
    ).then(LocationResized)


def test_what_is_free_may_shrink_or_go() -> None:
    location = a_location("frankfurt", a_pair("pair-1"), a_pair("pair-2"))
    spec = given(a_customer(), location, an_ordered_circuit())
    spec.when("resize-location", FRANKFURT, routers=routers(a_pair(capacity_mbps=500)))
    spec.then(LocationResized)
    assert spec.state(FRANKFURT).free_mbps(spec.state(FRANKFURT).pair("pair-1")) == 0


@pytest.mark.parametrize(
    "new",
    [
        a_pair(capacity_mbps=499),
        a_pair("pair-9"),
        a_pair(primary="other"),
        a_pair(secondary="other"),
    ],
    ids=["shrunk", "dropped", "re-cabled", "re-cabled too"],
)
def test_a_pair_in_use_is_named_with_what_is_taken_on_it(new: Any) -> None:
    spec = given(a_world()).when("resize-location", FRANKFURT, routers=routers(new))
    spec.refused("capacity-in-use", location_id="frankfurt", pairs=["pair-1"])
    assert spec.blockers == ["500 Mbit/s taken on pair-1"]


def test_every_pair_in_use_is_named_and_no_other() -> None:
    pairs = a_pair("pair-1"), a_pair("pair-2"), a_pair("pair-3")
    taken = [
        (
            FRANKFURT,
            CapacityTaken(circuit_id="c", provider="colt", pair=name, bandwidth_mbps=mbps),
        )
        for name, mbps in (("pair-1", 500), ("pair-3", 2000))
    ]
    spec = given(a_location("frankfurt", *pairs), taken)
    spec.when("resize-location", FRANKFURT, routers=routers(a_pair("pair-9")))
    spec.refused("capacity-in-use", pairs=["pair-1", "pair-3"])
    assert spec.blockers == ["500 Mbit/s taken on pair-1", "2000 Mbit/s taken on pair-3"]


def test_oversubscription_counts_when_a_pair_shrinks() -> None:
    location = a_location("frankfurt", a_pair(capacity_mbps=1000), oversubscription="0.5")
    spec = given(a_customer(), location, an_ordered_circuit())
    spec.when("resize-location", FRANKFURT, routers=routers(a_pair(capacity_mbps=999)))
    spec.refused("capacity-in-use")


def test_resized_pairs_too_end_on_two_routers() -> None:
    given(a_location()).when(
        "resize-location", FRANKFURT, routers=routers(a_pair(primary="r", secondary="r"))
    ).refused("same-router", router="r")


def test_resized_pairs_too_are_kept_for_providers_of_the_location() -> None:
    given(a_location()).when(
        "resize-location", FRANKFURT, routers=routers(a_pair(provider="bt"))
    ).refused("provider-not-at-location", provider="bt")
