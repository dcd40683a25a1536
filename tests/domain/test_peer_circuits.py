"""Peer circuits: two circuits of a customer that join its sites."""

from typing import Any

import pytest

from domain.circuit.connection_events import CircuitPeered, CircuitUnpeered
from tests.domain.spec import Spec, given
from tests.domain.test_decrease import lower
from tests.examples import (
    a_customer,
    a_grant,
    a_location,
    a_peering,
    a_provisioned_circuit,
    a_world,
    an_ordered_circuit,
)
from tests.examples.hanging import a_connection, a_ready_world, peered

C1, C2 = "circuit/c1", "circuit/c2"
BOB = "user:bob"
LONDON = a_location("london", geopolitical_region="europe")
OTHER = [a_provisioned_circuit("c2", location_id="london"), a_peering("c2")]
TWO = (a_ready_world(), LONDON, OTHER)


def peer(spec: Spec, other: str = "c2", **more: Any) -> Spec:
    return spec.when("peer-circuits", C1, other_circuit_id=other, **more)


def unpeer(spec: Spec, **more: Any) -> Spec:
    return spec.when("unpeer-circuits", C1, other_circuit_id="c2", **more)


def test_it_is_written_on_both() -> None:
    spec = peer(given(TWO)).then(
        (
            C1,
            CircuitPeered(
                other_circuit_id="c2",
                location_id="london",
                needs_premium=False,
                geopolitical_region="europe",
            ),
        ),
        (C2, CircuitPeered(other_circuit_id="c1", location_id="frankfurt", needs_premium=False)),
    )
    peer(spec).refused("already-exists", id="c2")
    spec.when("peer-circuits", C2, other_circuit_id="c1").refused("already-exists", id="c1")
    unpeer(spec).then(
        (C1, CircuitUnpeered(other_circuit_id="c2")), (C2, CircuitUnpeered(other_circuit_id="c1"))
    )
    unpeer(spec).refused("not-found", id="c2")


def test_no_circuit_is_its_own_peer() -> None:
    peer(given(TWO), "c1").refused("malformed-command")


def test_both_are_provisioned_with_a_private_peering() -> None:
    ordered = an_ordered_circuit("c2", location_id="london")
    peer(given(a_ready_world(), LONDON, ordered)).refused("circuit-not-provisioned")
    bare = a_provisioned_circuit("c2", location_id="london")
    peer(given(a_ready_world(), LONDON, bare)).refused("peering-not-found", circuit_id="c2")
    peer(given(a_world(), LONDON, OTHER)).refused("peering-not-found", circuit_id="c1")


@pytest.mark.parametrize(
    ("one", "other", "because"),
    [
        ({"tier": "local"}, {}, "c1 is of tier local"),
        ({}, {"tier": "local"}, "c2 is of tier local"),
        ({}, {"location_id": "frankfurt"}, "both are at frankfurt"),
    ],
)
def test_neither_is_local_and_they_are_apart(one: Any, other: Any, because: str) -> None:
    world = [a_customer(), a_location(), a_provisioned_circuit(**one), a_peering(), LONDON]
    second = a_provisioned_circuit("c2", **{"location_id": "london"} | other)
    peer(given(world, second, a_peering("c2"))).refused("peer-not-allowed", because=because)


@pytest.mark.parametrize(
    ("tiers", "refused_for"),
    [
        (("standard", "premium"), "c1"),
        (("premium", "standard"), "c2"),
        (("premium", "premium"), None),
    ],
)
def test_across_geopolitical_regions_both_are_premium(tiers: Any, refused_for: str | None) -> None:
    world = [
        a_customer(),
        a_location(geopolitical_region="north-america"),
        LONDON,
        a_provisioned_circuit(tier=tiers[0]),
        a_peering(),
        a_provisioned_circuit("c2", tier=tiers[1], location_id="london"),
        a_peering("c2"),
    ]
    spec = peer(given(world))
    if refused_for:
        spec.refused("peer-not-allowed")
        assert spec.outcome is not None
        assert spec.outcome.refusal is not None
        assert f"{refused_for} is of tier standard" in spec.outcome.refusal.facts["because"]
    else:
        spec.then_accepted()
        assert spec.state(C1).peer_circuits["c2"].needs_premium


@pytest.mark.parametrize("seen", [False, True])
def test_another_customers_circuit_is_no_peer(*, seen: bool) -> None:
    sight = [a_grant(BOB, "reader", "zeta")] if seen else []
    zeta = a_customer("zeta", number=2, subscription="zeta-prod")
    theirs = {"customer_id": "zeta", "subscription_id": "zeta-prod", "location_id": "london"}
    other = [a_provisioned_circuit("c2", **theirs), a_peering("c2")]
    spec = given(a_ready_world(), LONDON, zeta, other, sight, a_grant(BOB, "owner"))
    peer(spec, actor=BOB)
    spec.refused("customer-mismatch") if seen else spec.refused("not-found", kind="circuit")


def test_it_takes_the_right_on_both() -> None:
    for verb in (peer, unpeer):
        facts = peered() if verb is unpeer else []
        one = a_grant(BOB, "network-operator", scope="c1")
        verb(given(TWO, facts, one), actor=BOB).refused("not-found", kind="circuit", id="c2")
        reads = a_grant(BOB, "reader", scope="c2")
        verb(given(TWO, facts, one, reads), actor=BOB).refused("not-permitted")
        both = a_grant(BOB, "network-operator", scope="c2")
        verb(given(TWO, facts, one, both), actor=BOB).then_accepted()


def test_peers_count_as_networks_do_on_both_sides() -> None:
    full = [a_connection(f"n{each}", "c1", f"10.{each}.0.0/16") for each in range(10)]
    peer(given(TWO, full)).refused("limit-reached", allowed=10, used=10)
    theirs = [a_connection(f"n{each}", "c2", f"10.{each}.0.0/16") for each in range(10)]
    peer(given(TWO, theirs)).refused("limit-reached", allowed=10, used=10)
    peer(given(TWO, full[1:], theirs[1:])).then_accepted()


def test_spaces_of_networks_on_the_peer_are_not_compared() -> None:
    same = [a_connection("n1", "c1", "10.1.0.0/16"), a_connection("n2", "c2", "10.1.0.0/16")]
    peer(given(TWO, same)).then_accepted()


def test_a_circuit_with_peers_stays_with_its_private_peering() -> None:
    spec = given(TWO, peered())
    spec.when("remove-peering", C1, routing_domain="private").refused("connections-remain", count=1)
    spec.when("delete-circuit", C2).refused("deletion-blocked", count=2)
    assert spec.blockers[-1] == "peer circuit c1"


@pytest.mark.parametrize("strategy", ["teardown-first", "replace-first"])
def test_from_the_other_side_a_decrease_stops_it(strategy: str) -> None:
    spec = lower(given(TWO, peered()), strategy=strategy).then_accepted()
    spec.when("unpeer-circuits", C2, other_circuit_id="c1").refused("change-in-progress")
    spec = lower(given(TWO), strategy=strategy)
    spec.when("peer-circuits", C2, other_circuit_id="c1").refused("change-in-progress")
