"""A network and its neighbours as they were at one moment, from their own streams in the log.

Each stream is read by its name: what else the log holds costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.circuit.state import CIRCUIT
from domain.engine.records import folded
from domain.network.state import NETWORK
from domain.routing.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from domain.decider.states import Key
    from domain.engine.log import Log
    from domain.engine.records import Recorded

    Before = Callable[[Recorded], bool]

PAGE: Final = 500
"""Events of a stream that are read at once. More than that, and a snapshot is worth looking for."""


def surroundings(log: Log, network_id: str, time: str | None = None) -> Surroundings | None:
    """A network as it was at a time (as `written_time` writes it), or is now; None if there was
    none, or none any more.
    """
    before = _before(log, time)
    network = _states(log, NETWORK, [network_id], before).get(network_id)
    if network is None or network.removed_at is not None:
        return None
    linked = _states(log, NETWORK, network.links, before)
    circuits = _states(log, CIRCUIT, network.connections, before)
    return Surroundings(network, linked, circuits)


def _before(log: Log, time: str | None) -> Before:
    """Whether an event belongs to the moment: now is where the log ends as the reading begins."""
    if time is not None:
        return lambda recorded: recorded.time <= time
    end = log.mark().position
    return lambda recorded: recorded.position <= end


def _states(log: Log, key: Key[Any], ids: Collection[str], before: Before) -> Mapping[str, Any]:
    """The states of some of a noun's streams at the moment, by id; without those not yet begun."""
    states = {id: _state(log, key.stream(id), before) for id in sorted(ids)}
    return {id: state for id, state in states.items() if state is not None}


def _state(log: Log, stream: str, before: Before) -> Any:
    """Of a long stream that has not gone on since, the present state, which has a snapshot."""
    page = log.events(stream, 0, PAGE)
    if len(page) == PAGE and before(page[-1]):
        present, version = log.load(stream)
        if all(map(before, log.events(stream, version - 1, version))):
            return present
    return _folded(log, stream, page, before)


def _folded(log: Log, stream: str, page: Sequence[Recorded], before: Before) -> Any:
    """The state at the moment, from the first page of a stream and those that follow it."""
    state = None
    while page:
        belongs = [each for each in page if before(each)]
        state = folded(stream, belongs, state)
        if len(belongs) < PAGE:
            break
        last = page[-1].version
        page = log.events(stream, last, last + PAGE)
    return state
