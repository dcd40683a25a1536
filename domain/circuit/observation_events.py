"""What the network side saw of a circuit, and where that drifted from what is recorded.

All of these events lie on the circuit's stream.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from domain.words.structs import Event, Value
from domain.words.values import (
    GREATEST_INTEGER,
    CircuitState,
    Mbps,
    ProviderState,
    RoutingDomain,
    Time,
)

Count = Annotated[int, Field(ge=0, le=GREATEST_INTEGER)]
"""How many there are of something."""

Observed = str | int
"""One observed value: a state, a rate in Mbit/s, a number of prefixes."""


class ObservedPeering(Value):
    """A routing domain as it was seen: its sessions, and how many prefixes are received."""

    routing_domain: RoutingDomain
    state: Literal["up", "down"] | None = None
    prefixes: Count | None = None


class CircuitObserved(Event):
    """The network side reported what it saw; what it left out, it did not look at."""

    kind: ClassVar[str] = "tieline.circuit.observed.v1"
    observed_at: Time
    provider_state: ProviderState | None = None
    circuit_state: CircuitState | None = None
    bandwidth_mbps: Mbps | None = None
    peerings: list[ObservedPeering] | None = None


class DriftRaised(Event, kw_only=True):
    """A field was observed to be other than recorded; `recorded` is left out where nothing is."""

    kind: ClassVar[str] = "tieline.drift.raised.v1"
    field: str
    recorded: Observed | None = None
    observed: Observed
    since: Time
    """When that was observed."""


class DriftCleared(Event):
    """A field drifts no longer: both sides agree, or nothing is left to compare."""

    kind: ClassVar[str] = "tieline.drift.cleared.v1"
    field: str
