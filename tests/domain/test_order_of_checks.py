"""The order of checks: when two apply, the earlier one gives the answer.

Every neighbouring pair in the contract's list ("Order of checks") has a test.
"""

from typing import Any

import pytest

from domain.circuit.events import CircuitDeleted, DeprovisioningRequested
from domain.customer.events import CircuitAttached, SubscriptionAdded
from domain.location.events import LocationClosed
from tests.domain.spec import Spec, given
from tests.examples import (
    KEY,
    ORDER,
    PEERING,
    a_customer,
    a_grant,
    a_location,
    a_pair,
    a_peering,
    a_world,
    an_ordered_circuit,
)
from tests.examples.parties import (
    a_connect_to_customer,
    a_decrease_that_runs,
    an_increase_that_waits,
)

ACME, C1 = "customer/acme", "circuit/c1"
BOB = a_grant("user:bob", "reader")
FULL = a_location("frankfurt", a_pair(capacity_mbps=10))
CLOSED = ("location/frankfurt", LocationClosed())

ENOUGH = [
    (
        ACME,
        CircuitAttached(circuit_id=f"x{n}", subscription_id="acme-prod", location_id="frankfurt"),
    )
    for n in range(10)
]
"""As many circuits as a subscription may have at one location."""


def sent(spec: Spec, **message: Any) -> Spec:
    """Decide one message that is shaped by hand."""
    return spec.when_message({"specversion": "1.0", "id": "o-1", "source": "/test"} | message)


# --- 1 · 2: who may speak, known pairs, unknown, malformed


def test_may_not_speak_before_unknown() -> None:
    sent(given(), source="/tieline/process", type="tieline.command.nothing.v1").refused(
        "not-permitted"
    )


def test_may_not_speak_before_malformed() -> None:
    sent(
        given(), actor="service:tieline", type="tieline.command.change-tier.v1", subject=C1, data={}
    ).refused("not-permitted")


def test_unknown_before_malformed() -> None:
    sent(given(), type="tieline.command.nothing.v1", subject=7, data=7).refused("unknown-command")


# --- 2 · 3: malformed before the right to see


def test_malformed_data_before_the_right_to_see() -> None:
    given(a_world()).when("change-tier", C1, tier="gold", actor="user:stranger").refused(
        "malformed-command"
    )


@pytest.mark.parametrize(
    ("verb", "subject", "data"),
    [
        ("add-subscription", ACME, {"subscription_id": "x"}),
        ("order-circuit", "circuit/c2", ORDER),
    ],
)
def test_onbehalfof_of_another_before_the_right_to_see(
    verb: str, subject: str, data: dict[str, Any]
) -> None:
    stranger = {"actor": "user:stranger", "on_behalf_of": "beta"}
    for world in (a_world(), []):
        given(world).when(verb, subject, **data, **stranger).refused("malformed-command")


def test_the_right_to_see_before_whose_circuit_it_is() -> None:
    given(a_world()).when(
        "change-tier", C1, tier="premium", actor="user:stranger", on_behalf_of="beta"
    ).refused("not-found")


def test_whose_circuit_it_is_before_whether_it_is_still_there() -> None:
    given(a_world(), (C1, CircuitDeleted())).when(
        "change-tier", C1, tier="premium", on_behalf_of="beta"
    ).refused("malformed-command")


# --- 3 · 4: the right to see before existence and permission


def test_the_right_to_see_before_existence() -> None:
    given(a_world()).when("order-circuit", C1, **ORDER, actor="user:stranger").refused(
        "not-found", kind="circuit", id="c1"
    )


def test_registering_is_not_permitted_before_it_already_exists() -> None:
    given(a_customer()).when(
        "register-customer", ACME, name="A", model="connect-through", actor="user:stranger"
    ).refused("not-permitted")


# --- within 4


def test_existence_before_permission() -> None:
    order = ORDER | {"actor": "user:bob"}
    given(a_world(), BOB).when("order-circuit", C1, **order).refused("already-exists")
    given(a_world(), (C1, CircuitDeleted()), BOB).when("order-circuit", C1, **order).refused(
        "id-retired"
    )
    given(a_world(), (C1, CircuitDeleted()), BOB).when(
        "change-tier", C1, tier="premium", actor="user:bob"
    ).refused("not-found", removed_at="2026-01-05T09:00:00.000000Z")


def test_existence_of_a_location_before_permission() -> None:
    given().when("close-location", "location/frankfurt", actor="user:bob").refused("not-found")
    given(a_location()).when("close-location", "location/frankfurt", actor="user:bob").refused(
        "not-permitted"
    )


def test_permission_before_the_service_key() -> None:
    given(a_world(), BOB).when(
        "begin-provisioning", C1, service_key="wrong", actor="user:bob"
    ).refused("not-permitted")


def test_permission_before_what_an_order_refers_to() -> None:
    given(a_connect_to_customer()).when("order-circuit", C1, **ORDER).refused("not-permitted")
    given(a_customer()).when(
        "order-circuit", C1, **ORDER, profile="2042", actor="user:bob"
    ).refused("not-found")


