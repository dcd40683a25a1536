"""What the rules know of a location: sums per pair, never its circuits."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from domain.location.commands import RouterPair
from domain.location.events import (
    CapacityReleased,
    CapacityTaken,
    LocationClosed,
    LocationEvent,
    LocationOpened,
    LocationReopened,
    LocationResized,
    ProviderAdded,
    ProviderRemoved,
)
from domain.persistent import EMPTY, Persistent
from domain.words import changed


@dataclass(frozen=True)
class Pair:
    """A router pair; `limit_mbps` is what may be taken: capacity times factor, rounded down."""

    name: str
    primary: str
    secondary: str
    capacity_mbps: int
    limit_mbps: int
    provider: str | None = None


@dataclass(frozen=True)
class Location:
    """A location with its pairs, in the order they were listed."""

    location_id: str
    providers: tuple[str, ...]
    pairs: tuple[Pair, ...]
    oversubscription: str
    local_regions: tuple[str, ...]
    open: bool = True
    taken: Persistent[str, int] = EMPTY
    """Mbit/s taken per pair."""
    taken_by: Persistent[str, int] = EMPTY
    """Mbit/s taken per provider."""

    def free_mbps(self, pair: Pair) -> int:
        """What may still be taken on a pair, in Mbit/s."""
        return pair.limit_mbps - self.taken.get(pair.name, 0)

    def pair(self, name: str) -> Pair:
        """The pair of that name. Raises StopIteration for another."""
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


def evolve(location: Location | None, event: LocationEvent, at: str, id: str) -> Location:
    """The location after an event."""
    if isinstance(event, LocationOpened):
        return Location(
            id,
            tuple(event.providers),
            pairs_of(event.routers, event.oversubscription),
            event.oversubscription,
            tuple(event.local_regions),
        )
    assert location is not None, "a location's first event opens it"
    match event:
        case CapacityTaken():
            return _taken(location, event, event.bandwidth_mbps)
        case CapacityReleased():
            return _taken(location, event, -event.bandwidth_mbps)
        case LocationResized():
            return changed(location, pairs=pairs_of(event.routers, location.oversubscription))
        case LocationClosed():
            return changed(location, open=False)
        case LocationReopened():
            return changed(location, open=True)
        case ProviderAdded():
            return changed(location, providers=(*location.providers, event.provider))
        case ProviderRemoved():
            left = tuple(each for each in location.providers if each != event.provider)
            return changed(location, providers=left)
        case _:
            assert_never(event)


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


def _taken(location: Location, event: CapacityTaken | CapacityReleased, by: int) -> Location:
    return changed(
        location,
        taken=location.taken.set(event.pair, location.taken.get(event.pair, 0) + by),
        taken_by=location.taken_by.set(
            event.provider, location.taken_by.get(event.provider, 0) + by
        ),
    )
