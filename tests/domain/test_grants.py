"""Granting and revoking: on csp/self, for a customer, within a scope."""

from typing import Any

import pytest

from domain.csp.events import CspRoleGranted, CspRoleRevoked
from domain.customer.events import (
    RoleGranted,
    RoleRevoked,
    SubscriptionAdded,
)
from domain.decider.rights import SELF
from domain.words.values import Role
from tests.domain.spec import given
from tests.domain.test_roles import ACME, C1
from tests.examples import (
    ORDER,
    a_customer,
    a_grant,
    a_provisioned_circuit,
    a_world,
)
from tests.examples.parties import a_csp_role

# --- csp/self


def test_roles_on_csp_self_are_granted_and_revoked() -> None:
    spec = given().when("grant-role", SELF, principal="user:eve", role="reader")
    spec.then((SELF, CspRoleGranted(principal="user:eve", role="reader")))
    spec.when("revoke-role", SELF, principal="user:eve", role="reader")
    spec.then((SELF, CspRoleRevoked(principal="user:eve", role="reader")))
    assert list(spec.state(SELF).roles) == []


def test_one_of_two_roles_on_csp_self_stays_when_the_other_goes() -> None:
    spec = given(a_csp_role("user:eve", "reader"), a_csp_role("user:eve", "auditor"))
    spec.when("revoke-role", SELF, principal="user:eve", role="reader")
    assert spec.state(SELF).roles_of("user:eve") == ("auditor",)


def test_granting_on_csp_self_twice_changes_nothing() -> None:
    given(a_csp_role("user:eve", "reader")).when(
        "grant-role", SELF, principal="user:eve", role="reader"
    ).then_nothing()


def test_revoking_on_csp_self_what_was_not_granted_is_refused() -> None:
    given(a_csp_role("user:eve", "reader")).when(
        "revoke-role", SELF, principal="user:eve", role="owner"
    ).refused("not-found", kind="grant", id="owner of user:eve")


def test_on_csp_self_owners_grant_and_contributors_do_not() -> None:
    grant = {"principal": "user:bob", "role": "reader", "actor": "user:eve"}
    given(a_csp_role("user:eve", "owner")).when("grant-role", SELF, **grant).then_accepted()
    for role in ("contributor", "network-operator", "provider", "auditor", "reader"):
        given(a_csp_role("user:eve", role)).when("grant-role", SELF, **grant).refused(
            "not-permitted"
        )


def test_the_owner_of_a_customer_has_no_say_on_csp_self() -> None:
    given(a_customer(), a_grant("user:anna", "owner")).when(
        "grant-role", SELF, principal="user:anna", role="owner", actor="user:anna"
    ).refused("not-permitted")


@pytest.mark.parametrize("field", [{"scope": "acme-prod"}, {"on_behalf": True}])
def test_a_role_on_csp_self_has_no_scope_and_is_not_on_behalf(field: dict[str, Any]) -> None:
    given(a_customer()).when(
        "grant-role", SELF, principal="user:eve", role="reader", **field
    ).refused("malformed-command")


# --- granting and revoking for a customer


def test_a_role_is_granted_and_revoked() -> None:
    spec = given(a_customer()).when("grant-role", ACME, principal="user:bob", role="reader")
    spec.then((ACME, RoleGranted(principal="user:bob", role="reader")))
    spec.when("revoke-role", ACME, principal="user:bob", role="reader")
    spec.then((ACME, RoleRevoked(principal="user:bob", role="reader")))
    assert list(spec.state(ACME).roles) == []


def test_granting_twice_changes_nothing() -> None:
    given(a_customer(), a_grant("user:bob", "reader")).when(
        "grant-role", ACME, principal="user:bob", role="reader"
    ).then_nothing()


def test_the_same_role_within_another_scope_is_another_grant() -> None:
    spec = given(a_customer(), a_grant("user:bob", "reader", scope="acme-prod"))
    spec.when("grant-role", ACME, principal="user:bob", role="reader").then(RoleGranted)
    spec.when("revoke-role", ACME, principal="user:bob", role="reader").then(RoleRevoked)
    assert [grant.scope for grant in spec.state(ACME).grants_of("user:bob")] == ["acme-prod"]


@pytest.mark.parametrize(
    "other",
    [{"role": "owner"}, {"scope": "acme-prod"}, {"on_behalf": True}, {"principal": "user:x"}],
)
def test_only_what_was_granted_is_revoked(other: dict[str, Any]) -> None:
    asked = {"principal": "user:bob", "role": "reader"} | other
    given(a_customer(), a_grant("user:bob", "reader")).when("revoke-role", ACME, **asked).refused(
        "not-found", kind="grant"
    )


def test_a_revoked_role_gives_nothing_any_more() -> None:
    spec = given(a_world(), a_grant("user:bob", "contributor"))
    spec.when("revoke-role", ACME, principal="user:bob", role="contributor")
    spec.when("change-billing", C1, billing="unlimited", actor="user:bob").refused("not-found")


def test_the_last_owner_cannot_be_revoked() -> None:
    given(a_customer(), a_grant("user:anna", "owner")).when(
        "revoke-role", ACME, principal="user:anna", role="owner"
    ).refused("last-owner", principal="user:anna", customer_id="acme")


def test_one_of_two_owners_can_be_revoked() -> None:
    given(a_customer(), a_grant("user:anna", "owner"), a_grant("user:bob", "owner")).when(
        "revoke-role", ACME, principal="user:anna", role="owner"
    ).then(RoleRevoked)


