"""What happened at a location."""

from typing import ClassVar

from domain.location.commands import RouterPair
from domain.words.structs import Event
from domain.words.values import CircuitId, Identifier, Mbps


class LocationOpened(Event):
    kind: ClassVar[str] = "tieline.location.opened.v1"
    providers: list[Identifier]
    routers: list[RouterPair]
    oversubscription: str
    local_regions: list[str]
    geopolitical_region: str | None = None


class LocationResized(Event):
    kind: ClassVar[str] = "tieline.location.resized.v1"
    routers: list[RouterPair]


class LocationClosed(Event):
    kind: ClassVar[str] = "tieline.location.closed.v1"


class LocationReopened(Event):
    kind: ClassVar[str] = "tieline.location.reopened.v1"


class ProviderAdded(Event):
    kind: ClassVar[str] = "tieline.location.provider-added.v1"
    provider: Identifier


class ProviderRemoved(Event):
    kind: ClassVar[str] = "tieline.location.provider-removed.v1"
    provider: Identifier


class CapacityTaken(Event):
    """A circuit takes `bandwidth_mbps` on both routers of a pair."""

    kind: ClassVar[str] = "tieline.location.capacity-taken.v1"
    circuit_id: CircuitId
    provider: Identifier
    pair: Identifier
    bandwidth_mbps: Mbps


class CapacityReleased(Event):
    kind: ClassVar[str] = "tieline.location.capacity-released.v1"
    circuit_id: CircuitId
    provider: Identifier
    pair: Identifier
    bandwidth_mbps: Mbps
