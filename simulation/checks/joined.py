"""References: whatever names another thing is named by it, and both are of one customer."""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.circuit.state import Circuit
from domain.customer.state import Customer
from domain.network.state import Network
from domain.route_filter.state import RouteFilter
from simulation.checks.recorded import RecordedCheck
from simulation.checks.violation import demand

_Side = tuple[str, str, Any]
"""Who names whom, and what both sides have to say of it."""


class JoinedCheck:
    """Looks at both sides of every reference, each time that something was recorded."""

    def __init__(self, recorded: RecordedCheck) -> None:
        self._recorded = recorded
        self._looked = 0
        self.checked = 0

    def look(self) -> None:
        """Compare what both sides say, if anything is new."""
        if len(self._recorded.rows) == self._looked:
            return
        self._looked = len(self._recorded.rows)
        self.checked += 1
        for said in apart(self._recorded.states):
            demand(holds=False, check="references", said=said)


def apart(states: Mapping[str, Any]) -> Iterator[str]:
    """What only one side says, as sentences."""
    theirs = {side for state in states.values() for side in _named(state)}
    back = {(b, a, said) for state in states.values() for a, b, said in _named_back(state)}
    yield from (f"only one side says {each}" for each in sorted(map(repr, theirs ^ back)))
    for one, other, _ in sorted(theirs & back):
        if states[one].customer_id != states[other].customer_id:
            yield f"{one} names {other} of another customer"
    for state in states.values():
        if isinstance(state, Circuit):
            yield from _unauthorized(state)


def _unauthorized(circuit: Circuit) -> Iterator[str]:
    """A connection stands on an authorization that is used up, and on no other connection's."""
    used = [each.authorization_id for each in circuit.connections.values()]
    ids = [each for each in used if each is not None]
    if len(ids) > len(set(ids)):
        yield f"two connections of {circuit.circuit_id} use one of {ids}"
    for id in ids:
        state = circuit.authorizations[id].state
        if state != "used":
            yield f"{id} of {circuit.circuit_id} is {state}, and a connection stands on it"


def _named(state: Any) -> Iterator[_Side]:
    """What one side says of the other; both sides of a pair of equals say it."""
    match state:
        case Circuit():
            yield from _named_by_circuit(state)
        case Network(removed_at=None):
            yield f"network/{state.network_id}", f"customer/{state.customer_id}", "network"
            for other in state.links:
                yield f"network/{state.network_id}", f"network/{other}", "link"
        case RouteFilter(removed_at=None):
            yield f"route-filter/{state.route_filter_id}", f"customer/{state.customer_id}", "filter"
        case _:
            pass


def _named_by_circuit(circuit: Circuit) -> Iterator[_Side]:
    me = f"circuit/{circuit.circuit_id}"
    for id in circuit.connections:
        yield me, f"network/{id}", circuit.location_id
    for id in circuit.peer_circuits:
        yield me, f"circuit/{id}", "peer"
    for peering in circuit.peerings:
        if peering.route_filter_id is not None:
            yield me, f"route-filter/{peering.route_filter_id}", peering.routing_domain


def _named_back(state: Any) -> Iterator[_Side]:
    match state:
        case Circuit():
            for id in state.peer_circuits:
                yield f"circuit/{state.circuit_id}", f"circuit/{id}", "peer"
        case Network():
            for id, location in state.connections.items():
                yield f"network/{state.network_id}", f"circuit/{id}", location
            for id in state.links:
                yield f"network/{state.network_id}", f"network/{id}", "link"
        case RouteFilter():
            for id, domain in state.attached.items():
                yield f"route-filter/{state.route_filter_id}", f"circuit/{id}", domain
        case Customer():
            me = f"customer/{state.customer_id}"
            yield from ((me, f"network/{id}", "network") for id in state.networks)
            yield from ((me, f"route-filter/{id}", "filter") for id in state.route_filters)
        case _:
            pass
