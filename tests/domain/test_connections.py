"""Networks connect to circuits: what it takes, who may, and what stands in the way."""

from typing import Any

import pytest

from domain.circuit.connection_events import (
    AuthorizationUsed,
    NetworkConnected,
    NetworkDisconnected,
)
from domain.customer.events import SubscriptionAdded
from domain.network.events import ConnectedToCircuit, DisconnectedFromCircuit
from domain.words.prefix import prefix
from tests.domain.spec import Spec, given
from tests.examples import (
    PEERING,
    a_customer,
    a_grant,
    a_location,
    a_network,
    a_peering,
    a_provisioned_circuit,
    a_world,
    an_ordered_circuit,
)
from tests.examples.hanging import a_connection, a_gateway_network, a_ready_world, an_authorization

C1, N1 = "circuit/c1", "network/n1"
BOB = "user:bob"
DEV = ("customer/acme", SubscriptionAdded(subscription_id="acme-dev", managed_by="csp"))
READY = (a_ready_world(), a_gateway_network())
BESIDE = (a_ready_world(), DEV, a_gateway_network("n1", subscription_id="acme-dev"))
"""The network lies in another subscription than the circuit."""


def connect(spec: Spec, **more: Any) -> Spec:
    return spec.when("connect-network", C1, **{"network_id": "n1"} | more)


def disconnect(spec: Spec, **more: Any) -> Spec:
    return spec.when("disconnect-network", C1, network_id="n1", **more)


# --- connecting


def test_a_connection_is_written_on_the_circuit_and_on_the_network() -> None:
    spec = connect(given(READY), weight=100)
    spec.then(
        (
            C1,
            NetworkConnected(network_id="n1", address_space=[prefix("10.1.0.0/16")], weight=100),
        ),
        (N1, ConnectedToCircuit(circuit_id="c1", location_id="frankfurt", weight=100)),
    )
    connect(spec).refused("already-connected", circuit_id="c1", network_id="n1")


@pytest.mark.parametrize("weight", [-1, 32_001, 1.0, "1", None])
def test_a_weight_is_a_number_up_to_32000(weight: object) -> None:
    connect(given(READY), weight=weight).refused("malformed-command")


def test_the_circuit_comes_first() -> None:
    """Its own checks come before anything about the network, which is not even there."""
    ordered = (a_customer(), a_location(), an_ordered_circuit())
    connect(given(ordered)).refused("circuit-not-provisioned")
    connect(given(a_world())).refused("peering-not-found", routing_domain="private")
    connect(given(a_ready_world())).refused("not-found", kind="network", id="n1")


def test_a_removed_network_is_not_found() -> None:
    spec = given(READY).when("remove-network", N1).then_accepted()
    connect(spec).refused("not-found", kind="network", removed_at=spec.now)


@pytest.mark.parametrize("gateways", [[], ["vpn"]])
def test_the_network_has_an_expressroute_gateway(gateways: Any) -> None:
    spec = given(a_ready_world(), a_network(gateways=gateways))
    connect(spec).refused("gateway-required", network_id="n1", gateway="expressroute")


@pytest.mark.parametrize("seen", [False, True])
def test_another_customers_network_never_connects(*, seen: bool) -> None:
    """Whatever authorization there is; whoever does not see the network learns nothing of it."""
    sight = [a_grant(BOB, "reader", "zeta")] if seen else []
    zeta = a_customer("zeta", number=2, subscription="zeta-prod")
    theirs = a_gateway_network("n1", customer_id="zeta", subscription_id="zeta-prod")
    spec = given(a_ready_world(), an_authorization(), zeta, theirs, a_grant(BOB, "owner"), sight)
    connect(spec, actor=BOB, authorization_id="a1")
    if seen:
        spec.refused("customer-mismatch", kind="network", id="n1", customer_id="acme")
    else:
        spec.refused("not-found", kind="network", id="n1")
        assert spec.outcome is not None
        assert spec.outcome.refusal is not None
        assert set(spec.outcome.refusal.facts) == {"kind", "id"}


# --- authorizations


