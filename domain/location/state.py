"""The state of a location that the rules see: sums per pair, never its circuits."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, TypedDict, Unpack

from msgspec.structs import replace

from domain.decider.noun import Begin, Effect
from domain.decider.states import Key
from domain.location.commands import RouterPair
from domain.location.events import (
    CapacityReleased,
    CapacityTaken,
    LocationClosed,
    LocationOpened,
    LocationReopened,
    LocationResized,
    ProviderAdded,
    ProviderRemoved,
)
from domain.words.persistent import EMPTY, Persistent
from domain.words.structs import Event, Frozen


class Pair(Frozen):
    """A router pair; `limit_mbps` is what may be taken: capacity times factor, rounded down."""

    name: str
    primary: str
    secondary: str
    capacity_mbps: int
    limit_mbps: int
    provider: str | None = None


class Location(Frozen):
    """A location with its pairs, in the order they were listed."""

    location_id: str
    providers: tuple[str, ...]
    pairs: tuple[Pair, ...]
    oversubscription: str
    local_regions: tuple[str, ...]
    geopolitical_region: str | None = None
    open: bool = True
    taken: Persistent[str, int] = EMPTY
    """Mbit/s taken per pair."""
    taken_by: Persistent[str, int] = EMPTY
    """Mbit/s taken per provider."""

    def free_mbps(self, pair: Pair) -> int:
        """What may still be taken on a pair, in Mbit/s."""
        return pair.limit_mbps - self.taken.get(pair.name, 0)

    def pair(self, name: str) -> Pair:
        """The pair of that name. Raises StopIteration if there is none."""
        return next(pair for pair in self.pairs if pair.name == name)

    def open_to(self, provider: str) -> Iterator[Pair]:
        """The pairs that circuits of a provider may be placed on."""
        return (pair for pair in self.pairs if pair.provider in (None, provider))

    def placement(self, provider: str, bandwidth_mbps: int) -> Pair | None:
        """Where a circuit goes: pairs kept for its provider first, then the one with the least free
        capacity (so that big circuits still fit elsewhere), then the one listed first.
        """
        best: Pair | None = None
        best_rank = (True, 0)
        for pair in self.pairs:
            if pair.provider is not None and pair.provider != provider:
                continue
            free = pair.limit_mbps - self.taken.get(pair.name, 0)
            rank = (pair.provider is None, free)
            if free >= bandwidth_mbps and (best is None or rank < best_rank):
                best, best_rank = pair, rank
        return best


LOCATION: Final[Key[Location | None]] = Key("location")


class LocationFields(TypedDict, total=False):
    """The fields of a location's state that an event changes."""

    providers: tuple[str, ...]
    pairs: tuple[Pair, ...]
    open: bool
    taken: Persistent[str, int]
    taken_by: Persistent[str, int]


def changed(location: Location, **fields: Unpack[LocationFields]) -> Location:
    """A location with some fields replaced."""
    return replace(location, **fields)


def _opened(id: str, event: LocationOpened) -> Location:
    return Location(
        id,
        tuple(event.providers),
        pairs_of(event.routers, event.oversubscription),
        event.oversubscription,
        tuple(event.local_regions),
        event.geopolitical_region,
    )


def pairs_of(routers: list[RouterPair], factor: str) -> tuple[Pair, ...]:
    """The pairs with what may be taken on each; decimal, so that no fraction is lost."""
    return tuple(
        Pair(
            pair.name,
            pair.primary,
            pair.secondary,
            pair.capacity_mbps,
            int(pair.capacity_mbps * Decimal(factor)),
            pair.provider,
        )
        for pair in routers
    )


def _taken(location: Location, event: CapacityTaken, at: str) -> Location:
    return _with_taken(location, event.pair, event.provider, event.bandwidth_mbps)


def _released(location: Location, event: CapacityReleased, at: str) -> Location:
    return _with_taken(location, event.pair, event.provider, -event.bandwidth_mbps)


def _with_taken(location: Location, pair: str, provider: str, by: int) -> Location:
    taken, taken_by = location.taken, location.taken_by
    return changed(
        location,
        taken=taken.set(pair, taken.get(pair, 0) + by),
        taken_by=taken_by.set(provider, taken_by.get(provider, 0) + by),
    )


def _resized(location: Location, event: LocationResized, at: str) -> Location:
    return changed(location, pairs=pairs_of(event.routers, location.oversubscription))


def _closed(location: Location, event: LocationClosed, at: str) -> Location:
    return changed(location, open=False)


def _reopened(location: Location, event: LocationReopened, at: str) -> Location:
    return changed(location, open=True)


def _added(location: Location, event: ProviderAdded, at: str) -> Location:
    return changed(location, providers=(*location.providers, event.provider))


def _removed(location: Location, event: ProviderRemoved, at: str) -> Location:
    left = [each for each in location.providers if each != event.provider]
    return changed(location, providers=tuple(left))


BEGINS: Final[Mapping[type[Event], Begin]] = {LocationOpened: _opened}

EFFECTS: Final[Mapping[type[Event], Effect]] = {
    CapacityTaken: _taken,
    CapacityReleased: _released,
    LocationResized: _resized,
    LocationClosed: _closed,
    LocationReopened: _reopened,
    ProviderAdded: _added,
    ProviderRemoved: _removed,
}
"""How each event but the first changes a location."""