def test_permission_for_a_profile_before_what_an_order_refers_to() -> None:
    given(a_customer(), a_grant("user:bob", "owner")).when(
        "order-circuit", C1, **ORDER, profile="2042", actor="user:bob"
    ).refused("not-permitted")


# --- 4 · 5: the service key before a change that runs and before the state


def test_the_service_key_before_a_change_that_runs() -> None:
    given(a_world(), a_decrease_that_runs()).when(
        "begin-deprovisioning", C1, service_key="wrong"
    ).refused("service-key-mismatch")


def test_the_service_key_before_the_state() -> None:
    spec = given(a_world()).when("begin-provisioning", C1, service_key="wrong")
    spec.refused("service-key-mismatch")
    spec.when("begin-provisioning", C1, service_key=KEY).refused("wrong-provider-state")


def test_permission_before_a_change_that_runs() -> None:
    given(a_world(), BOB, a_decrease_that_runs()).when(
        "change-tier", C1, tier="premium", actor="user:bob"
    ).refused("not-permitted")


# --- within 5


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("change-tier", {"tier": "standard"}),
        ("change-billing", {"billing": "metered"}),
        ("change-bandwidth", {"bandwidth_mbps": 500}),
        ("disable-peering", {"routing_domain": "private"}),
        ("request-deprovisioning", {}),
    ],
)
def test_a_change_that_runs_before_already_true(verb: str, data: dict[str, Any]) -> None:
    peering = a_peering(state="disabled")
    requested = (C1, DeprovisioningRequested())
    given(a_world(), peering, a_decrease_that_runs(), requested).when(verb, C1, **data).refused(
        "change-in-progress"
    )


def test_a_change_that_runs_before_the_same_model_again() -> None:
    given(a_world(), a_decrease_that_runs()).when(
        "change-model", ACME, model="connect-through"
    ).refused("change-in-progress")


def test_a_change_that_runs_before_what_is_in_the_way_of_a_removal() -> None:
    given(a_world(), a_decrease_that_runs()).when("remove-customer", ACME).refused(
        "change-in-progress"
    )
    given(a_world(), an_increase_that_waits()).when("delete-circuit", C1).refused(
        "change-in-progress"
    )


def test_a_change_that_runs_before_a_peering_that_is_not_there() -> None:
    given(a_world(), a_decrease_that_runs()).when(
        "enable-peering", C1, routing_domain="private"
    ).refused("change-in-progress")


def test_already_true_before_the_state_of_the_subject() -> None:
    given(a_customer(), a_location(), an_ordered_circuit()).when(
        "change-bandwidth", C1, bandwidth_mbps=500
    ).then_nothing()


def test_already_true_before_consent() -> None:
    given(a_world(), (C1, DeprovisioningRequested())).when(
        "request-deprovisioning", C1
    ).then_nothing()


# --- 5 · 6: the state of the subject before what is referred to


def test_the_state_of_the_circuit_before_that_of_its_location() -> None:
    given(a_customer(), a_location(), an_ordered_circuit(), CLOSED).when(
        "change-bandwidth", C1, bandwidth_mbps=1000
    ).refused("circuit-not-provisioned")


def test_the_state_of_the_circuit_before_values() -> None:
    given(a_customer(), a_location(), an_ordered_circuit()).when(
        "configure-peering", C1, **PEERING | {"peer_asn": 65515}
    ).refused("circuit-not-provisioned")


def test_the_state_of_the_circuit_before_consent() -> None:
    given(a_customer(), a_location(), an_ordered_circuit()).when(
        "request-deprovisioning", C1
    ).refused("wrong-provider-state")


# --- within 6: customer, subscription, location, provider


def test_what_an_order_refers_to_in_order() -> None:
    wrong = ORDER | {
        "subscription_id": "x",
        "provider": "bt",
        "bandwidth_mbps": 300,
        "profile": "2042",
    }
    given().when("order-circuit", C1, **wrong).refused("not-found", kind="customer")
    given(a_customer()).when("order-circuit", C1, **wrong).refused("subscription-unknown")
    dev = (ACME, SubscriptionAdded(subscription_id="x", managed_by="customer"))
    given(a_customer(), dev).when("order-circuit", C1, **wrong).refused("subscription-not-managed")
    wrong["subscription_id"] = "acme-prod"
    given(a_customer()).when("order-circuit", C1, **wrong).refused("not-found", kind="location")
    given(a_customer(), a_location(), CLOSED).when("order-circuit", C1, **wrong).refused(
        "provider-not-at-location"
    )
    wrong["provider"] = "colt"
    given(a_customer(), a_location(), CLOSED).when("order-circuit", C1, **wrong).refused(
        "location-closed"
    )
    given(a_customer(), a_location()).when("order-circuit", C1, **wrong).refused("profile-unknown")
    del wrong["profile"]
    given(a_customer(), a_location()).when("order-circuit", C1, **wrong).refused(
        "bandwidth-not-offered"
    )
