"""A subscription belongs to one customer of the whole CSP; whose it is stands on csp/self.

What customers had before that was decided there stays theirs.
"""

from typing import Any

import pytest

from domain.circuit.events import CircuitDeleted
from domain.customer.events import (
    CircuitDetached,
    CustomerRemoved,
    SubscriptionManagerChanged,
)
from tests.domain.spec import given
from tests.domain.subscriptions import (
    ACME,
    BETA,
    LOWER,
    MIXED,
    SELF,
    UPPER,
    add,
    added,
    freed,
    held,
    remove,
    removed,
    two_customers,
)
from tests.examples import (
    a_customer,
    a_grant,
    an_ordered_circuit,
)
from tests.examples.parties import a_connect_to_customer, a_csp_role

# --- one customer of the whole CSP


def test_what_is_added_is_held_on_csp_self() -> None:
    spec = add(two_customers(), ACME, "prod").then(added(ACME, "prod"), held("acme", "prod"))
    add(spec, BETA, "test").then(added(BETA, "test"), held("beta", "test"))


@pytest.mark.parametrize(("has", "asked"), [("prod", "prod"), (UPPER, LOWER), (LOWER, MIXED)])
def test_another_customers_subscription_exists_already(has: str, asked: str) -> None:
    spec = add(two_customers(), ACME, has)
    add(spec, BETA, asked).refused("already-exists", kind="subscription", id=asked)


def test_ids_that_are_no_guids_differ_by_case() -> None:
    spec = add(two_customers(), ACME, "prod")
    add(spec, BETA, "PROD").then(added(BETA, "PROD"), held("beta", "PROD"))


def test_only_the_csp_is_told_whose_it_is() -> None:
    staff = a_csp_role("user:eve", "contributor"), a_csp_role("user:rita", "reader")
    theirs = [a_grant(f"user:{name}", "contributor", "beta") for name in ("bella", "rita")]
    noc = a_csp_role("service:noc", "provider"), a_grant("service:noc", "owner", "beta")
    spec = given(two_customers().history, held("acme", "prod"), staff, theirs, noc)
    for actor in ("user:owner", "user:eve"):
        add(spec, BETA, "prod", actor=actor).refused("already-exists", held_by="customer acme")
    for actor in ("user:bella", "user:rita", "service:noc"):
        add(spec, BETA, "prod", actor=actor).refused("already-exists", held_by="another customer")
        assert spec.outcome is not None
        assert "acme" not in str(spec.outcome.refusal)


@pytest.mark.parametrize("id", ["prod", UPPER])
def test_removed_it_is_free_again_for_anybody(id: str) -> None:
    spec = add(two_customers(), ACME, id)
    remove(spec, ACME, id).then(removed(ACME, id), freed("acme", id))
    add(spec, BETA, id).then(added(BETA, id), held("beta", id))
    add(spec, ACME, id).refused("already-exists")
    remove(spec, BETA, id).then_accepted()
    add(spec, ACME, id).then(added(ACME, id), held("acme", id))


def test_a_customer_that_is_removed_leaves_none_behind() -> None:
    spec = add(two_customers(), ACME, "prod")
    spec.when("remove-customer", ACME).refused("customer-in-use")
    assert spec.blockers == ["subscription prod"]
    remove(spec, ACME, "prod").then_accepted()
    spec.when("remove-customer", ACME).then((ACME, CustomerRemoved()))
    add(spec, BETA, "prod").then_accepted()
    assert spec.state(SELF).holders_of("prod") == ("beta",)


# --- from before


def from_before() -> list[Any]:
    """Three customers as they were recorded before subscriptions stood on csp/self."""
    return [
        a_customer(),
        added(ACME, UPPER),
        a_customer("beta", number=2, subscription="beta-prod"),
        a_customer("gone", number=3),
        removed("customer/gone", "acme-prod"),
        ("customer/gone", CustomerRemoved()),
    ]


