"""A log that went back goes on once an operator says so; what is known to be missing is kept."""

from typing import Any

from domain.csp.events import Missing, RestoreAccepted
from domain.engine.batch import Present
from tests.domain.spec import given
from tests.examples import a_customer

SELF = "csp/self"
MISSING = {"stream": "customer/acme", "version": 50, "known_version": 57, "known_by": "the topic"}
ACCEPTED: dict[str, Any] = {
    "epoch": "e2",
    "epoch_before": "e1",
    "position": 120,
    "known_position": 131,
    "missing": [MISSING],
    "missing_streams": 1,
    "reason": "the standby did not have it",
}


def test_it_is_recorded_with_what_is_known_to_be_missing() -> None:
    spec = given(a_customer()).when("accept-restore", SELF, inside=True, **ACCEPTED)
    missing = [Missing("customer/acme", 50, 57, "the topic")]
    said: dict[str, Any] = {**ACCEPTED, "missing": missing}
    spec.then((SELF, RestoreAccepted(**said)))
    assert spec.epoch == "e2"


def test_nothing_may_be_known_to_be_missing() -> None:
    said = {"epoch": "e2", "epoch_before": "e1", "position": 0}
    nothing: dict[str, Any] = {**said, "missing": [], "missing_streams": 0}
    spec = given().when("accept-restore", SELF, inside=True, **nothing)
    spec.then((SELF, RestoreAccepted(epoch="e2", epoch_before="e1", position=0)))


def test_no_other_command_begins_an_epoch() -> None:
    spec = given(a_customer()).when("grant-role", SELF, principal="user:ops", role="auditor")
    assert spec.epoch is None


def test_only_the_csp_accepts_it() -> None:
    spec = given(a_customer())
    spec.when("accept-restore", SELF, inside=True, actor="user:eve", **ACCEPTED)
    spec.refused("not-permitted", actor="user:eve")
    assert spec.epoch is None


def test_the_engine_itself_does_not_answer_for_it() -> None:
    spec = given(a_customer())
    spec.when("accept-restore", SELF, inside=True, actor="service:tieline", **ACCEPTED)
    spec.refused("not-permitted", actor="service:tieline")
    assert spec.epoch is None


def test_from_outside_it_is_unknown() -> None:
    given(a_customer()).when("accept-restore", SELF, **ACCEPTED).refused("unknown-command")


def test_a_person_named_on_csp_self_may() -> None:
    spec = given(a_customer()).when("grant-role", SELF, principal="user:ops", role="contributor")
    spec.when("accept-restore", SELF, inside=True, actor="user:ops", **ACCEPTED).then_accepted()


def test_a_restore_changes_nothing_else() -> None:
    spec = given(a_customer())
    before = Present(spec.load).see(SELF)
    spec.when("accept-restore", SELF, inside=True, **ACCEPTED)
    assert Present(spec.load).see(SELF) == before
