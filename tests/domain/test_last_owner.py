"""A customer always has an owner who can act for it: the last one stays, whoever asks.

Under connect-to the staff of the CSP does not count: its owner, the engine, roles on csp/self.
"""

from typing import Any

import pytest

from domain.csp.events import EncapsulationIdAllocated
from domain.customer.events import (
    CustomerRegistered,
    ModelChanged,
    RoleGranted,
    RoleRevoked,
)
from domain.decider.decisions import PROCESS
from domain.words.values import Role
from tests.domain.spec import Spec, given
from tests.examples import a_customer, a_grant
from tests.examples.parties import a_connect_to_customer, a_csp_role

ACME, SELF = "customer/acme", "csp/self"

STAFF_ROLES: tuple[Role, ...] = (
    "owner",
    "contributor",
    "network-operator",
    "auditor",
    "reader",
)
STAFF = {
    "user:owner": [],
    PROCESS: [],
    **{f"user:{role}": [a_csp_role(f"user:{role}", role)] for role in STAFF_ROLES},
}
"""The principals who are the CSP's staff, and what makes them so."""

CAN_ACT: dict[str, list[Any]] = {
    "user:bob": [],
    "service:portal": [],
    "provider:colt": [],
    "service:noc": [a_csp_role("service:noc", "provider")],
}
"""Principals who can act as owners under connect-to; a provider is no staff of the CSP."""


def _revoke(spec: Spec, principal: str, **sent: Any) -> Spec:
    return spec.when("revoke-role", ACME, principal=principal, role="owner", **sent)


def _owns(principal: str) -> RoleRevoked:
    return RoleRevoked(principal=principal, role="owner")


# --- register-customer


@pytest.mark.parametrize("staff", STAFF)
def test_a_connect_to_customer_is_not_registered_with_the_csps_staff_as_owner(staff: str) -> None:
    asked = {"name": "Acme", "model": "connect-to", "owner": staff}
    given(STAFF[staff]).when("register-customer", ACME, **asked).refused(
        "last-owner", principal=staff, customer_id="acme"
    )


def test_who_owns_the_csp_is_what_the_deployment_says() -> None:
    asked = {"name": "Acme", "model": "connect-to", "owner": "user:owner"}
    spec = given(owner="user:root").when("register-customer", ACME, **asked, actor="user:root")
    spec.then(CustomerRegistered, RoleGranted, EncapsulationIdAllocated)
    asked |= {"owner": "user:root", "actor": "user:root"}
    given(owner="user:root").when("register-customer", ACME, **asked).refused("last-owner")


@pytest.mark.parametrize("owner", CAN_ACT)
def test_a_connect_to_customer_is_registered_with_an_owner_who_can_act(owner: str) -> None:
    asked = {"name": "Acme", "model": "connect-to", "owner": owner}
    given(CAN_ACT[owner]).when("register-customer", ACME, **asked).then_accepted()


@pytest.mark.parametrize("staff", STAFF)
def test_under_connect_through_the_csps_staff_may_be_the_first_owner(staff: str) -> None:
    asked = {"name": "Acme", "model": "connect-through", "owner": staff}
    given(STAFF[staff]).when("register-customer", ACME, **asked).then_accepted()


# --- change-model


@pytest.mark.parametrize("staff", STAFF)
def test_a_customer_owned_by_the_csps_staff_alone_stays_connect_through(staff: str) -> None:
    spec = given(a_customer(), STAFF[staff], a_grant(staff, "owner"))
    spec.when("change-model", ACME, model="connect-to").refused("last-owner", customer_id="acme")


def test_an_owner_within_a_scope_is_not_enough_for_connect_to() -> None:
    given(a_customer(), a_grant("user:bob", "owner", scope="acme-prod")).when(
        "change-model", ACME, model="connect-to"
    ).refused("last-owner")


@pytest.mark.parametrize("owner", CAN_ACT)
def test_one_owner_who_can_act_beside_the_csps_staff_is_enough(owner: str) -> None:
    staff = a_grant("user:owner", "owner")
    given(a_customer(), staff, CAN_ACT[owner], a_grant(owner, "owner")).when(
        "change-model", ACME, model="connect-to"
    ).then((ACME, ModelChanged(model="connect-to")))


