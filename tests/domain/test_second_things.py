"""Things that a command names beside its subject: there, seen, and not removed.

Contract, second part, "Who owns what".
"""

from typing import Any, Final

import pytest

from domain.circuit.events import CircuitDeleted
from domain.customer.events import CircuitDetached, CustomerRemoved, SubscriptionAdded
from tests.domain.spec import NOW, Spec, given
from tests.domain.test_decrease import lowering
from tests.examples import (
    a_customer,
    a_grant,
    a_link,
    a_location,
    a_network,
    a_peering,
    a_provisioned_circuit,
)
from tests.examples.commands import EXAMPLES
from tests.examples.hanging import a_ready_world

BOB: Final = "user:bob"
ACME, C1, C2 = "customer/acme", "circuit/c1", "circuit/c2"
TWO: Final = [
    *a_ready_world(),
    *a_location("london"),
    *a_provisioned_circuit("c2", location_id="london"),
    a_peering("c2"),
]
GONE: Final = [(C1, CircuitDeleted()), (ACME, CircuitDetached(circuit_id="c1"))]


def peer_with(spec: Spec, other: str) -> Spec:
    return spec.when("peer-circuits", C2, other_circuit_id=other)


@pytest.mark.parametrize(
    ("role", "code"), [(None, "not-found"), ("auditor", "not-permitted"), ("contributor", None)]
)
def test_unlinking_takes_the_right_on_both_networks(role: Any, code: str | None) -> None:
    dev = (ACME, SubscriptionAdded(subscription_id="acme-dev", managed_by="csp"))
    near, far = a_network("n1"), a_network("n2", "10.9.0.0/16", subscription_id="acme-dev")
    grants = [a_grant(BOB, "network-operator", scope="acme-prod")]
    grants += [a_grant(BOB, role, scope="acme-dev")] if role else []
    spec = given(a_customer(), dev, near, far, a_link(), grants)
    spec.when("unlink-networks", "network/n1", network_id="n2", actor=BOB)
    _ = spec.refused(code) if code else spec.then_accepted()


def test_a_circuit_that_never_was_is_nobodys_peer() -> None:
    peer_with(given(TWO), "c8").refused("not-found", kind="circuit", id="c8")


def test_a_deleted_circuit_is_nobodys_peer() -> None:
    peer_with(given(TWO, GONE), "c1").refused("not-found", id="c1", removed_at=NOW)


def test_of_a_circuit_that_has_a_successor_that_is_named() -> None:
    spec = lowering("teardown-first", TWO).settle()
    peer_with(spec, "c1").refused("not-found", id="c1", replaced_by="c1.r2")
    peer_with(spec, "c1.r2").then_accepted()


def test_no_role_is_granted_within_a_deleted_circuit() -> None:
    given(TWO, GONE).when(
        "grant-role", ACME, principal="user:kim", role="auditor", scope="c1"
    ).refused("not-found", kind="circuit", id="c1", removed_at=NOW)


@pytest.mark.parametrize("verb", ["register-network", "define-route-filter", "order-circuit"])
def test_nothing_is_made_for_a_removed_customer(verb: str) -> None:
    example = EXAMPLES[verb]
    given(a_customer(), a_location(), (ACME, CustomerRemoved())).when(
        verb, example.subject, **example.data
    ).refused("not-found", kind="customer", id="acme", removed_at=NOW)
