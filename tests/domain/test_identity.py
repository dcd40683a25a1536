"""The two models, the identity store, and acting on a customer's behalf."""

from typing import Any

import pytest

from domain.customer.events import (
    CircuitAttached,
    CircuitDetached,
    IdentityStoreRecorded,
    ModelChanged,
    RoleGranted,
    RoleRevoked,
)
from domain.decider.decisions import Written
from tests.domain.spec import given
from tests.examples import (
    ORDER,
    PEERING,
    a_customer,
    a_grant,
    a_location,
    a_provisioned_circuit,
    a_world,
    an_ordered_circuit,
)
from tests.examples.parties import (
    a_connect_to_customer,
    a_csp_role,
    a_decrease_that_runs,
    an_identity_store,
    an_increase_that_waits,
)

ACME, C1 = "customer/acme", "circuit/c1"
STORE = {"location": "csp", "directory": "acme.example", "replicated": True}
ON_BEHALF = {"principal": "user:clerk", "role": "contributor", "on_behalf": True}


def _connect_to() -> list[Written]:
    return [*a_connect_to_customer(), *a_location(), *a_provisioned_circuit()]


# --- the identity store


def test_where_the_identity_store_is_gets_recorded() -> None:
    given(a_customer()).when("record-identity-store", ACME, **STORE).then(
        (
            ACME,
            IdentityStoreRecorded(location="csp", directory="acme.example", replicated=True),
        )
    )


def test_recording_the_same_store_again_changes_nothing() -> None:
    given(a_customer(), an_identity_store()).when(
        "record-identity-store", ACME, **STORE
    ).then_nothing()


def test_a_store_that_is_not_replicated_any_more_is_news() -> None:
    given(a_customer(), an_identity_store()).when(
        "record-identity-store", ACME, **STORE | {"replicated": False}
    ).then(IdentityStoreRecorded)


# --- grants on behalf


def test_under_connect_through_a_role_on_behalf_needs_a_replicated_store_at_the_csp() -> None:
    given(a_customer()).when("grant-role", ACME, **ON_BEHALF).refused(
        "identity-not-replicated", customer_id="acme"
    )


@pytest.mark.parametrize("wrong", [{"replicated": False}, {"location": "customer"}])
def test_a_store_elsewhere_or_not_replicated_does_not_do(wrong: dict[str, Any]) -> None:
    given(a_customer(), an_identity_store(**wrong)).when("grant-role", ACME, **ON_BEHALF).refused(
        "identity-not-replicated"
    )


def test_with_a_replicated_store_a_role_on_behalf_is_granted() -> None:
    given(a_customer(), an_identity_store()).when("grant-role", ACME, **ON_BEHALF).then(
        (ACME, RoleGranted(principal="user:clerk", role="contributor", on_behalf=True))
    )


def test_under_connect_to_the_customer_grants_on_behalf_without_a_store() -> None:
    given(a_connect_to_customer()).when("grant-role", ACME, **ON_BEHALF, actor="user:anna").then(
        RoleGranted
    )


def test_a_role_that_is_not_on_behalf_needs_no_store() -> None:
    given(a_customer()).when("grant-role", ACME, principal="user:bob", role="contributor").then(
        RoleGranted
    )


def test_who_acts_by_a_grant_on_behalf_says_so() -> None:
    spec = given(a_world(), a_grant("user:clerk", "contributor", on_behalf=True))
    spec.when("change-billing", C1, billing="unlimited", actor="user:clerk").refused(
        "not-permitted", actor="user:clerk"
    )
    spec.when("change-billing", C1, billing="unlimited", actor="user:clerk", on_behalf_of="acme")
    assert spec.state(C1).billing == "unlimited"


def test_saying_so_gives_no_right_that_was_not_granted() -> None:
    given(a_world(), a_grant("user:clerk", "reader", on_behalf=True)).when(
        "change-billing", C1, billing="unlimited", actor="user:clerk", on_behalf_of="acme"
    ).refused("not-permitted")


def test_who_has_a_role_of_its_own_need_not_say_so() -> None:
    given(a_world(), a_grant("user:bob", "contributor")).when(
        "change-billing", C1, billing="unlimited", actor="user:bob"
    ).then_accepted()


def test_onbehalfof_names_the_customer_that_the_command_is_about() -> None:
    two = a_customer("beta", number=2)
    for verb, subject, data in (
        ("add-subscription", ACME, {"subscription_id": "x"}),
        ("change-billing", C1, {"billing": "unlimited"}),
    ):
        given(a_world(), two).when(verb, subject, **data, on_behalf_of="beta").refused(
            "malformed-command",
            faults=[
                {
                    "path": "onbehalfof",
                    "fault": "it must name the customer that the command is about",
                }
            ],
        )


def test_an_order_is_about_the_customer_it_names() -> None:
    world = given(a_customer(), a_location())
    world.when("order-circuit", C1, **ORDER, on_behalf_of="beta").refused("malformed-command")
    world.when("order-circuit", C1, **ORDER, on_behalf_of="acme").then_accepted()


def test_a_location_and_the_csp_are_about_no_customer() -> None:
    world = given(a_world())
    world.when("close-location", "location/frankfurt", on_behalf_of="acme").refused(
        "malformed-command"
    )
    world.when("claim-prefix", "csp/self", prefix="203.0.113.0/24", on_behalf_of="acme").refused(
        "malformed-command"
    )


# --- the same command under one model and the other

