"""The last observation of a circuit, field by field: what was seen of each when it was last looked
at.

Contract, second part, "Observations" and "Drift fields": a field that an observation leaves out
stays as it was seen before.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from domain.circuit.observation_events import CircuitObserved, Observed
from domain.words.structs import Frozen

OF_CIRCUIT: Final = ("provider_state", "circuit_state", "bandwidth_mbps")
"""The fields of the circuit itself; those of a peering are `private/state`, `private/prefixes`."""


class Observation(Frozen):
    """The last one that was recorded, with what earlier ones saw of the fields it left out."""

    observed_at: str
    seen: tuple[tuple[str, Observed], ...]

    @property
    def fields(self) -> Mapping[str, Observed]:
        """What was seen, by field."""
        return dict(self.seen)


def seen_in(event: CircuitObserved) -> Iterator[tuple[str, Observed]]:
    """Each field that an observation looked at, and what it saw."""
    for name in OF_CIRCUIT:
        value: Observed | None = getattr(event, name)
        if value is not None:
            yield name, value
    for peering in event.peerings or ():
        if peering.state is not None:
            yield f"{peering.routing_domain}/state", peering.state
        if peering.prefixes is not None:
            yield f"{peering.routing_domain}/prefixes", peering.prefixes


def added(before: Observation | None, event: CircuitObserved) -> Observation:
    """The last observation, once this one is recorded."""
    known = before.seen if before else ()
    return Observation(event.observed_at, tuple(dict((*known, *seen_in(event))).items()))
