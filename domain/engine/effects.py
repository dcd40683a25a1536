"""What each event changes of a state, whatever noun it belongs to."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from domain.circuit import evolve as circuit
from domain.csp import state as csp
from domain.customer import state as customer
from domain.location import state as location
from domain.words.values import Event, Fields

EFFECTS: Final[Mapping[type[Event], Callable[[Any, Any, str], Fields]]] = {
    **circuit.EFFECTS,
    **customer.EFFECTS,
    **location.EFFECTS,
    **csp.EFFECTS,
}
"""From a state, an event and when that was recorded to the fields that become others.

Those that begin a stream are not among them: they make its state.
"""
