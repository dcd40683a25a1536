"""The ids of successors: `….r2`, `….r3`, reserved for good from the moment they are decided."""

import pytest

from tests.domain.drive import drive
from tests.domain.spec import Spec, given
from tests.domain.test_decrease import lower
from tests.examples import ORDER, a_customer, a_location, a_provisioned_circuit, a_world


def lowered(spec: Spec, circuit_id: str, mbps: int, change_id: str) -> str:
    """The successor after a decrease that ran to its end."""
    spec.when(
        "change-bandwidth",
        f"circuit/{circuit_id}",
        bandwidth_mbps=mbps,
        change_id=change_id,
        accept_interruption=True,
    )
    drive(spec).settle()
    return spec.state(f"circuit/{circuit_id}").replaced_by


def test_each_successor_has_the_next_number_behind_the_same_stem() -> None:
    spec = given(a_world())
    assert lowered(spec, "c1", 200, "a") == "c1.r2"
    assert lowered(spec, "c1.r2", 100, "b") == "c1.r3"
    assert lowered(spec, "c1.r3", 50, "c") == "c1.r4"
    assert spec.state("circuit/c1.r4").replaces == "c1.r3"


def test_a_number_reserved_by_an_abandoned_change_is_skipped_by_every_later_one() -> None:
    spec = lower(given(a_world()))
    spec.when("abandon-bandwidth-change", "circuit/c1", change_id="down-1", reason="no")
    assert lowered(spec, "c1", 200, "again") == "c1.r3"
    assert lowered(spec, "c1.r3", 100, "more") == "c1.r4"


def test_dots_in_the_publishers_id_are_no_numbers() -> None:
    spec = given(a_customer(), a_location(), a_provisioned_circuit("acme.fra.1"))
    assert lowered(spec, "acme.fra.1", 200, "a") == "acme.fra.1.r2"


def test_an_id_of_80_characters_has_successors() -> None:
    longest = "x" * 80
    spec = given(a_customer(), a_location(), a_provisioned_circuit(longest))
    assert lowered(spec, longest, 200, "a") == f"{longest}.r2"
    spec.when("change-tier", f"circuit/{longest}.r2", tier="premium")
    assert spec.state(f"circuit/{longest}.r2").tier == "premium"


def test_the_process_orders_only_the_successor_that_was_decided() -> None:
    spec = lower(given(a_world()))
    spec.when(
        "order-successor",
        "circuit/c1.r7",
        actor="service:tieline",
        change_id="down-1",
        replaces="c1",
        customer_id="acme",
        location_id="frankfurt",
    ).refused("change-unknown")


@pytest.mark.parametrize("wrong", [{"change_id": "other"}, {"change_id": "down-1"}])
def test_steps_of_another_change_are_refused(wrong: dict[str, str]) -> None:
    spec = lower(given(a_world()))
    if wrong["change_id"] == "down-1":
        spec = given(a_world())
    for verb in ("switch-over", "revert-switch", "finish-bandwidth-change"):
        spec.when(verb, "circuit/c1", actor="service:tieline", successor="c1.r2", **wrong).refused(
            "change-unknown"
        )


def test_a_successor_is_not_carried_over_to_before_it_is_provisioned() -> None:
    play = drive(lower(given(a_world()), strategy="replace-first"))
    play.to("successor-placed").when(
        "carry-over", "circuit/c1.r2", actor="service:tieline", change_id="down-1", replaces="c1"
    ).refused("circuit-not-provisioned")
    play.spec.when(
        "switch-over", "circuit/c1", actor="service:tieline", change_id="down-1", successor="c1.r2"
    ).refused("circuit-not-provisioned")


def test_a_second_carry_over_and_a_second_switch_add_nothing() -> None:
    play = drive(lower(given(a_world()), strategy="replace-first"))
    spec = play.to("deprovisioning-requested")
    before = spec.state("circuit/c1.r2").peerings
    spec.when(
        "carry-over", "circuit/c1.r2", actor="service:tieline", change_id="down-1", replaces="c1"
    )
    spec.when(
        "switch-over", "circuit/c1", actor="service:tieline", change_id="down-1", successor="c1.r2"
    ).then_nothing()
    assert spec.state("circuit/c1.r2").peerings == before


def test_the_process_takes_back_only_what_was_given_up() -> None:
    play = drive(lower(given(a_world()), strategy="replace-first"))
    spec = play.to("successor-placed")
    spec.when("delete-circuit", "circuit/c1.r2", actor="service:tieline").refused(
        "wrong-provider-state"
    )


@pytest.mark.parametrize("when", [{}, {"not_before": "2030-01-01T00:00:00Z"}], ids=str)
def test_the_process_tears_nothing_down_for_another_change_than_a_decrease(
    when: dict[str, str],
) -> None:
    spec = given(a_world()).when(
        "change-bandwidth", "circuit/c1", bandwidth_mbps=1000, change_id="up-1", **when
    )
    spec.when(
        "request-deprovisioning", "circuit/c1", actor="service:tieline", accept_interruption=True
    ).refused("wrong-provider-state")


def test_a_successors_id_is_never_ordered_from_outside() -> None:
    given(a_world()).when("order-circuit", "circuit/c1.r2", **ORDER).refused("malformed-command")