def test_a_network_of_another_subscription_needs_an_authorization() -> None:
    spec = connect(given(BESIDE)).refused(
        "authorization-required", network_id="n1", circuit_id="c1", subscription_id="acme-dev"
    )
    connect(spec, authorization_id="a1").refused("not-found", kind="authorization", id="a1")


@pytest.mark.parametrize("subscription", [None, "acme-dev"])
def test_redeemed_it_is_used_up(subscription: str | None) -> None:
    spec = given(BESIDE, an_authorization(subscription=subscription))
    connect(spec, authorization_id="a1").then(
        (C1, AuthorizationUsed(authorization_id="a1", network_id="n1")),
        (
            C1,
            NetworkConnected(
                network_id="n1",
                address_space=[prefix("10.1.0.0/16")],
                weight=0,
                authorization_id="a1",
            ),
        ),
        (
            N1,
            ConnectedToCircuit(
                circuit_id="c1", location_id="frankfurt", weight=0, authorization_id="a1"
            ),
        ),
    )
    disconnect(spec).then_accepted()
    connect(spec, authorization_id="a1").refused("authorization-used", authorization_id="a1")


def test_one_that_was_used_or_revoked_or_is_for_another_subscription_does_not_do() -> None:
    used = given(BESIDE, an_authorization(state="used"))
    connect(used, authorization_id="a1").refused("authorization-used")
    revoked = given(BESIDE, an_authorization(state="revoked"))
    connect(revoked, authorization_id="a1").refused("authorization-revoked")
    other = given(BESIDE, an_authorization(subscription="acme-prod"))
    connect(other, authorization_id="a1").refused("authorization-required")


def test_in_the_circuits_own_subscription_none_is_needed_and_one_given_is_used() -> None:
    connect(given(READY)).then_accepted()
    spec = connect(given(READY, an_authorization()), authorization_id="a1").then_accepted()
    assert spec.state(C1).authorizations["a1"].state == "used"
    spec = connect(given(READY, an_authorization(state="used")), authorization_id="a1")
    spec.refused("authorization-used")


def test_guids_of_subscriptions_compare_in_any_case() -> None:
    guid = "0f4b5c16-7f3f-4c0e-9ad6-0d7f3a3f6f10"
    held = ("customer/acme", SubscriptionAdded(subscription_id=guid, managed_by="csp"))
    here = a_gateway_network("n1", subscription_id=guid.upper())
    for subscription in (None, guid, guid.upper()):
        spec = given(a_ready_world(), held, here, an_authorization(subscription=subscription))
        connect(spec, authorization_id="a1").then_accepted()


# --- who may


def test_it_takes_the_right_on_circuit_and_network() -> None:
    on_circuit = given(READY, a_grant(BOB, "network-operator", scope="c1"))
    connect(on_circuit, actor=BOB).refused("not-found", kind="network", id="n1")
    on_both = given(READY, a_grant(BOB, "network-operator", scope="acme-prod"))
    connect(on_both, actor=BOB).then_accepted()
    reading = given(READY, a_grant(BOB, "reader"))
    connect(reading, actor=BOB).refused("not-permitted")
    half = given(
        BESIDE,
        an_authorization(),
        a_grant(BOB, "contributor", scope="acme-prod"),
        a_grant(BOB, "reader", scope="acme-dev"),
    )
    connect(half, actor=BOB, authorization_id="a1").refused("not-permitted")


IN_DEV = a_grant(BOB, "network-operator", scope="acme-dev")
"""Bob sees the network, and nothing of the circuit."""


def test_an_authorization_is_redeemed_by_somebody_who_sees_only_the_network() -> None:
    for subscription in (None, "acme-dev"):
        spec = given(BESIDE, IN_DEV, an_authorization(subscription=subscription))
        connect(spec, actor=BOB, authorization_id="a1").then_accepted()
        disconnect(spec, actor=BOB).then_accepted()
        connect(spec, actor=BOB, authorization_id="a1").refused("not-found", kind="circuit")


