"""A subscription's GUID is the same one however it is written, wherever it stands."""

from typing import Any

import pytest

from domain.circuit.events import CircuitOrdered
from domain.customer.events import (
    CircuitAttached,
    RoleGranted,
    RoleRevoked,
    SubscriptionManagerChanged,
)
from domain.words.values import is_guid, subscription_key
from tests.domain.spec import Spec, given
from tests.domain.subscriptions import (
    ACME,
    LOWER,
    MIXED,
    UPPER,
    add,
    added,
    freed,
    remove,
    removed,
    two_customers,
)
from tests.examples import (
    ORDER,
    a_customer,
    a_grant,
    a_location,
    a_provisioned_circuit,
    an_ordered_circuit,
)

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
