"""A command that is for one version of its subject is decided at that version alone.

Contract, "Order of checks", 4, and "HTTP" (`If-Match`).
"""

from typing import Any

import pytest

from domain.circuit.events import TierChanged
from tests.domain.spec import Spec, given
from tests.examples import ORDER, a_customer, a_grant, a_location, a_world, an_ordered_circuit

C1 = "circuit/c1"


def asked(spec: Spec, verb: str, subject: str, data: dict[str, Any], **attributes: Any) -> Spec:
    """Send a command with further attributes."""
    message = {
        "specversion": "1.0",
        "id": "v-1",
        "source": "/test",
        "type": f"tieline.command.{verb}.v1",
        "subject": subject,
        "data": data,
    }
    return spec.when_message(message | attributes)


def version_of(spec: Spec, stream: str) -> int:
    return spec.load(stream)[1]


@pytest.mark.parametrize("written", [int, str])
def test_it_is_decided_at_that_version(written: type[int] | type[str]) -> None:
    world = given(a_world())
    at = written(version_of(world, C1))
    asked(world, "change-tier", C1, {"tier": "premium"}, ifversion=at).then(TierChanged)


@pytest.mark.parametrize("off_by", [-1, 1, 1000])
def test_at_another_version_it_is_refused_and_both_are_said(off_by: int) -> None:
    world = given(a_world())
    at = version_of(world, C1)
    asked(world, "change-tier", C1, {"tier": "premium"}, ifversion=at + off_by).refused(
        "version-moved", subject=C1, version=at, if_version=at + off_by
    )


def test_what_is_to_be_created_is_at_version_0() -> None:
    world = given(a_customer(), a_location())
    asked(world, "order-circuit", "circuit/c7", ORDER, ifversion=1).refused(
        "version-moved", version=0
    )
    asked(world, "order-circuit", "circuit/c7", ORDER, ifversion=0, id="v-2").then_accepted()


def test_it_is_refused_though_what_was_asked_is_true_already() -> None:
    world = given(a_world())
    asked(world, "change-tier", C1, {"tier": "standard"}, ifversion=9).refused("version-moved")


def test_existence_comes_before_the_version() -> None:
    asked(given(a_world()), "change-tier", "circuit/c9", {"tier": "premium"}, ifversion=9).refused(
        "not-found"
    )


def test_permission_comes_before_the_version() -> None:
    world = given(a_world(), a_grant("user:bob", "reader"))
    asked(world, "change-tier", C1, {"tier": "premium"}, ifversion=9, actor="user:bob").refused(
        "not-permitted"
    )


def test_the_version_comes_before_the_service_key() -> None:
    world = given(a_customer(), a_location(), an_ordered_circuit("c1"))
    data = {"service_key": "guessed"}
    asked(world, "begin-provisioning", C1, data, ifversion=0).refused("version-moved")
    asked(world, "begin-provisioning", C1, data, id="v-2").refused("service-key-mismatch")
