"""A decrease carries over what hangs on a circuit: networks, peers, routes, its encryption."""

from typing import Any

import pytest

from domain.bandwidth_change.course import StepName
from domain.circuit.state import Circuit
from tests.domain.drive import Drive
from tests.domain.spec import Spec
from tests.domain.test_abandon_and_retry import abandon
from tests.domain.test_decrease import lowering
from tests.domain.test_peer_circuits import LONDON, OTHER
from tests.examples import an_encrypted_circuit
from tests.examples.hanging import (
    a_connection,
    a_gateway_network,
    a_ready_world,
    an_authorization,
    peered,
    routes,
)

C1, SUCCESSOR, N1 = "circuit/c1", "circuit/c1.r2", "network/n1"
HANGING = (
    a_ready_world(),
    LONDON,
    OTHER,
    a_gateway_network("n1", subscription_id="acme-prod"),
    a_gateway_network("n2"),
    an_authorization("a1", subscription="acme-prod"),
    an_authorization("a2", subscription="acme-prod"),
    an_authorization("a3", state="revoked"),
    an_authorization("a4", state="used"),
    a_connection("n1", weight=7, region="West Europe", by="a1"),
    a_connection("n2"),
    peered(),
    routes("c1", "192.168.0.0/16", "0.0.0.0/0"),
    an_encrypted_circuit(),
)
STRATEGIES = ("teardown-first", "replace-first")


def lower(strategy: str, **fields: Any) -> Drive:
    return lowering(strategy, *HANGING, **fields)


def hangs_on(circuit: Circuit) -> tuple[Any, ...]:
    """All that hangs on a circuit, to be compared with another's."""
    private = circuit.peering("private")
    return (
        dict(circuit.authorizations),
        dict(circuit.connections),
        dict(circuit.peer_circuits),
        private and private.advertised_routes,
        circuit.encryption,
    )


def named_by(spec: Spec) -> set[str]:
    """The circuits that the networks and the peer circuit name."""
    networks = [set[str](spec.state(f"network/{id}").connections) for id in ("n1", "n2")]
    return set[str](spec.state("circuit/c2").peer_circuits).union(*networks)


def before(strategy: str) -> tuple[Any, ...]:
    return hangs_on(lower(strategy).spec.state(C1))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_successor_has_all_of_it_and_everything_names_the_successor(strategy: str) -> None:
    spec = lower(strategy).settle()
    assert hangs_on(spec.state(SUCCESSOR)) == before(strategy)
    assert named_by(spec) == {"c1.r2"}
    old = spec.state(C1)
    assert (dict(old.connections), dict(old.peer_circuits)) == ({}, {})


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_the_others_know_of_it_stays(strategy: str) -> None:
    spec = lower(strategy)
    known = spec.spec.state("circuit/c2").peer_circuits["c1"]
    place = spec.spec.state(N1).connections["c1"]
    after = spec.settle()
    assert after.state("circuit/c2").peer_circuits["c1.r2"] == known
    assert after.state(N1).connections["c1.r2"] == place


def test_torn_down_first_the_deleted_circuit_guards_them_until_they_are_carried() -> None:
    spec = lower("teardown-first").to("successor-placed")
    assert hangs_on(spec.state(C1)) == before("teardown-first")
    assert named_by(spec) == {"c1"}
    spec.when("remove-network", N1).refused("network-in-use")
    spec.when("change-address-space", N1, address_space=["10.8.0.0/16"]).then_accepted()
    spec.when("change-address-space", N1, address_space=["10.255.0.0/16"]).refused(
        "address-space-overlaps"
    )
    for verb, asked in (
        ("disconnect-network", {"network_id": "n1"}),
        ("connect-network", {"network_id": "n1"}),
        ("issue-authorization", {"authorization_id": "a9"}),
    ):
        for circuit in (C1, SUCCESSOR):
            spec.when(verb, circuit, **asked).refused("change-in-progress")


def test_space_that_changed_meanwhile_is_carried_as_it_is_then() -> None:
    play = lower("teardown-first")
    spec = play.to("successor-placed")
    spec.when("change-address-space", N1, address_space=["10.8.0.0/16"]).then_accepted()
    after = play.settle()
    assert [str(each) for each in after.state(SUCCESSOR).connections["n1"].address_space] == [
        "10.8.0.0/16"
    ]


