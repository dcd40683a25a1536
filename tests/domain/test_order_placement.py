"""Placing a circuit on a port pair: which pair is taken, and when none has room."""

import pytest

from domain.circuit.events import CircuitOrdered, CircuitPlaced
from domain.customer.events import CircuitAttached
from domain.location.events import CapacityTaken
from tests.domain.test_ordering import a_market, order, placed_on
from tests.examples import a_pair


class TestPlacement:
    def test_a_pair_kept_for_the_provider_comes_first(self) -> None:
        spec = a_market(a_pair("open", 1000), a_pair("kept", 5000, provider="colt"))
        assert placed_on(order(spec)) == "kept"

    def test_a_pair_kept_for_another_provider_is_never_used(self) -> None:
        spec = a_market(a_pair("kept", 10000, provider="equinix"))
        order(spec).refused("no-capacity", free=[])

    def test_when_the_kept_pair_is_full_an_open_one_is_used(self) -> None:
        spec = a_market(a_pair("kept", 400, provider="colt"), a_pair("open", 1000))
        assert placed_on(order(spec)) == "open"

    def test_the_pair_with_the_least_free_capacity_comes_next(self) -> None:
        spec = a_market(a_pair("big", 10000), a_pair("small", 600), a_pair("tiny", 400))
        assert placed_on(order(spec)) == "small"

    def test_then_the_pair_listed_first(self) -> None:
        spec = a_market(a_pair("second", 1000), a_pair("first", 1000))
        assert placed_on(order(spec)) == "second"

    def test_what_is_taken_counts_against_what_is_free(self) -> None:
        spec = a_market(a_pair("big", 2000), a_pair("small", 1000))
        assert placed_on(order(spec)) == "small"
        assert placed_on(order(spec, "c2"), "c2") == "small"
        assert placed_on(order(spec, "c3"), "c3") == "big"

    def test_without_a_fit_it_is_refused_with_what_is_free_where(self) -> None:
        spec = a_market(a_pair("one", 400), a_pair("two", 300))
        order(spec).refused("no-capacity", free=["one 400 Mbit/s", "two 300 Mbit/s"])

    def test_the_last_megabit_can_be_taken_once(self) -> None:
        spec = order(a_market(a_pair("pair-1", 500)))
        spec.then(CircuitOrdered, CircuitAttached, CapacityTaken, CircuitPlaced)
        order(spec, "c2", bandwidth_mbps=50).refused("no-capacity", free=["pair-1 0 Mbit/s"])

    @pytest.mark.parametrize(
        ("factor", "left"), [("1", 0), ("1.9999", 99), ("2", 100), ("2.5", 150)]
    )
    def test_the_limit_is_capacity_times_factor_rounded_down(self, factor: str, left: int) -> None:
        spec = order(a_market(a_pair("pair-1", 100), oversubscription=factor), bandwidth_mbps=100)
        order(spec, "c2").refused("no-capacity", free=[f"pair-1 {left} Mbit/s"])
