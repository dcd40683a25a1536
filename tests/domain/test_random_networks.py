"""Laws that hold after every step of lives with networks, connections, filters and alarms.

Two customers send commands that fit and commands that don't, in any order, while bandwidth changes
of both kinds run and are given up, and the alarm process watches. Little is allowed
(`network_world.LITTLE`), so that limits are reached.
"""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given as for_all
from hypothesis import settings

from domain.profiles import PROFILES
from tests.domain import network_laws, network_references
from tests.domain.capacity import capacity_is_right
from tests.domain.network_lives import lives
from tests.domain.network_world import LITTLE, NetworkWorld
from tests.domain.test_random_lives import replay_is_the_present
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
    network_references.alarms_and_drift_are_raised_by_turns,
    capacity_is_right,
]


@pytest.fixture(autouse=True, scope="module")
def little_is_allowed() -> Iterator[None]:
    """Circuits find the profile that they were ordered under by its name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PROFILES, LITTLE.name, LITTLE)
        yield


def lived(acts: list[Act]) -> NetworkWorld:
    """A life; after each step every law holds."""
    world = NetworkWorld()
    for act in acts:
        world.do(act)
        for law in LAWS:
            law(world)
    return world


@settings(max_examples=60, deadline=None)
@for_all(lives)
def test_after_any_commands_in_any_order(acts: list[Act]) -> None:
    replay_is_the_present(lived(acts))