def test_with_the_first_that_is_added_come_all_from_before() -> None:
    spec = add(given(from_before()), BETA, "new")
    spec.then(
        added(BETA, "new"),
        held("acme", UPPER),
        held("acme", "acme-prod"),
        held("beta", "beta-prod"),
        held("beta", "new"),
    )
    add(spec, BETA, "newer").then(added(BETA, "newer"), held("beta", "newer"))


@pytest.mark.parametrize("asked", ["acme-prod", LOWER])
def test_what_another_had_before_exists_already(asked: str) -> None:
    add(given(from_before()), BETA, asked).refused("already-exists", held_by="customer acme")
    add(add(given(from_before()), ACME, "new"), BETA, asked).refused("already-exists")


def test_what_was_removed_before_is_free() -> None:
    spec = given(a_customer(), removed(ACME, "acme-prod"))
    add(spec, ACME, "acme-prod").then(added(ACME, "acme-prod"), held("acme", "acme-prod"))


def test_what_is_removed_before_any_is_listed_is_not_freed_there() -> None:
    spec = remove(given(from_before()), ACME, "acme-prod").then(removed(ACME, "acme-prod"))
    add(spec, BETA, "acme-prod").then(
        added(BETA, "acme-prod"),
        held("acme", UPPER),
        held("beta", "beta-prod"),
        held("beta", "acme-prod"),
    )


def test_two_who_had_the_same_before_both_keep_it_until_they_remove_it() -> None:
    both = [a_customer(), a_customer("beta", number=2), a_customer("corp", number=3)]
    spec = add(given(both), ACME, "new").then(
        added(ACME, "new"),
        held("acme", "acme-prod"),
        held("beta", "acme-prod"),
        held("corp", "acme-prod"),
        held("acme", "new"),
    )
    add(spec, BETA, "acme-prod", managed_by="customer").then(SubscriptionManagerChanged)
    left = "customer beta and customer corp", "customer corp"
    for subject, held_by in zip((ACME, BETA), left, strict=True):
        id = subject.removeprefix("customer/")
        remove(spec, subject, "acme-prod").then(
            removed(subject, "acme-prod"), freed(id, "acme-prod")
        )
        add(spec, subject, "acme-prod").refused("already-exists", held_by=held_by)
    remove(spec, "customer/corp", "acme-prod").then_accepted()
    add(spec, ACME, "acme-prod").then_accepted()


def test_one_guid_that_a_customer_added_twice_before_is_one_subscription_of_it() -> None:
    circuits = [an_ordered_circuit("c1", subscription_id=UPPER)]
    circuits += [an_ordered_circuit("c2", subscription_id=LOWER)]
    spec = given(a_customer(), added(ACME, UPPER), added(ACME, LOWER), circuits)
    remove(spec, ACME, MIXED).refused("subscription-in-use", count=2)
    add(spec, ACME, LOWER, managed_by="customer").then(
        (ACME, SubscriptionManagerChanged(subscription_id=UPPER, managed_by="customer")),
        (ACME, SubscriptionManagerChanged(subscription_id=LOWER, managed_by="customer")),
    )
    gone = [
        written
        for id in ("c1", "c2")
        for written in (
            (ACME, CircuitDetached(circuit_id=id)),
            (f"circuit/{id}", CircuitDeleted()),
        )
    ]
    remove(given(spec.history, gone), ACME, MIXED).then(removed(ACME, UPPER), removed(ACME, LOWER))


def test_one_of_two_ways_to_write_it_may_have_been_removed_before() -> None:
    spec = given(a_customer(), added(ACME, UPPER), added(ACME, LOWER), removed(ACME, UPPER))
    add(spec, ACME, MIXED).then_nothing()
    remove(spec, ACME, UPPER).then(removed(ACME, LOWER))


def test_a_connect_to_customers_subscription_counts_like_any_other() -> None:
    world = [a_connect_to_customer(), a_customer("beta", number=2, subscription="b")]
    add(given(world), BETA, "acme-prod").refused("already-exists")
