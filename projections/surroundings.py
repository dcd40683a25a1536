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
    from collections.abc import Callable, Collection, Mapping

    from domain.decider.states import Key
    from domain.engine.log import Log
    from domain.engine.records import Recorded

    Before = Callable[[Recorded], bool]

PAGE: Final = 500
"""Events of a stream that are read at once, where it went on after the moment."""


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
    if not ids:
        return {}
    streams = {key.stream(id): id for id in sorted(ids)}
    states: dict[str, Any] = {}
    for stream, (present, version) in log.load_all(streams).items():
        state = _state(log, stream, present, version, before)
        if state is not None:
            states[streams[stream]] = state
    return states


def _state(log: Log, stream: str, present: Any, version: int, before: Before) -> Any:
    """The present state, where the stream has not gone on since; else folded up to the moment."""
    last = log.events(stream, version - 1, version)
    if all(map(before, last)):
        return present
    return _past(log, stream, before)


def _past(log: Log, stream: str, before: Before) -> Any:
    state, version = None, 0
    while page := log.events(stream, version, version + PAGE):
        belongs = [each for each in page if before(each)]
        state = folded(stream, belongs, state)
        if len(belongs) < len(page):
            break
        version = page[-1].version
    return state