@pytest.mark.parametrize(
    "facts",
    [
        [],
        an_authorization(state="used"),
        an_authorization(state="revoked"),
        an_authorization(subscription="acme-prod"),
        an_authorization("a2"),
    ],
)
def test_without_sight_of_the_circuit_anything_else_is_not_found(facts: Any) -> None:
    """Nobody probes: the same answer as for a circuit that never was."""
    spec = connect(given(BESIDE, IN_DEV, facts), actor=BOB, authorization_id="a1")
    spec.refused("not-found", kind="circuit", id="c1")
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    assert set(spec.outcome.refusal.facts) == {"kind", "id"}
    connect(given(BESIDE, IN_DEV, facts), actor=BOB).refused("not-found", kind="circuit")


def test_nobody_redeems_without_the_right_on_the_network() -> None:
    for grants in ([], [a_grant(BOB, "reader", scope="acme-dev")]):
        spec = given(BESIDE, an_authorization(), grants)
        connect(spec, actor=BOB, authorization_id="a1").refused("not-found", kind="circuit")


def test_a_deleted_circuit_is_not_found_by_them_as_if_it_never_was() -> None:
    spec = given(
        a_customer(), a_location(), an_ordered_circuit(), DEV, IN_DEV, an_authorization(),
        a_gateway_network("n1", subscription_id="acme-dev"),
    ).when("delete-circuit", C1).then_accepted()  # fmt: skip
    connect(spec, actor=BOB, authorization_id="a1").refused("not-found", kind="circuit")
    assert spec.outcome is not None
    assert spec.outcome.refusal is not None
    assert set(spec.outcome.refusal.facts) == {"kind", "id"}


# --- address space and limits


def test_its_space_overlaps_no_subnet_and_no_connected_network() -> None:
    """Everything that is in the way is named at once."""
    spec = given(
        a_ready_world(),
        a_gateway_network("n1", "10.255.0.0/16", "10.2.0.0/20"),
        a_connection("n2"),
        a_connection("n3"),
    )
    connect(spec).refused("address-space-overlaps", count=3)
    assert [each.partition(",")[0] for each in spec.blockers] == [
        "10.255.0.0/30",
        "10.255.0.4/30",
        "network n2",
    ]


def test_address_space_changes_within_the_same_rule_and_the_circuits_are_told() -> None:
    spec = given(READY, a_gateway_network("n2"), a_connection("n1"), a_connection("n2"))
    taken = spec.when("change-address-space", N1, address_space=["10.2.8.0/24", "10.255.0.0/24"])
    taken.refused("address-space-overlaps", count=3)
    spec.when("change-address-space", N1, address_space=["10.7.0.0/16"]).then_accepted()
    assert spec.state(C1).connections["n1"].address_space == (prefix("10.7.0.0/16"),)
    assert spec.state(C1).connections["n2"].address_space == (prefix("10.2.0.0/16"),)
    spec.when("change-address-space", "network/n2", address_space=["10.1.0.0/16"]).then_accepted()
    spec.when("change-address-space", N1, address_space=["10.1.0.0/24"]).refused(
        "address-space-overlaps", count=1
    )


@pytest.mark.parametrize("verb", ["configure-peering", "change-peering"])
def test_a_peerings_subnets_lie_outside_connected_networks(verb: str) -> None:
    spec = given(a_world(), a_connection("n1"), [a_peering()] if verb == "change-peering" else [])
    subnets = {"primary_subnet": "10.1.0.0/30", "secondary_subnet": "10.9.0.0/30"}
    spec.when(verb, C1, **PEERING | subnets)
    spec.refused("subnet-overlaps", field="primary_subnet", other="10.1.0.0/16")


