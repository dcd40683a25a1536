"""Checks of states: the log's states are what its events fold to, capacity adds up, references
agree from both sides, and alarms are raised once.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from domain.bandwidth_change.change import Decrease, Increase
from domain.circuit.state import Circuit
from domain.engine.records import fold
from domain.engine.records import read_rows as as_events
from domain.location.state import Location
from simulation.checks.joined import apart
from simulation.checks.raised import Raised
from tests.production.evidence import Evidence


def states_are_replays(evidence: Evidence) -> Iterator[str]:
    """Each state that the log gives is what its events fold to."""
    states = _states(evidence)
    for stream, (state, version) in evidence.loaded.items():
        versions = sum(row[1] == stream for row in evidence.rows)
        if state != states.get(stream) or version != versions:
            yield f"the log's state of {stream} is not what its events say"


def capacity_adds_up(evidence: Evidence) -> Iterator[str]:
    """The capacity taken of each pair is what the circuits on it hold, and within its limit."""
    states = _states(evidence)
    circuits = [each for each in states.values() if isinstance(each, Circuit)]
    for location in (each for each in states.values() if isinstance(each, Location)):
        holds: Counter[str] = Counter()
        for circuit in circuits:
            if circuit.location_id == location.location_id:
                holds[circuit.pair] += _held(circuit, states)
        limits = {pair.name: pair.limit_mbps for pair in location.pairs}
        taken = dict(location.taken.items())
        for pair in {*holds, *taken}:
            if taken.get(pair, 0) != holds[pair]:
                yield (
                    f"{location.location_id}, {pair}: {taken.get(pair, 0)} Mbit/s taken, "
                    f"and circuits hold {holds[pair]}"
                )
            if not 0 <= taken.get(pair, 0) <= limits.get(pair, 0):
                yield f"{location.location_id}, {pair}: {taken.get(pair, 0)} of {limits.get(pair)}"


def references_agree(evidence: Evidence) -> Iterator[str]:
    """Whatever names another thing is named by it, and both are of one customer."""
    yield from apart(_states(evidence))


def raised_once(evidence: Evidence) -> Iterator[str]:
    """Alarms and drift are raised at most once until cleared, and cleared only where raised."""
    raised = Raised()
    for each in as_events(evidence.rows):
        yield from raised.follow(each)


def _states(evidence: Evidence) -> dict[str, Any]:
    states: dict[str, Any] = {}
    fold(states, as_events(evidence.rows))
    return states


def _held(circuit: Circuit, states: Mapping[str, Any]) -> int:
    """The capacity that a circuit holds: its own rate; the new rate while an increase runs; or,
    once it is torn down for a successor that is not ordered yet, the successor's rate.
    """
    change = circuit.running
    if circuit.removed_at is None:
        return (change if isinstance(change, Increase) else circuit).bandwidth_mbps
    if not isinstance(change, Decrease) or change.old_circuit != circuit.circuit_id:
        return 0
    return 0 if f"circuit/{change.successor}" in states else change.bandwidth_mbps
