"""A role scoped to a circuit holds for its successors, too, and for nothing else."""

from typing import Any

import pytest

from domain.bandwidth_change.course import StepName
from domain.bandwidth_change.successors import succeeds
from domain.customer.events import SubscriptionAdded
from tests.domain.drive import Drive, drive
from tests.domain.spec import Spec, given
from tests.domain.test_abandon_and_retry import abandon
from tests.domain.test_decrease import lowering
from tests.domain.test_roles import ACME
from tests.examples import ORDER, a_customer, a_grant, a_location, a_provisioned_circuit, a_world

EVE = "user:eve"
FOR_C1 = a_grant(EVE, "contributor", scope="c1")
STRATEGIES = ("teardown-first", "replace-first")


def may(spec: Spec, circuit_id: str, actor: str = EVE) -> bool:
    """Whether somebody may change the billing of a circuit."""
    spec.when("change-billing", f"circuit/{circuit_id}", actor=actor, billing="unlimited")
    assert spec.outcome is not None
    if spec.outcome.accepted:
        return True
    spec.refused("not-found")
    return False


def started(spec: Spec, circuit_id: str, strategy: str = "teardown-first") -> Drive:
    """A further decrease under way."""
    spec.when(
        "change-bandwidth",
        f"circuit/{circuit_id}",
        bandwidth_mbps=100,
        change_id="down-2",
        accept_interruption=True,
        strategy=strategy,
    ).then_accepted()
    return drive(spec)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_it_holds_for_the_successor(strategy: str) -> None:
    assert may(lowering(strategy, a_world(), FOR_C1).settle(), "c1.r2")


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_it_holds_for_the_successors_successor(strategy: str) -> None:
    spec = started(lowering(strategy, a_world(), FOR_C1).settle(), "c1.r2", strategy).settle()
    assert may(spec, "c1.r3")
    assert not may(spec, "c1.r3", actor="user:olaf")


def test_a_role_for_a_successor_that_was_given_up_does_not_hold_for_the_next() -> None:
    play = lowering("replace-first")
    spec = play.to("successor-placed")
    spec.when("grant-role", ACME, principal=EVE, role="contributor", scope="c1.r2")
    abandon(spec.then_accepted())
    play.settle()
    assert not may(started(spec, "c1").settle(), "c1.r3")


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_it_holds_while_the_change_runs_and_names_it_by_the_old_circuit(strategy: str) -> None:
    grant = a_grant(EVE, "network-operator", scope="c1")
    play = lowering(strategy, a_world(), grant)
    play.to("successor-placed").when(
        "retry-bandwidth-change", "circuit/c1", actor=EVE, change_id="down-1", reason="again"
    ).then_accepted()


def test_it_holds_for_a_successor_that_is_replaced_in_turn() -> None:
    grant = a_grant(EVE, "network-operator", scope="c1")
    play = started(lowering("teardown-first", a_world(), grant).settle(), "c1.r2", "replace-first")
    for step in ("successor-placed", "deprovisioning"):
        play.to(step).when(
            "retry-bandwidth-change", "circuit/c1.r2", actor=EVE, change_id="down-2", reason="again"
        ).then_accepted()


def test_after_a_revert_it_is_the_old_circuits_again() -> None:
    play = lowering("replace-first", a_world(), FOR_C1)
    abandon(play.to("successor-placed"))
    assert may(play.settle(), "c1")


def test_another_circuit_of_like_name_is_no_successor() -> None:
    others = [a_provisioned_circuit(id) for id in ("c1.r", "c1-r2", "c2")]
    spec = lowering("teardown-first", a_world(), others, FOR_C1).settle()
    assert not any(may(spec, id) for id in ("c1.r", "c1-r2", "c2"))


def test_a_circuit_ordered_after_another_was_deleted_does_not_succeed_it() -> None:
    spec = given(a_world(), FOR_C1)
    spec.when("request-deprovisioning", "circuit/c1", accept_interruption=True)
    drive(spec).settle().when("delete-circuit", "circuit/c1").then_accepted()
    spec.when("order-circuit", "circuit/c2", **ORDER).then_accepted()
    assert not may(spec, "c2")


def test_whoever_owns_a_circuit_grants_for_its_successor() -> None:
    spec = lowering("teardown-first", a_world(), a_grant(EVE, "owner", scope="c1")).settle()
    grant: dict[str, Any] = {"principal": "user:bob", "role": "reader", "actor": EVE}
    spec.when("grant-role", ACME, **grant, scope="c1.r2").then_accepted()
    spec.when("grant-role", ACME, **grant).refused("not-found")


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_circuit_that_was_replaced_is_no_scope_and_the_refusal_names_its_successor(
    strategy: str,
) -> None:
    spec = lowering(strategy, a_world()).settle()
    spec.when("grant-role", ACME, principal=EVE, role="reader", scope="c1")
    spec.refused("not-found", kind="circuit", id="c1", replaced_by="c1.r2")
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    assert spec.outcome.refusal.facts["removed_at"] == spec.state("circuit/c1").removed_at


@pytest.mark.parametrize("moment", ["successor-placed", "successor-provisioning"])
def test_a_circuit_that_is_about_to_be_replaced_is_still_a_scope(moment: StepName) -> None:
    spec = lowering("replace-first").to(moment)
    grant = {"principal": EVE, "role": "contributor", "scope": "c1"}
    spec.when("grant-role", ACME, **grant).then_accepted()
    spec.when("revoke-role", ACME, **grant).then_accepted()


def test_of_another_customers_circuit_nothing_is_said() -> None:
    spec = lowering("teardown-first", a_world(), a_customer("zeta")).settle()
    spec.when("grant-role", "customer/zeta", principal=EVE, role="reader", scope="c1")
    spec.refused("not-found", kind="subscription or circuit", id="c1")
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    assert set(spec.outcome.refusal.facts) == {"kind", "id"}


def test_a_name_that_is_also_a_subscription_means_the_subscription() -> None:
    world = [
        a_customer(),
        (ACME, SubscriptionAdded(subscription_id="c1", managed_by="csp")),
        a_location(),
        a_provisioned_circuit("c1"),
    ]
    spec = lowering("teardown-first", world, FOR_C1).settle()
    assert not may(spec, "c1.r2")


@pytest.mark.parametrize(
    ("circuit_id", "other", "holds"),
    [
        ("c1.r2", "c1", True),
        ("c1.r10", "c1.r9", True),
        ("c1.r2", "c1.r3", False),
        ("c1", "c1.r2", False),
        ("c2.r2", "c1", False),
        ("c1.r2.r3", "c1", False),
    ],
)
def test_ids_say_who_can_succeed_whom(circuit_id: str, other: str, *, holds: bool) -> None:
    assert succeeds(circuit_id, other) is holds
