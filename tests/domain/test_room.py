"""Where a rate fits nowhere: the refusal says what was asked, what is free, and what would fit."""

from typing import Any

import pytest

from domain.words.refusals import sentence_of
from tests.domain.spec import Spec, given
from tests.domain.test_decrease import lower, lowering
from tests.domain.test_increase import raise_to
from tests.examples import (
    ORDER,
    a_customer,
    a_location,
    a_pair,
    a_provisioned_circuit,
)


def world(*pairs: Any, **circuit: Any) -> Spec:
    """A circuit of 500 Mbit/s on the first of these pairs."""
    located = a_location("frankfurt", *pairs)
    return given(a_customer(), located, a_provisioned_circuit(**circuit))


def message(spec: Spec) -> str:
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    return spec.outcome.refusal.message


def order(spec: Spec, **fields: Any) -> Spec:
    return spec.when("order-circuit", "circuit/c9", **ORDER | fields)


class TestAnIncrease:
    def test_says_what_was_asked_what_more_it_takes_and_what_is_free_there(self) -> None:
        spec = raise_to(world(a_pair("pair-1", 700)), 2000)
        spec.refused(
            "no-capacity",
            bandwidth_mbps=2000,
            more_mbps=1500,
            pair="pair-1",
            free_mbps=200,
            free=["pair-1 200 Mbit/s"],
            provider="colt",
            fits=[],
        )
        assert message(spec) == (
            "2000 Mbit/s takes 1500 Mbit/s more on pair-1 at frankfurt, where 200 are free; "
            "alternatives here: none."
        )

    @pytest.mark.parametrize(
        ("capacity", "fits"), [(999, []), (1000, [1000]), (2499, [2000]), (5000, [5000])]
    )
    def test_names_the_greatest_rate_that_would_fit_in_place(
        self, capacity: int, fits: list[int]
    ) -> None:
        spec = raise_to(world(a_pair("pair-1", capacity)), 10000)
        spec.refused("no-capacity", fits=[f"up to {mbps} Mbit/s on pair-1" for mbps in fits])

    def test_names_another_pair_that_could_take_a_new_circuit(self) -> None:
        kept, open_ = a_pair("pair-2", 9000, provider="equinix"), a_pair("pair-3", 3000)
        spec = raise_to(world(a_pair("pair-1", 600), kept, open_), 2000)
        spec.refused("no-capacity", fits=["a new circuit of 2000 Mbit/s on pair-3"])
        raise_to(world(a_pair("pair-1", 600), kept), 2000).refused("no-capacity", fits=[])


class TestAnOrder:
    def test_names_the_greatest_rate_that_would_fit_and_its_pair(self) -> None:
        spec = order(world(a_pair("pair-1", 700), a_pair("pair-2", 150)))
        spec.refused("no-capacity", provider="colt", fits=["up to 200 Mbit/s on pair-1"])
        assert message(spec).endswith(
            "free per pair: pair-1 200 Mbit/s, pair-2 150 Mbit/s; "
            "alternatives here: up to 200 Mbit/s on pair-1."
        )

    def test_names_only_what_its_tier_offers(self) -> None:
        local = {"tier": "local", "billing": "unlimited", "bandwidth_mbps": 2000}
        located = a_location("frankfurt", a_pair("pair-1", 700), local_regions=["Germany"])
        order(given(a_customer(), located), **local).refused("no-capacity", fits=[])

    def test_without_any_pair_for_its_provider_nothing_fits(self) -> None:
        located = a_location("frankfurt", a_pair("pair-1", provider="equinix"))
        order(given(a_customer(), located)).refused("no-capacity", free=[], fits=[])


class TestASuccessor:
    def test_names_the_other_strategy(self) -> None:
        spec = lower(world(a_pair("pair-1", 600)), strategy="replace-first")
        spec.refused(
            "no-capacity",
            bandwidth_mbps=200,
            strategy="replace-first",
            fits=["the strategy teardown-first"],
        )
        assert message(spec).startswith("200 Mbit/s beside the old circuit, as replace-first needs")
        lower(spec, strategy="teardown-first").then_accepted()

    def test_so_does_the_stall_of_one_that_found_no_room_later(self) -> None:
        located = a_location("frankfurt", a_pair("pair-1", 700))
        play = lowering("replace-first", a_customer(), located, a_provisioned_circuit())
        order(play.spec, bandwidth_mbps=200).then_accepted()
        play.settle()
        stalled = play.change.stalled
        assert stalled is not None
        assert "alternatives here: the strategy teardown-first" in stalled.reason


def test_what_was_refused_before_is_said_as_it_was() -> None:
    facts = {"bandwidth_mbps": 500, "location_id": "frankfurt", "free": ["pair-1 0 Mbit/s"]}
    assert sentence_of("no-capacity", facts) == (
        "500 Mbit/s does not fit at frankfurt; free per pair: pair-1 0 Mbit/s."
    )