def test_replaced_first_connections_and_peers_move_at_the_switch() -> None:
    play = lower("replace-first", auto_proceed=False)
    spec = play.to("proceed")
    old, successor = spec.state(C1), spec.state(SUCCESSOR)
    assert hangs_on(old) == before("replace-first")
    authorizations, _, _, *copied = hangs_on(old)
    assert hangs_on(successor) == (authorizations, {}, {}, *copied)
    assert named_by(spec) == {"c1"}
    spec.when("proceed-bandwidth-change", C1, change_id="down-1", reason="go").then_accepted()
    play.to("deprovisioning-requested")
    assert hangs_on(spec.state(SUCCESSOR)) == before("replace-first")
    assert named_by(spec) == {"c1.r2"}


STEPS: tuple[StepName, ...] = (
    "successor-placed",
    "successor-provisioning",
    "proceed",
    "deprovisioning-requested",
)


@pytest.mark.parametrize("step", STEPS)
def test_abandoned_at_any_step_all_of_it_hangs_on_the_old_circuit_again(step: StepName) -> None:
    play = lower("replace-first", auto_proceed=False)
    if step == "deprovisioning-requested":
        spec = play.to("proceed")
        spec.when("proceed-bandwidth-change", C1, change_id="down-1", reason="go").then_accepted()
    spec = abandon(play.to(step))
    play.settle()
    assert hangs_on(spec.state(C1)) == before("replace-first")
    assert named_by(spec) == {"c1"}
    ended = spec.state(SUCCESSOR)
    assert {each.state for each in ended.authorizations.values()} <= {"revoked"}
    assert (dict(ended.connections), dict(ended.peer_circuits)) == ({}, {})


def test_abandoned_before_it_was_torn_down_nothing_moved() -> None:
    play = lower("teardown-first")
    spec = abandon(play.to("deprovisioning-requested"))
    play.settle()
    assert hangs_on(spec.state(C1)) == before("teardown-first")


# --- revoke-authorization, on either circuit from start to end


def revoke(spec: Spec, circuit: str, id: str) -> Spec:
    return spec.when("revoke-authorization", circuit, authorization_id=id)


@pytest.mark.parametrize("circuit", [C1, SUCCESSOR])
@pytest.mark.parametrize(
    ("strategy", "step"),
    [
        ("teardown-first", "successor-placed"),
        ("teardown-first", "successor-provisioning"),
        ("replace-first", "successor-placed"),
        ("replace-first", "proceed"),
        ("replace-first", "deprovisioning-requested"),
    ],
)
def test_it_cuts_the_connection_where_it_is_and_holds_for_both(
    circuit: str, strategy: str, step: StepName
) -> None:
    play = lower(strategy, auto_proceed=step != "proceed")
    spec = revoke(play.to(step), circuit, "a1").then_accepted()
    revoke(spec, circuit, "a1").refused("authorization-revoked")
    for each in (C1, SUCCESSOR):
        assert "n1" not in spec.state(each).connections
    assert dict(spec.state(N1).connections) == {}
    if step == "proceed":
        spec.when("proceed-bandwidth-change", C1, change_id="down-1", reason="go").then_accepted()
    play.settle()
    successor = spec.state(SUCCESSOR)
    assert successor.authorizations["a1"].state == "revoked"
    assert list(successor.connections) == ["n2"]
    assert named_by(spec) == {"c1.r2"}


def test_before_there_is_a_successor_only_the_old_circuit_has_it() -> None:
    play = lower("teardown-first")
    spec = revoke(play.to("deprovisioning-requested"), C1, "a2").then_accepted()
    revoke(spec, SUCCESSOR, "a1").refused("not-found", kind="circuit")
    play.settle()
    assert spec.state(SUCCESSOR).authorizations["a2"].state == "revoked"


def test_revoked_while_it_reverts_it_stays_revoked() -> None:
    play = lower("replace-first", auto_proceed=False)
    spec = abandon(play.to("proceed"))
    revoke(spec, SUCCESSOR, "a1").then_accepted()
    play.settle()
    assert spec.state(C1).authorizations["a1"].state == "revoked"
    assert list(spec.state(C1).connections) == ["n2"]


def test_two_peers_that_decrease_at_once_find_each_other_again() -> None:
    play = lower("teardown-first")
    spec = play.to("successor-placed")
    spec.when(
        "change-bandwidth", "circuit/c2", bandwidth_mbps=100, change_id="down-2",
        accept_interruption=True, strategy="teardown-first",
    ).then_accepted()  # fmt: skip
    after = play.settle()
    assert list(after.state(SUCCESSOR).peer_circuits) == ["c2.r2"]
    assert list(after.state("circuit/c2.r2").peer_circuits) == ["c1.r2"]
