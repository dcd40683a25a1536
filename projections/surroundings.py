"""A network and its neighbours as they were at one moment, from their own streams in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.circuit.state import CIRCUIT
from domain.network.state import NETWORK
from domain.routing.surroundings import Surroundings
from projections.moment import Moment

if TYPE_CHECKING:
    from domain.engine.log import Log


def surroundings(log: Log, network_id: str, time: str | None = None) -> Surroundings | None:
    """A network as it was at a time (as `written_time` writes it), or is now; None if there was
    none, or none any more.
    """
    moment = Moment(log, time)
    network = moment.states(NETWORK, [network_id]).get(network_id)
    if network is None or network.removed_at is not None:
        return None
    linked = moment.states(NETWORK, network.links)
    circuits = moment.states(CIRCUIT, network.connections)
    return Surroundings(network, linked, circuits)