@pytest.mark.parametrize(
    ("tier", "mbps", "allowed"),
    [
        ("standard", 500, 10),
        ("local", 1000, 10),
        ("premium", 50, 20),
        ("premium", 100, 25),
        ("premium", 500, 40),
        ("premium", 10000, 100),
    ],
)
def test_so_many_networks_by_tier_and_rate(tier: str, mbps: int, allowed: int) -> None:
    billing = "unlimited" if tier == "local" else "metered"
    world = a_ready_world(tier=tier, bandwidth_mbps=mbps, billing=billing)
    others = [a_connection(f"n{100 + each}", "c1", f"10.{each}.0.0/16") for each in range(2, 250)]
    full = given(world, a_gateway_network(), others[:allowed])
    connect(full).refused("limit-reached", allowed=allowed, used=allowed)
    connect(given(world, a_gateway_network(), others[: allowed - 1])).then_accepted()


@pytest.mark.parametrize(("here", "elsewhere"), [(4, 0), (0, 16), (3, 13)])
def test_so_many_circuits_of_a_network_at_one_location_and_in_all(
    here: int, elsewhere: int
) -> None:
    circuits = [a_connection("n1", f"x{each}", location="frankfurt") for each in range(here)]
    circuits += [
        a_connection("n1", f"y{each}", location=f"l{each // 4}") for each in range(elsewhere)
    ]
    connections = [each for both in circuits for each in both if each[0] == N1]
    allowed = 4 if here == 4 else 16
    connect(given(READY, connections)).refused("limit-reached", allowed=allowed, used=allowed)
    connect(given(READY, connections[1:])).then_accepted()


# --- disconnecting


def test_it_ends_for_both_and_needs_no_sight_of_the_other_side() -> None:
    for scope in ("c1", "acme-dev"):
        spec = given(BESIDE, a_connection(), a_grant(BOB, "network-operator", scope=scope))
        disconnect(spec, actor=BOB).then(
            (C1, NetworkDisconnected(network_id="n1")),
            (N1, DisconnectedFromCircuit(circuit_id="c1")),
        )
    disconnect(spec).refused("not-found", id="n1")
    disconnect(spec, actor=BOB).refused("not-found", kind="circuit")


@pytest.mark.parametrize("scope", ["c1", "acme-dev"])
def test_reading_is_not_enough(scope: str) -> None:
    spec = disconnect(given(BESIDE, a_connection(), a_grant(BOB, "reader", scope=scope)), actor=BOB)
    spec.refused("not-permitted" if scope == "c1" else "not-found")


# --- what hangs on it stays


def test_a_circuit_with_connections_is_not_deleted() -> None:
    world = (a_customer(), a_location(), an_ordered_circuit(), a_gateway_network())
    used = (an_authorization(), a_connection(by="a1"))
    spec = given(world, used).when("delete-circuit", C1).refused("deletion-blocked", count=1)
    assert spec.blockers == ["network n1, connected by authorization a1"]
    disconnect(spec).then_accepted()
    spec.when("delete-circuit", C1).then_accepted()


def test_all_blockers_of_a_deletion_are_named_at_once() -> None:
    spec = given(READY, a_connection(), a_connection("n2")).when("delete-circuit", C1)
    spec.refused("deletion-blocked", count=3)


def test_the_private_peering_stays_while_networks_hang_on_it() -> None:
    spec = given(READY, a_connection()).when("remove-peering", C1, routing_domain="private")
    spec.refused("connections-remain", routing_domain="private", count=1)
    disconnect(spec).then_accepted()
    spec.when("remove-peering", C1, routing_domain="private").then_accepted()


def test_a_network_stays_with_its_gateway_while_it_is_connected() -> None:
    spec = given(READY, a_connection())
    spec.when("remove-network", N1).refused("network-in-use", count=1)
    spec.when("remove-gateway", N1, kind="expressroute").refused("gateway-in-use", count=1)
    disconnect(spec).then_accepted()
    spec.when("remove-gateway", N1, kind="expressroute").then_accepted()
    spec.when("remove-network", N1).then_accepted()


def test_one_network_connects_to_several_circuits() -> None:
    spec = given(READY, a_provisioned_circuit("c2"), a_peering("c2"))
    connect(spec).then_accepted()
    spec.when("connect-network", "circuit/c2", network_id="n1", weight=5).then_accepted()
    assert dict(spec.state(N1).connections) == {"c1": "frankfurt", "c2": "frankfurt"}
