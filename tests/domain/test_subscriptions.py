"""A subscription belongs to one customer of the whole CSP, however its GUID is written.

Whose it is stands on csp/self. What customers had before that was decided there stays theirs.
"""

from typing import Any, Final

import pytest

from domain.circuit.events import CircuitDeleted, CircuitOrdered
from domain.csp.events import SubscriptionFreed, SubscriptionHeld
from domain.customer.events import (
    CircuitAttached,
    CircuitDetached,
    CustomerRemoved,
    RoleGranted,
    RoleRevoked,
    SubscriptionAdded,
    SubscriptionManagerChanged,
    SubscriptionRemoved,
)
from domain.decider.decisions import Written
from domain.words.values import is_guid, subscription_key
from tests.domain.spec import Spec, given
from tests.examples import (
    ORDER,
    a_customer,
    a_grant,
    a_location,
    a_provisioned_circuit,
    an_ordered_circuit,
)
from tests.examples.parties import a_connect_to_customer, a_csp_role

ACME, BETA, SELF = "customer/acme", "customer/beta", "csp/self"
LOWER: Final = "4f2a9c1e-7b3d-4e5f-8a6b-0c1d2e3f4a5b"
UPPER, MIXED = LOWER.upper(), LOWER.replace("e", "E")
REGISTER: Final = {"name": "A customer", "model": "connect-through"}


def two_customers() -> Spec:
    """Two customers without subscriptions, as they are registered now."""
    spec = given().when("register-customer", ACME, **REGISTER)
    return spec.when("register-customer", BETA, **REGISTER).then_accepted()


def added(customer: str, id: str, managed_by: Any = "csp") -> Written:
    return customer, SubscriptionAdded(subscription_id=id, managed_by=managed_by)


def removed(customer: str, id: str) -> Written:
    return customer, SubscriptionRemoved(subscription_id=id)


def held(customer: str, id: str) -> Written:
    return SELF, SubscriptionHeld(subscription_id=id, customer_id=customer)


def freed(customer: str, id: str) -> Written:
    return SELF, SubscriptionFreed(subscription_id=id, customer_id=customer)


def add(spec: Spec, subject: str, id: str, **sent: Any) -> Spec:
    return spec.when("add-subscription", subject, subscription_id=id, **sent)


def remove(spec: Spec, subject: str, id: str, **sent: Any) -> Spec:
    return spec.when("remove-subscription", subject, subscription_id=id, **sent)


# --- the form in which ids are compared


@pytest.mark.parametrize("id", [LOWER, UPPER, MIXED])
def test_guids_compare_in_lower_case(id: str) -> None:
    assert is_guid(id)
    assert subscription_key(id) == LOWER


@pytest.mark.parametrize(
    "id",
    ["Acme-Prod", "ABC", UPPER[:-1], UPPER + "0", UPPER.replace("-", ""), "G" + UPPER[1:]],
)
def test_any_other_id_compares_as_it_is_written(id: str) -> None:
    assert not is_guid(id)
    assert subscription_key(id) == id


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


# --- however a GUID is written


def test_a_guid_of_ones_own_is_known_in_any_case() -> None:
    spec = add(two_customers(), ACME, UPPER)
    add(spec, ACME, LOWER).then_nothing()
    add(spec, ACME, MIXED, managed_by="customer").then(
        (ACME, SubscriptionManagerChanged(subscription_id=UPPER, managed_by="customer"))
    )
    remove(spec, ACME, LOWER).then(removed(ACME, UPPER), freed("acme", UPPER))


def test_an_order_names_it_in_any_case_and_is_recorded_as_it_was_added() -> None:
    spec = given(a_customer(subscription=UPPER), a_location())
    spec.when("order-circuit", "circuit/c1", **ORDER | {"subscription_id": LOWER}).then_accepted()
    ordered, attached = spec.written[0][1], spec.written[1][1]
    assert isinstance(ordered, CircuitOrdered)
    assert isinstance(attached, CircuitAttached)
    assert ordered.subscription_id == attached.subscription_id == UPPER


def test_circuits_count_for_it_in_any_case() -> None:
    ten = [an_ordered_circuit(f"c{n}", subscription_id=UPPER) for n in range(10)]
    spec = given(a_customer(subscription=UPPER), a_location(), ten)
    order = ORDER | {"subscription_id": LOWER}
    spec.when("order-circuit", "circuit/c10", **order).refused("limit-reached", used=10)
    remove(spec, ACME, MIXED).refused("subscription-in-use", count=10)


