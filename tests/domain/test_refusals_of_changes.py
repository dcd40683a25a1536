"""Refusals around changes of bandwidth: they advise what can still be done, and name successors."""

import pytest

from domain.bandwidth_change.course import StepName
from domain.circuit.bandwidth_events import ChangeFailed
from domain.customer.events import RoleGranted
from tests.domain.drive import drive
from tests.domain.spec import NOW, Spec, given
from tests.domain.test_abandon_and_retry import abandon
from tests.domain.test_decrease import lower, lowering
from tests.domain.test_increase import raise_to
from tests.examples import (
    a_customer,
    a_location,
    a_provisioned_circuit,
    a_world,
)
from tests.examples.parties import a_connect_to_customer

LATER = "2026-01-06T01:00:00.000000Z"


def message(spec: Spec) -> str:
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    return spec.outcome.refusal.message


def another(spec: Spec, circuit_id: str = "c1") -> str:
    """What is said to another change of bandwidth."""
    spec.when("change-bandwidth", f"circuit/{circuit_id}", bandwidth_mbps=2000)
    return message(spec.refused("change-in-progress", circuit_id="c1"))


class TestWhileAChangeRuns:
    def test_a_scheduled_one_is_named_as_scheduled_with_its_time(self) -> None:
        said = another(raise_to(given(a_world()), not_before=LATER))
        assert f"is scheduled for {LATER}" in said
        assert "abandon it before it starts" in said

    def test_an_increase_can_be_abandoned(self) -> None:
        assert "or send abandon-bandwidth-change." in another(raise_to(given(a_world())))

    @pytest.mark.parametrize("strategy", ["teardown-first", "replace-first"])
    def test_a_decrease_can_be_abandoned_until_the_teardown_begins(self, strategy: str) -> None:
        play = lowering(strategy)
        assert "or send abandon-bandwidth-change." in another(play.to("deprovisioning-requested"))
        spec = play.to("deprovisioning")
        assert "can't be abandoned any more: the teardown of the old circuit has begun" in (
            another(spec)
        )

    def test_a_rejected_teardown_has_begun_all_the_same(self) -> None:
        play = lowering("teardown-first")
        play.to("deprovisioning")
        play.provider("reject-deprovisioning", reason="busy")
        assert "can't be abandoned any more" in another(play.process())

    def test_one_that_is_being_reverted_ends_by_itself(self) -> None:
        play = lowering("replace-first")
        abandon(play.to("successor-provisioning"))
        spec = play.process()
        for circuit_id in ("c1", "c1.r2"):
            assert "it was abandoned and is being reverted" in another(spec, circuit_id)

    @pytest.mark.parametrize(
        ("strategy", "step"),
        [
            ("teardown-first", "successor-placed"),
            ("replace-first", "successor-provisioning"),
            ("replace-first", "deprovisioning"),
        ],
    )
    def test_a_successor_never_advises_to_abandon(self, strategy: str, step: StepName) -> None:
        said = another(lowering(strategy).to(step), "c1.r2")
        assert "abandon-bandwidth-change" not in said
        assert said.endswith("wait until it ends.")
        assert ("has begun" in said) == (strategy == "teardown-first")

    @pytest.mark.parametrize("verb", ["change-model", "remove-customer"])
    def test_the_customer_is_told_the_same(self, verb: str) -> None:
        play = drive(lower(given(a_world()), strategy="teardown-first"))
        data = {"model": "connect-to"} if verb == "change-model" else {}
        spec = play.to("deprovisioning-requested").when(verb, "customer/acme", **data)
        assert "or send abandon-bandwidth-change." in message(spec.refused("change-in-progress"))
        spec = play.to("deprovisioning").when(verb, "customer/acme", **data)
        assert "can't be abandoned any more" in message(spec.refused("change-in-progress"))


class TestWhatIsGone:
    @pytest.mark.parametrize("strategy", ["teardown-first", "replace-first"])
    def test_a_replaced_circuit_names_its_successor_and_when_it_went(self, strategy: str) -> None:
        spec = lowering(strategy).settle()
        spec.when("change-tier", "circuit/c1", tier="premium")
        spec.refused("not-found", id="c1", removed_at=NOW, replaced_by="c1.r2")
        assert message(spec) == (f"The circuit c1 was removed at {NOW}; c1.r2 has taken its place.")

    def test_a_deleted_circuit_says_when_it_went(self) -> None:
        play = drive(given(a_world()))
        play.spec.when("request-deprovisioning", "circuit/c1", accept_interruption=True)
        spec = play.settle().when("delete-circuit", "circuit/c1")
        spec.when("delete-circuit", "circuit/c1").refused("not-found", removed_at=NOW)
        assert "replaced_by" not in str(spec.outcome)

    def test_a_successor_that_was_given_up_has_none(self) -> None:
        play = lowering("replace-first")
        abandon(play.to("successor-provisioning"))
        spec = play.settle().when("change-tier", "circuit/c1.r2", tier="premium")
        spec.refused("not-found", id="c1.r2", removed_at=NOW)
        assert "has taken its place" not in message(spec)

    def test_so_does_a_scheduled_change_that_finds_its_circuit_gone(self) -> None:
        play = drive(raise_to(given(a_world()), not_before=LATER))
        play.process()
        play.spec.when("request-deprovisioning", "circuit/c1", accept_interruption=True)
        play.settle().when("delete-circuit", "circuit/c1")
        ((_, failed),) = play.tick(LATER).written
        assert isinstance(failed, ChangeFailed)
        assert failed.code == "not-found"
        assert "removed_at" in failed.facts

    def test_a_stranger_is_told_nothing_of_it(self) -> None:
        spec = lowering("teardown-first").settle()
        spec.when("change-tier", "circuit/c1", actor="user:eve", tier="premium")
        spec.refused("not-found")
        assert "removed" not in message(spec)


class TestOnBehalf:
    GRANT = RoleGranted(principal="user:olaf", role="contributor", on_behalf=True)

    def tier(self, on_behalf_of: str | None = None) -> Spec:
        world = [a_connect_to_customer(), a_location(), a_provisioned_circuit()]
        return given(world, ("customer/acme", self.GRANT)).when(
            "change-tier",
            "circuit/c1",
            actor="user:olaf",
            on_behalf_of=on_behalf_of,
            tier="premium",
        )

    def test_whoever_forgot_onbehalfof_is_told_so(self) -> None:
        assert "set onbehalfof" in message(self.tier().refused("not-permitted"))
        self.tier(on_behalf_of="acme").then_accepted()

    def test_nobody_is_told_to_set_it_whom_it_would_not_help(self) -> None:
        spec = self.tier().when(
            "grant-role", "customer/acme", actor="user:olaf", principal="user:x", role="reader"
        )
        assert "it takes the role owner" in message(spec.refused("not-permitted"))
        bob = RoleGranted(principal="user:bob", role="reader")
        spec = given(a_customer(), ("customer/acme", bob)).when(
            "add-subscription", "customer/acme", actor="user:bob", subscription_id="x"
        )
        assert "it takes the role owner or contributor" in message(spec.refused("not-permitted"))