ASKED = (
    ("change-tier", {"tier": "premium"}),
    ("change-billing", {"billing": "unlimited"}),
    ("change-bandwidth", {"bandwidth_mbps": 1000}),
    ("configure-peering", PEERING),
)


@pytest.mark.parametrize(("verb", "data"), ASKED)
def test_the_csp_acts_under_connect_through(verb: str, data: dict[str, Any]) -> None:
    given(a_world()).when(verb, C1, **data).then_accepted()


@pytest.mark.parametrize(("verb", "data"), ASKED)
def test_the_csp_only_reads_under_connect_to(verb: str, data: dict[str, Any]) -> None:
    given(_connect_to()).when(verb, C1, **data).refused("not-permitted", actor="user:owner")


@pytest.mark.parametrize(("verb", "data"), ASKED)
def test_the_customer_acts_under_connect_to(verb: str, data: dict[str, Any]) -> None:
    given(_connect_to()).when(verb, C1, **data, actor="user:anna").then_accepted()


@pytest.mark.parametrize("staff", ["user:owner", "user:staff"])
def test_the_csp_acts_under_connect_to_where_it_was_granted_a_role_on_behalf(staff: str) -> None:
    world = [_connect_to(), a_csp_role("user:staff", "owner")]
    spec = given(world, a_grant(staff, "contributor", on_behalf=True))
    billing = {"billing": "unlimited", "actor": staff}
    spec.when("change-billing", C1, **billing).refused("not-permitted")
    spec.when("change-billing", C1, **billing, on_behalf_of="acme").then_accepted()


@pytest.mark.parametrize("staff", ["user:owner", "user:staff"])
def test_any_other_role_gives_the_csps_staff_nothing_under_connect_to(staff: str) -> None:
    given(_connect_to(), a_csp_role("user:staff", "reader"), a_grant(staff, "contributor")).when(
        "change-billing", C1, billing="unlimited", actor=staff
    ).refused("not-permitted")


def test_a_provider_with_a_role_on_csp_self_is_no_staff() -> None:
    given(
        _connect_to(),
        a_csp_role("service:noc", "provider"),
        a_grant("service:noc", "network-operator"),
    ).when("change-bandwidth", C1, bandwidth_mbps=1000, actor="service:noc").then_accepted()


# --- change of model


def test_the_model_changes() -> None:
    given(a_customer(), a_grant("user:anna", "owner")).when(
        "change-model", ACME, model="connect-to"
    ).then((ACME, ModelChanged(model="connect-to")))


def test_the_same_model_again_changes_nothing() -> None:
    given(a_customer()).when("change-model", ACME, model="connect-through").then_nothing()


def test_a_change_of_model_ends_the_grants_on_behalf_and_no_other() -> None:
    behalf = a_grant("user:clerk", "contributor", on_behalf=True)
    scoped = a_grant("user:clerk", "reader", on_behalf=True, scope="acme-prod")
    spec = given(a_customer(), a_grant("user:anna", "owner"), behalf, scoped)
    spec.when("change-model", ACME, model="connect-to").then(
        (ACME, ModelChanged(model="connect-to")),
        (ACME, RoleRevoked(principal="user:clerk", role="contributor", on_behalf=True)),
        (
            ACME,
            RoleRevoked(principal="user:clerk", role="reader", on_behalf=True, scope="acme-prod"),
        ),
    )
    assert list(spec.state(ACME).roles) == ["user:anna"]


def test_without_an_owner_of_its_own_a_customer_stays_connect_through() -> None:
    given(a_customer()).when("change-model", ACME, model="connect-to").refused("last-owner")


def test_an_owner_on_behalf_does_not_count_as_the_customers_owner() -> None:
    given(a_customer(), a_grant("user:clerk", "owner", on_behalf=True)).when(
        "change-model", ACME, model="connect-to"
    ).refused("last-owner")


def test_connect_through_needs_no_owner() -> None:
    given(a_customer(model="connect-to")).when("change-model", ACME, model="connect-through").then(
        ModelChanged
    )


def test_changes_that_run_stop_a_change_of_model() -> None:
    anna = a_grant("user:anna", "owner")
    given(a_world(), anna, a_decrease_that_runs()).when(
        "change-model", ACME, model="connect-to"
    ).refused("change-in-progress", circuit_id="c1", change_id="down-1")
    given(a_world(), anna, an_increase_that_waits()).when(
        "change-model", ACME, model="connect-to"
    ).refused("change-in-progress", circuit_id="c1", change_id="up-1")


def test_a_change_is_named_by_its_old_circuit_when_the_successor_has_taken_its_place() -> None:
    successor = an_ordered_circuit(
        "c1.r2", replaces="c1", change_id="down-1", strategy="replace-first"
    )[0]
    place = {"subscription_id": "acme-prod", "location_id": "frankfurt"}
    given(
        a_world(),
        a_decrease_that_runs(),
        (ACME, CircuitDetached(circuit_id="c1")),
        (ACME, CircuitAttached(circuit_id="c1.r2", **place)),
        successor,
    ).when("change-model", ACME, model="connect-to").refused(
        "change-in-progress", circuit_id="c1", change_id="down-1"
    )


def test_a_change_that_runs_never_stops_revoking_a_role() -> None:
    given(a_world(), a_grant("user:bob", "reader"), a_decrease_that_runs()).when(
        "revoke-role", ACME, principal="user:bob", role="reader"
    ).then(RoleRevoked)