def test_a_subscription_managed_by_the_customer_is_out_of_scope_in_any_case() -> None:
    own = added(ACME, UPPER, "customer")
    given(a_customer(), own, a_location()).when(
        "order-circuit", "circuit/c1", **ORDER | {"subscription_id": LOWER}
    ).refused("subscription-not-managed")


def scoped(scope: str, *more: Any) -> Spec:
    """A circuit in a subscription whose GUID is in capitals, and a role for a scope."""
    world = [a_customer(subscription=UPPER), a_location(), *more]
    circuit = a_provisioned_circuit(subscription_id=UPPER)
    return given(world, circuit, a_grant("user:bob", "contributor", scope=scope))


def bills(spec: Spec, billing: str = "unlimited") -> Spec:
    return spec.when("change-billing", "circuit/c1", billing=billing, actor="user:bob")


@pytest.mark.parametrize("scope", [UPPER, LOWER, MIXED])
def test_a_role_for_a_subscription_holds_however_either_is_written(scope: str) -> None:
    spec = bills(scoped(scope)).then_accepted()
    order = ORDER | {"subscription_id": LOWER, "actor": "user:bob"}
    spec.when("order-circuit", "circuit/c2", **order).then_accepted()


def test_a_role_is_granted_and_revoked_for_a_subscription_in_any_case() -> None:
    role = {"principal": "user:bob", "role": "reader"}
    spec = given(a_customer(subscription=UPPER))
    spec.when("grant-role", ACME, **role, scope=LOWER)
    spec.then((ACME, RoleGranted(principal="user:bob", role="reader", scope=UPPER)))
    spec.when("grant-role", ACME, **role, scope=MIXED).then_nothing()
    spec.when("revoke-role", ACME, **role, scope=LOWER)
    spec.then((ACME, RoleRevoked(principal="user:bob", role="reader", scope=UPPER)))


def test_an_owner_of_a_subscription_grants_within_it_in_any_case() -> None:
    spec = given(a_customer(subscription=UPPER), a_grant("user:bob", "owner", scope=LOWER))
    eve = {"principal": "user:eve", "role": "reader", "scope": MIXED, "actor": "user:bob"}
    spec.when("grant-role", ACME, **eve).then(RoleGranted)


def test_a_circuits_id_compares_as_it_is_written_also_where_it_is_a_guid() -> None:
    other = a_provisioned_circuit(LOWER, subscription_id="other")
    world = [a_customer(), added(ACME, "other"), a_location(), other]
    grant = {"principal": "user:bob", "role": "contributor"}
    given(world).when("grant-role", ACME, **grant, scope=UPPER).refused("not-found")
    twin = a_provisioned_circuit(UPPER, subscription_id="other")
    spec = given(world, twin, a_grant("user:bob", "contributor", scope=UPPER))
    billing = {"billing": "unlimited", "actor": "user:bob"}
    spec.when("change-billing", f"circuit/{UPPER}", **billing).then_accepted()
    spec.when("change-billing", f"circuit/{LOWER}", **billing).refused("not-found")
    spec.when("grant-role", ACME, **grant, scope=LOWER).then(RoleGranted)
    spec.when("revoke-role", ACME, **grant, scope=LOWER).then(
        (ACME, RoleRevoked(principal="user:bob", role="contributor", scope=LOWER))
    )


def test_a_circuit_named_like_a_subscription_in_another_case_gives_no_right_to_it() -> None:
    inside = a_provisioned_circuit(LOWER, subscription_id="other")
    spec = scoped(LOWER, added(ACME, "other"), inside)
    bills(spec).then_accepted()
    spec.when("change-billing", f"circuit/{LOWER}", billing="unlimited", actor="user:bob").refused(
        "not-found"
    )


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
    for each, subject in (("acme", ACME), ("beta", BETA)):
        remove(spec, subject, "acme-prod").then(
            removed(subject, "acme-prod"), freed(each, "acme-prod")
        )
        add(spec, subject, "acme-prod").refused(
            "already-exists", customer_id="corp" if each == "beta" else "beta"
        )
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
