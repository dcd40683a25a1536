"""Laws that hold after every step of lives with networks, connections, filters and alarms.

Two customers send commands that fit and commands that don't, in any order, while bandwidth changes
of both kinds run and are given up, and the alarm process watches. Little is allowed
(`network_foundation.LITTLE`), so that limits are reached.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import get_args

import pytest
from hypothesis import given as for_all
from hypothesis import note, settings
from hypothesis import strategies as st

from domain.bandwidth_change.change import Decrease
from domain.bandwidth_change.successors import line_of
from domain.catalogue import COMMANDS
from domain.circuit.alarm_events import AlarmRaised
from domain.profiles import PROFILES
from domain.words.values import AlarmKind
from tests.domain import network_laws, network_references
from tests.domain.capacity import capacity_is_right
from tests.domain.network_foundation import LITTLE
from tests.domain.network_lives import an_act
from tests.domain.network_world import NetworkWorld
from tests.domain.test_random_lives import (
    both_sides_agree,
    drift_is_right,
    replay_is_the_present,
)
from tests.domain.world import Act

LAWS: list[Callable[[NetworkWorld], None]] = [
    network_laws.spaces_are_disjoint,
    network_laws.subnets_lie_in_their_networks,
    network_laws.no_limit_is_passed,
    network_laws.what_needs_a_gateway_has_it,
    network_laws.what_is_connected_is_reached,
    network_laws.nothing_crosses_two_customers,
    network_laws.no_prefix_is_used_by_two_customers,
    network_references.connections_are_on_both_sides,
    network_references.links_and_peers_are_on_both_sides,
    network_references.filters_are_on_both_sides,
    network_references.authorizations_stand_behind_connections,
    network_references.customers_know_what_is_theirs,
    network_references.nothing_is_lost_while_a_decrease_runs,
    network_references.what_ended_has_everything,
    network_references.nothing_hangs_on_what_is_deleted,
    network_references.alarms_and_drift_are_raised_by_turns,
    network_references.drift_is_alarmed_at_rest,
    drift_is_right,
    both_sides_agree,
    capacity_is_right,
]


@pytest.fixture(autouse=True, scope="module")
def little_is_allowed() -> Iterator[None]:
    """Circuits find the profile that they were ordered under by its name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PROFILES, LITTLE.name, LITTLE)
        yield


REACHED = {
    f"{how} {what}"
    for how in ("decreased", "reverted", "abandoned")
    for what in ("connections", "peers", "filters", "encryption")
} | {
    "cut while a decrease runs",
    "both peer circuits in a decrease",
    "switched over with filters",
    "given up after the switch with filters",
    "address-space-overlaps change-address-space",
    "address-space-overlaps connect-network",
    "address-space-overlaps link-networks",
    "already-connected connect-network",
    "authorization-required connect-network",
    "authorization-revoked connect-network",
    "authorization-used connect-network",
    "change-in-progress peer-circuits",
    "connections-remain remove-peering",
    "customer-mismatch attach-route-filter",
    "customer-mismatch connect-network",
    "customer-mismatch link-networks",
    "customer-mismatch peer-circuits",
    "deletion-blocked delete-circuit",
    "gateway-in-use remove-gateway",
    "gateway-required connect-network",
    "gateway-required link-networks",
    "limit-reached change-bandwidth",
    "limit-reached connect-network",
    "limit-reached issue-authorization",
    "limit-reached link-networks",
    "limit-reached order-circuit",
    "limit-reached peer-circuits",
    "limit-reached set-route",
    "limit-reached set-security-rule",
    "network-in-use remove-network",
    "peer-not-allowed peer-circuits",
    "point-of-no-return abandon-bandwidth-change",
    "prefix-limit advertise-routes",
    "prefix-not-owned confirm-prefix",
    "priority-taken set-security-rule",
    "region-not-reached connect-network",
    "route-filter-in-use remove-route-filter",
    "subnet-outside-address-space change-address-space",
    "subnet-overlaps configure-peering",
    *(f"alarm {kind}" for kind in get_args(AlarmKind)),
}
"""What lives must reach: what hung on the circuit as a decrease ended, refusals, alarms."""


def lived(acts: Iterable[Act]) -> tuple[NetworkWorld, set[str]]:
    """A life, and what it reached; after each step that changed anything every law holds."""
    world, reached = NetworkWorld(), set[str]()
    for act in acts:
        before = len(world.log)
        world.do(act)
        if len(world.log) > before or world.at_rest:
            for law in LAWS:
                law(world)
            reached |= set(reached_by(world))
    raised = {each.event.alarm for each in world.log if isinstance(each.event, AlarmRaised)}
    return world, reached | set(world.refusals) | {f"alarm {kind}" for kind in raised}


def reached_by(world: NetworkWorld) -> Iterator[str]:
    """How decreases ended with the last act, and with what; what runs at the same time."""
    for how, _, began in world.ended:
        yield from (f"{how} {what}" for what, there in began._asdict().items() if there)
    lowered = {line_of(old.circuit_id) for old, _, _ in world.running()}
    for old, new, began in world.running():
        there = len(new.connections) if new else 0
        if began.peers & lowered:
            yield "both peer circuits in a decrease"
        if len(began.connections) > len(old.connections) + there:
            yield "cut while a decrease runs"
        if there and isinstance(old.change, Decrease) and old.change.strategy == "replace-first":
            way = "given up after the switch" if old.change.reverting else "switched over"
            yield f"{way} with filters" if began.filters else way


@pytest.mark.timeout(240)
@settings(max_examples=40, deadline=None)
@for_all(seed=st.integers(0, 2**32), done=st.lists(st.integers(0, 9), min_size=80, max_size=80))
def test_after_any_commands_in_any_order(seed: int, done: list[int]) -> None:
    """A life that fails is cut to the acts that it takes: those of number 0 are left out."""
    acts = [an_act(seed, number) for number, each in enumerate(done) if each]
    note("\n".join(map(str, acts)))
    world, _ = lived(acts)
    replay_is_the_present(world)


@pytest.mark.timeout(240)
def test_lives_reach_what_is_worth_reaching() -> None:
    """The same lives each time: that they reach it all does not depend on luck."""
    reached, drawn = set[str](), set[str]()
    for seed in range(200):
        acts = [an_act(seed, number) for number in range(80)]
        reached |= lived(acts)[1]
        drawn |= {act.verb for act in acts}
    assert REACHED - reached == set()
    assert COMMANDS.keys() - drawn == set()