@pytest.mark.parametrize("other", [{"scope": "acme-prod"}, {"on_behalf": True}])
def test_an_owner_within_a_scope_or_on_behalf_is_no_second_owner(other: dict[str, Any]) -> None:
    spec = given(a_customer(), a_grant("user:anna", "owner"), a_grant("user:bob", "owner", **other))
    spec.when("revoke-role", ACME, principal="user:anna", role="owner").refused("last-owner")
    spec.when("revoke-role", ACME, principal="user:bob", role="owner", **other).then(RoleRevoked)


# --- scopes

DEV = (ACME, SubscriptionAdded(subscription_id="acme-dev", managed_by="csp"))


def _scoped(role: Role, scope: str) -> list[Any]:
    """Circuit c1 in acme-prod, c2 in acme-dev, and Bob with a role within a scope."""
    second = a_provisioned_circuit("c2", subscription_id="acme-dev")
    return [*a_world(), DEV, *second, a_grant("user:bob", role, scope=scope)]


@pytest.mark.parametrize("scope", ["c1", "acme-prod"])
def test_a_role_with_a_scope_holds_within_it(scope: str) -> None:
    given(_scoped("contributor", scope)).when(
        "change-billing", C1, billing="unlimited", actor="user:bob"
    ).then_accepted()


@pytest.mark.parametrize("scope", ["c1", "acme-prod"])
def test_outside_its_scope_nothing_is_found(scope: str) -> None:
    spec = given(_scoped("owner", scope))
    spec.when("change-billing", "circuit/c2", billing="unlimited", actor="user:bob").refused(
        "not-found", kind="circuit", id="c2"
    )
    spec.when("add-subscription", ACME, subscription_id="x", actor="user:bob").refused(
        "not-found", kind="customer", id="acme"
    )


def test_an_order_lies_in_the_subscription_it_names() -> None:
    spec = given(_scoped("contributor", "acme-dev"))
    spec.when("order-circuit", "circuit/c3", **ORDER, actor="user:bob").refused("not-found")
    spec.when(
        "order-circuit",
        "circuit/c3",
        **ORDER | {"subscription_id": "acme-dev"},
        actor="user:bob",
    ).then_accepted()


def test_a_role_for_a_circuit_does_not_reach_a_new_one() -> None:
    given(_scoped("contributor", "c9")).when(
        "order-circuit", "circuit/c9", **ORDER, actor="user:bob"
    ).refused("not-found")


def test_a_scoped_role_does_not_reach_a_circuit_named_like_its_subscription() -> None:
    given(_scoped("contributor", "acme-dev")).when(
        "order-circuit", "circuit/acme-dev", **ORDER, actor="user:bob"
    ).refused("not-found")


def test_a_name_that_is_both_means_the_subscription() -> None:
    called_like_dev = a_provisioned_circuit("acme-dev")
    given(_scoped("contributor", "acme-dev"), called_like_dev).when(
        "change-billing", "circuit/acme-dev", billing="unlimited", actor="user:bob"
    ).refused("not-found")
    called_like_prod = a_provisioned_circuit("acme-prod", subscription_id="acme-dev")
    given(_scoped("owner", "acme-dev"), called_like_prod).when(
        "grant-role",
        ACME,
        principal="user:eve",
        role="reader",
        scope="acme-prod",
        actor="user:bob",
    ).refused("not-found")


@pytest.mark.parametrize(
    ("own", "granted"), [("c1", "c1"), ("acme-prod", "acme-prod"), ("acme-prod", "c1")]
)
def test_an_owner_within_a_scope_grants_and_revokes_within_it(own: str, granted: str) -> None:
    role = {"principal": "user:eve", "role": "reader", "scope": granted, "actor": "user:bob"}
    spec = given(_scoped("owner", own)).when("grant-role", ACME, **role).then(RoleGranted)
    spec.when("revoke-role", ACME, **role).then(RoleRevoked)


@pytest.mark.parametrize(
    ("own", "granted"), [("c1", None), ("c1", "acme-prod"), ("acme-prod", "c2"), ("c1", "c2")]
)
def test_an_owner_within_a_scope_grants_nothing_beyond_it(own: str, granted: str | None) -> None:
    given(_scoped("owner", own)).when(
        "grant-role",
        ACME,
        principal="user:eve",
        role="reader",
        scope=granted,
        actor="user:bob",
    ).refused("not-found")


def test_a_contributor_within_a_scope_grants_nothing() -> None:
    given(_scoped("contributor", "c1")).when(
        "grant-role", ACME, principal="user:eve", role="reader", scope="c1", actor="user:bob"
    ).refused("not-permitted")


def test_a_scope_is_a_subscription_or_a_circuit_of_the_customer() -> None:
    beta = a_customer("beta", number=2, subscription="beta-prod")
    spec = given(a_world(), beta, a_provisioned_circuit("b1", customer_id="beta"))
    grant = {"principal": "user:bob", "role": "reader"}
    for scope in ("beta-prod", "b1", "nowhere"):
        spec.when("grant-role", ACME, **grant, scope=scope).refused(
            "not-found", kind="subscription or circuit", id=scope
        )
    for scope in ("acme-prod", "c1"):
        spec.when("grant-role", ACME, **grant, scope=scope).then(RoleGranted)


def test_a_role_within_a_scope_is_revoked_when_that_is_gone() -> None:
    given(a_customer(), a_grant("user:bob", "reader", scope="gone")).when(
        "revoke-role", ACME, principal="user:bob", role="reader", scope="gone"
    ).then(RoleRevoked)
