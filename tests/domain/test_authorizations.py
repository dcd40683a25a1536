"""Authorizations: issued by the circuit's owner, redeemed once, revoked for good."""

from typing import Any

import pytest

from domain.circuit.connection_events import (
    AuthorizationIssued,
    AuthorizationRevoked,
    NetworkDisconnected,
)
from domain.network.events import DisconnectedFromCircuit
from domain.words.values import Role
from tests.domain.spec import Spec, given
from tests.examples import a_customer, a_grant, a_location, an_ordered_circuit
from tests.examples.hanging import a_connection, a_gateway_network, a_ready_world, an_authorization

C1, N1 = "circuit/c1", "network/n1"
BOB = "user:bob"


def issue(spec: Spec, id: str = "a1", **more: Any) -> Spec:
    return spec.when("issue-authorization", C1, authorization_id=id, **more)


def revoke(spec: Spec, id: str = "a1", **more: Any) -> Spec:
    return spec.when("revoke-authorization", C1, authorization_id=id, **more)


def test_one_is_issued_for_any_subscription_or_for_one() -> None:
    spec = given(a_ready_world())
    issue(spec).then((C1, AuthorizationIssued(authorization_id="a1")))
    issue(spec, "a2", subscription_id="acme-prod").then(
        (C1, AuthorizationIssued(authorization_id="a2", subscription_id="acme-prod"))
    )
    issue(spec, "a3", subscription_id="nowhere").refused(
        "subscription-unknown", customer_id="acme", subscription_id="nowhere"
    )


@pytest.mark.parametrize("state", ["", "used", "revoked"])
def test_its_id_is_never_free_again(state: str) -> None:
    spec = given(a_ready_world(), an_authorization(state=state))
    issue(spec).refused("already-exists", kind="authorization", id="a1")


def test_a_circuit_may_have_it_before_it_is_provisioned() -> None:
    issue(given(a_customer(), a_location(), an_ordered_circuit())).then_accepted()


def test_there_are_ten_that_are_not_revoked() -> None:
    used = [an_authorization(f"x{each}", state="used") for each in range(5)]
    others = [an_authorization(f"y{each}") for each in range(5)]
    spec = given(a_ready_world(), used, others)
    issue(spec).refused("limit-reached", allowed=10, used=10)
    revoke(spec, "x0").then_accepted()
    issue(spec).then_accepted()


def test_issuing_and_revoking_take_an_owner_or_a_contributor() -> None:
    may: dict[Role, bool] = {"owner": True, "contributor": True, "network-operator": False}
    for role, permitted in may.items():
        spec = given(a_ready_world(), an_authorization(), a_grant(BOB, role, scope="c1"))
        for outcome in (issue(spec, "a2", actor=BOB), revoke(spec, actor=BOB)):
            outcome.then_accepted() if permitted else outcome.refused("not-permitted")


def test_revoking_ends_the_connection_that_was_made_with_it() -> None:
    networks = (a_gateway_network(), a_gateway_network("n2"))
    connections = (a_connection(by="a1"), a_connection("n2"))
    spec = given(a_ready_world(), networks, an_authorization(), connections)
    revoke(spec).then(
        (C1, AuthorizationRevoked(authorization_id="a1")),
        (C1, NetworkDisconnected(network_id="n1")),
        (N1, DisconnectedFromCircuit(circuit_id="c1")),
    )
    assert list(spec.state(C1).connections) == ["n2"]
    revoke(spec).refused("authorization-revoked", authorization_id="a1")


def test_revoked_before_it_was_used_or_after_the_connection_ended_nothing_else_ends() -> None:
    for state in ("", "used"):
        spec = given(a_ready_world(), an_authorization(state=state), a_connection("n1"))
        revoke(spec).then((C1, AuthorizationRevoked(authorization_id="a1")))


def test_what_was_never_issued_is_not_found() -> None:
    revoke(given(a_ready_world())).refused("not-found", kind="authorization", id="a1")


def test_one_that_names_the_networks_own_subscription_does() -> None:
    spec = given(a_ready_world(), a_gateway_network())
    issue(spec, subscription_id="acme-prod")
    spec.when("connect-network", C1, network_id="n1", authorization_id="a1").then_accepted()
