"""Where an order is placed: kept pairs first, then the fullest that fits, then the first listed."""

from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.decider.decisions import Written
from domain.location.commands import RouterPair
from domain.location.events import CapacityTaken
from domain.location.state import Location, Pair
from tests.domain.spec import given
from tests.examples import ORDER, a_customer, a_location, a_pair


def taken(**mbps: int) -> list[Written]:
    """Capacity taken on pairs, whose names are given with underscores for hyphens."""
    return [
        (
            "location/frankfurt",
            CapacityTaken(
                circuit_id="other",
                provider="colt",
                pair=name.replace("_", "-"),
                bandwidth_mbps=many,
            ),
        )
        for name, many in mbps.items()
    ]


def placed(pairs: list[RouterPair], *facts: Any, **order: Any) -> str | None:
    """The pair that an order gets; None if it fits nowhere."""
    spec = given(a_customer(), a_location("frankfurt", *pairs), *facts)
    spec.when("order-circuit", "circuit/c1", **ORDER | order)
    assert spec.outcome is not None
    if spec.outcome.refusal:
        assert spec.outcome.refusal.code == "no-capacity"
        return None
    return spec.state("circuit/c1").pair


def test_the_pair_with_the_least_free_capacity_gets_it() -> None:
    pairs = [a_pair("pair-1"), a_pair("pair-2"), a_pair("pair-3")]
    assert placed(pairs, taken(pair_1=100, pair_2=2000, pair_3=1000)) == "pair-2"


def test_a_pair_where_it_does_not_fit_is_passed_over() -> None:
    pairs = [a_pair("pair-1"), a_pair("pair-2")]
    assert placed(pairs, taken(pair_1=9501)) == "pair-2"
    assert placed(pairs, taken(pair_1=9500)) == "pair-1"


def test_free_capacity_counts_in_megabits_not_in_parts() -> None:
    pairs = [a_pair("pair-1", 10000), a_pair("pair-2", 2000)]
    assert placed(pairs, taken(pair_1=5000)) == "pair-2"


def test_of_two_with_the_same_the_one_listed_first_gets_it() -> None:
    assert placed([a_pair("pair-2"), a_pair("pair-1")]) == "pair-2"


def test_a_pair_kept_for_the_provider_comes_first_however_much_is_free() -> None:
    pairs = [a_pair("pair-1", 500), a_pair("pair-2", 10000, provider="colt")]
    assert placed(pairs) == "pair-2"


def test_of_two_kept_pairs_the_fuller_one_gets_it() -> None:
    pairs = [a_pair("pair-1", 2000, provider="colt"), a_pair("pair-2", 1000, provider="colt")]
    assert placed(pairs) == "pair-2"


def test_when_the_kept_pairs_are_full_the_others_are_open_to_it() -> None:
    pairs = [a_pair("pair-1", 100, provider="colt"), a_pair("pair-2")]
    assert placed(pairs) == "pair-2"


def test_a_pair_kept_for_another_provider_is_never_used() -> None:
    assert placed([a_pair("pair-1", provider="equinix")]) is None


def test_no_fit_is_refused_with_what_is_free_where_most_first() -> None:
    pairs = [a_pair("pair-1", 100), a_pair("pair-2", 400), a_pair("pair-3", provider="equinix")]
    given(a_customer(), a_location("frankfurt", *pairs)).when(
        "order-circuit", "circuit/c1", **ORDER
    ).refused(
        "no-capacity",
        bandwidth_mbps=500,
        location_id="frankfurt",
        free=["pair-2 400 Mbit/s", "pair-1 100 Mbit/s"],
    )


def test_the_sentence_of_a_location_with_hundreds_of_pairs_stays_short() -> None:
    pairs = [a_pair(f"pair-{number}", 100) for number in range(300)]
    spec = given(a_customer(), a_location("frankfurt", *pairs))
    spec.when("order-circuit", "circuit/c1", **ORDER).refused("no-capacity")
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    assert spec.outcome.refusal.facts["free"][20:] == ["280 more"]


def test_a_refused_order_takes_nothing() -> None:
    spec = given(a_customer(), a_location("frankfurt", a_pair(capacity_mbps=100)))
    spec.when("order-circuit", "circuit/c1", **ORDER).refused("no-capacity")
    assert dict(spec.state("location/frankfurt").taken) == {}
    assert spec.state("circuit/c1") is None


def test_a_circuit_takes_its_bandwidth_on_its_pair() -> None:
    spec = given(a_customer(), a_location()).when("order-circuit", "circuit/c1", **ORDER)
    location = spec.state("location/frankfurt")
    assert dict(location.taken) == {"pair-1": 500}
    assert dict(location.taken_by) == {"colt": 500}


PAIRS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from([None, "colt", "equinix"])), max_size=6
)


@for_all(PAIRS, st.integers(1, 4))
def test_placement_is_what_sorting_the_pairs_would_give(
    pairs: list[tuple[int, str | None]], bandwidth_mbps: int
) -> None:
    listed = tuple(
        Pair(f"pair-{place}", "a", "b", free, free, provider)
        for place, (free, provider) in enumerate(pairs)
    )
    location = Location("frankfurt", ("colt", "equinix"), listed, "1", ())
    fitting = [
        pair
        for pair in listed
        if pair.provider in (None, "colt") and pair.limit_mbps >= bandwidth_mbps
    ]
    fitting.sort(key=lambda pair: (pair.provider != "colt", pair.limit_mbps))
    assert location.placement("colt", bandwidth_mbps) == next(iter(fitting), None)


@pytest.mark.parametrize("bandwidth_mbps", [50, 100, 200, 500, 1000, 2000, 5000, 10000])
def test_every_offered_bandwidth_fits_where_exactly_that_is_free(bandwidth_mbps: int) -> None:
    pair = a_pair(capacity_mbps=bandwidth_mbps)
    assert placed([pair], bandwidth_mbps=bandwidth_mbps) == "pair-1"
