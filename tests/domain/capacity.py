"""The capacity that circuits hold, counted from the circuits alone, against what locations say."""

from collections import Counter

from domain.bandwidth_change.change import Decrease, Increase
from domain.location.state import Location
from tests.domain.world import World


def held(world: World) -> Counter[tuple[str, str, str]]:
    """Mbit/s per location, pair and provider."""
    holds: Counter[tuple[str, str, str]] = Counter()
    for circuit in world.circuits:
        where, change = (circuit.location_id, circuit.pair, circuit.provider), circuit.running
        if circuit.removed_at is None:
            holds[where] += circuit.bandwidth_mbps
            if isinstance(change, Increase):
                holds[where] += change.bandwidth_mbps - circuit.bandwidth_mbps
        elif isinstance(change, Decrease) and change.old_circuit == circuit.circuit_id:
            ordered = world.circuit(change.successor) is not None
            holds[where] += 0 if ordered else change.bandwidth_mbps
    return holds


def capacity_is_right(world: World) -> None:
    """Taken capacity is never negative or above the limit, and exactly what the circuits hold."""
    holds = held(world)
    for name, state in world.present.states.items():
        if name.startswith("location/") and state:
            _assert_right_at(state, holds)


def _assert_right_at(location: Location, holds: Counter[tuple[str, str, str]]) -> None:
    here = {where[1:]: mbps for where, mbps in holds.items() if where[0] == location.location_id}
    for pair in location.pairs:
        taken = location.taken.get(pair.name, 0)
        assert 0 <= taken <= pair.limit_mbps
        assert taken == sum(mbps for (name, _), mbps in here.items() if name == pair.name)
    for provider_id in location.providers:
        by = sum(mbps for (_, name), mbps in here.items() if name == provider_id)
        assert location.taken_by.get(provider_id, 0) == by
