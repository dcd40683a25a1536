"""A command that is for one version of its subject is decided at that version alone.

Contract, "Order of checks", 4, and "HTTP" (`If-Match`).
"""

import pytest

from domain.circuit.events import TierChanged
from tests.domain.spec import Spec, given
from tests.examples import ORDER, a_customer, a_grant, a_location, a_world, an_ordered_circuit

C1 = "circuit/c1"


def version_of(spec: Spec, stream: str) -> int:
    return spec.load(stream)[1]


@pytest.mark.parametrize("written", [int, str])
def test_it_is_decided_at_that_version(written: type[int] | type[str]) -> None:
    world = given(a_world())
    at = written(version_of(world, C1))
    world.when("change-tier", C1, tier="premium", if_version=at).then(TierChanged)


@pytest.mark.parametrize("off_by", [-1, 1, 1000])
def test_at_another_version_it_is_refused_and_both_are_said(off_by: int) -> None:
    world = given(a_world())
    at = version_of(world, C1)
    world.when("change-tier", C1, tier="premium", if_version=at + off_by).refused(
        "version-moved", subject=C1, version=at, if_version=at + off_by
    )


def test_what_is_to_be_created_is_at_version_0() -> None:
    world = given(a_customer(), a_location())
    world.when("order-circuit", "circuit/c7", **ORDER, if_version=1).refused(
        "version-moved", version=0
    )
    world.when("order-circuit", "circuit/c7", **ORDER, if_version=0).then_accepted()


def test_it_is_refused_though_what_was_asked_is_true_already() -> None:
    world = given(a_world())
    world.when("change-tier", C1, tier="standard", if_version=9).refused("version-moved")


def test_existence_comes_before_the_version() -> None:
    given(a_world()).when("change-tier", "circuit/c9", tier="premium", if_version=9).refused(
        "not-found"
    )


def test_permission_comes_before_the_version() -> None:
    world = given(a_world(), a_grant("user:bob", "reader"))
    world.when("change-tier", C1, tier="premium", if_version=9, actor="user:bob").refused(
        "not-permitted"
    )


def test_the_version_comes_before_the_service_key() -> None:
    world = given(a_customer(), a_location(), an_ordered_circuit("c1"))
    data = {"service_key": "guessed"}
    world.when("begin-provisioning", C1, **data, if_version=0).refused("version-moved")
    world.when("begin-provisioning", C1, **data).refused("service-key-mismatch")
