"""What the year foresees is what the engine answers, command by command; then the office's book and
the engine's states say the same.
"""

import json
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from adapters.clocks import MessageClock
from adapters.settings import Settings
from adapters.wiring.embedded import embedded
from demo.office.desk import Desk
from demo.office.records import CircuitRecord, NetworkRecord, RouteFilterRecord
from demo.year import Plan, steps, worked
from domain.circuit.state import Circuit
from domain.network.state import Network
from domain.route_filter.state import RouteFilter

if TYPE_CHECKING:
    from adapters.engine.embedded import Embedded

START = "2026-01-01T00:00:00.000000Z"


@pytest.mark.parametrize(("seed", "customers", "circuits"), [(2, 5, 20), (1, 40, 300)])
def test_every_answer_is_the_one_that_was_foreseen(
    tmp_path: Path, seed: int, customers: int, circuits: int
):
    at = f"sqlite:///{tmp_path / 'year.db'}"
    settings = Settings(database=at, views=at)
    desk, entropy = Desk(Random(seed)), Random(seed).randbytes
    with embedded(settings, MessageClock(START), entropy) as parts:
        parts.catch_up = lambda: None
        for week in worked(desk, Plan(customers, circuits, circuits * 17)):
            outcomes = parts.submit([json.dumps(step.command) for step in week])
            for step, outcome in zip(week, outcomes, strict=True):
                assert outcome.parked is None, step
                code = outcome.refusal.code if outcome.refusal else None
                assert code == step.expected, step
            parts.settle()
        _agree(desk, parts)


def _agree(desk: Desk, parts: "Embedded") -> None:
    for circuit in desk.book.circuits:
        _agree_on_circuit(circuit, parts.worker.state(f"circuit/{circuit.id}"))
    for network in desk.book.networks:
        _agree_on_network(network, parts.worker.state(f"network/{network.id}"))
    for route_filter in desk.book.filters:
        _agree_on_filter(route_filter, parts.worker.state(f"route-filter/{route_filter.id}"))
    for gone in desk.book.past_networks:
        assert parts.worker.state(f"network/{gone.id}").removed_at


def _agree_on_circuit(ours: CircuitRecord, theirs: Circuit) -> None:
    microsoft = theirs.peering("microsoft")
    assert (ours.mbps, ours.tier, ours.billing) == (
        theirs.bandwidth_mbps,
        theirs.tier,
        theirs.billing,
    )
    assert {each.routing_domain for each in theirs.peerings} == ours.peerings.keys()
    assert set(theirs.connections) == {each.id for each in ours.networks}
    assert set(theirs.peer_circuits) == {each.id for each in ours.peers}
    assert (microsoft and microsoft.route_filter_id) == (ours.route_filter and ours.route_filter.id)
    assert (theirs.encryption is not None) == ours.encrypted
    assert {id: each.state for id, each in theirs.authorizations.items()} == {
        each.id: each.state for each in ours.authorizations
    }
    if ours.drifting_since is not None:
        assert "bandwidth_mbps" in theirs.drift


def _agree_on_network(ours: NetworkRecord, theirs: Network) -> None:
    assert {each.text for each in theirs.address_space} == set(ours.space)
    assert set(theirs.gateways) == set(ours.gateways)
    assert set(theirs.links) == {each.id for each in ours.links}
    assert set(theirs.connections) == {each.id for each in ours.circuits}
    assert set(theirs.subnets) == {each.name for each in ours.subnets}
    for each in ours.subnets:
        subnet = theirs.subnets[each.name]
        assert set(subnet.routes) == set(each.routes)
        assert set(subnet.rules) == set(each.rules)


def _agree_on_filter(ours: RouteFilterRecord, theirs: RouteFilter) -> None:
    assert set(theirs.communities) == set(ours.communities)
    assert set(theirs.attached) == {each.id for each in ours.circuits}


def test_the_year_without_networks_is_foreseen_as_well(tmp_path: Path):
    at = f"sqlite:///{tmp_path / 'year.db'}"
    with embedded(Settings(database=at, views=at), MessageClock(START)) as parts:
        parts.catch_up = lambda: None
        for week in steps(1, 8, 40, networks=False):
            outcomes = parts.submit([json.dumps(step.command) for step in week])
            codes = [each.refusal.code if each.refusal else None for each in outcomes]
            assert codes == [step.expected for step in week]
            parts.settle()