def test_who_remains_after_the_change_of_model_can_grant() -> None:
    spec = given(a_customer(), a_grant("user:bob", "owner"), a_grant("user:owner", "owner"))
    spec.when("change-model", ACME, model="connect-to").then_accepted()
    eve = {"principal": "user:eve", "role": "reader"}
    spec.when("grant-role", ACME, **eve).refused("not-permitted")
    spec.when("grant-role", ACME, **eve, actor="user:bob").then(RoleGranted)


# --- revoke-role


@pytest.mark.parametrize("staff", STAFF)
def test_the_csps_staff_is_no_second_owner_under_connect_to(staff: str) -> None:
    spec = given(a_connect_to_customer(), STAFF[staff], a_grant(staff, "owner"))
    _revoke(spec, "user:anna", actor="user:anna").refused(
        "last-owner", principal="user:anna", customer_id="acme"
    )
    _revoke(spec, staff, actor="user:anna").then((ACME, _owns(staff)))


@pytest.mark.parametrize("owner", CAN_ACT)
def test_another_owner_who_can_act_lets_the_first_go(owner: str) -> None:
    spec = given(a_connect_to_customer(), CAN_ACT[owner], a_grant(owner, "owner"))
    _revoke(spec, "user:anna", actor="user:anna").then((ACME, _owns("user:anna")))
    spec.when("grant-role", ACME, principal="user:eve", role="owner", actor=owner).then(RoleGranted)


@pytest.mark.parametrize("other", [{"scope": "acme-prod"}, {"on_behalf": True}])
def test_an_owner_in_a_scope_or_on_behalf_is_no_second_owner(other: dict[str, Any]) -> None:
    spec = given(a_connect_to_customer(), a_grant("user:bob", "owner", **other))
    _revoke(spec, "user:anna", actor="user:anna").refused("last-owner")
    _revoke(spec, "user:bob", actor="user:anna", **other).then_accepted()


def test_who_acts_on_behalf_takes_no_last_owner_away_either() -> None:
    clerk = a_grant("user:owner", "owner", on_behalf=True)
    spec = given(a_connect_to_customer(), clerk, a_csp_role("user:eve", "reader"))
    spec = given(spec.history, a_grant("user:eve", "owner"))
    _revoke(spec, "user:anna", on_behalf_of="acme").refused("last-owner")
    _revoke(spec, "user:eve", on_behalf_of="acme").then_accepted()


def test_under_connect_through_the_csps_staff_counts_and_the_engine_does_not() -> None:
    two = [a_customer(), a_grant("user:anna", "owner")]
    _revoke(given(two, a_grant("user:owner", "owner")), "user:anna").then_accepted()
    eve = a_csp_role("user:eve", "reader"), a_grant("user:eve", "owner")
    _revoke(given(two, eve), "user:anna").then_accepted()
    _revoke(given(two, a_grant(PROCESS, "owner")), "user:anna").refused("last-owner")


def test_a_later_role_on_csp_self_is_granted_and_judged_when_the_customer_next_asks() -> None:
    spec = given(a_connect_to_customer(), a_grant("user:bob", "owner"))
    spec.when("grant-role", SELF, principal="user:bob", role="reader").then_accepted()
    _revoke(spec, "user:anna", actor="user:anna").refused("last-owner")
    spec.when("revoke-role", SELF, principal="user:bob", role="reader").then_accepted()
    _revoke(spec, "user:anna", actor="user:anna").then_accepted()


def test_a_customer_that_nobody_could_act_for_before_the_rule_has_a_way_out() -> None:
    recorded = [a_connect_to_customer(owner="user:owner")]
    spec = given(recorded).when("change-model", ACME, model="connect-through").then_accepted()
    spec.when("grant-role", ACME, principal="user:bob", role="owner").then_accepted()
    spec.when("change-model", ACME, model="connect-to").then(ModelChanged)


def test_other_roles_go_without_a_look_at_the_owners() -> None:
    spec = given(a_connect_to_customer(owner="user:owner"), a_grant("user:bob", "reader"))
    spec = given(spec.history, a_grant("user:carl", "owner", on_behalf=True))
    spec.when(
        "revoke-role",
        ACME,
        principal="user:bob",
        role="reader",
        actor="user:carl",
        on_behalf_of="acme",
    ).then(RoleRevoked)
