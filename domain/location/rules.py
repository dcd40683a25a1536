"""The rules of a location: opening, resizing and closing it, and its providers."""

from collections.abc import Sequence
from typing import Final

from domain.decider.decisions import ALREADY_TRUE, Decision, Rule, Rules, accepted
from domain.decider.states import States
from domain.location.commands import (
    AddProvider,
    CloseLocation,
    OpenLocation,
    RemoveProvider,
    ReopenLocation,
    ResizeLocation,
    RouterPair,
)
from domain.location.events import (
    LocationClosed,
    LocationOpened,
    LocationReopened,
    LocationResized,
    ProviderAdded,
    ProviderRemoved,
)
from domain.location.state import Location, Pair, pairs_of
from domain.words.messages import Command
from domain.words.refusals import Blocker, Refused, refused, some


def open_location(command: Command[OpenLocation], location: None, states: States) -> Decision:
    """A location with its providers and router pairs; the pairs' limits follow from the factor."""
    asked = command.data
    refusal = same_router(asked.routers) or kept_for_a_stranger(
        command.subject_id, asked.routers, asked.providers
    )
    if refusal:
        return refusal
    opened = LocationOpened(
        providers=list(dict.fromkeys(asked.providers)),
        routers=asked.routers,
        oversubscription=asked.oversubscription,
        local_regions=asked.local_regions,
        geopolitical_region=asked.geopolitical_region,
    )
    return accepted((command.subject, opened))


def resize(command: Command[ResizeLocation], location: Location, states: States) -> Decision:
    """New router pairs in place of the old; capacity that is taken must still fit on them."""
    routers = command.data.routers
    pairs = pairs_of(routers, location.oversubscription)
    if pairs == location.pairs:
        return ALREADY_TRUE
    refusal = (
        kept_for_a_stranger(location.location_id, routers, location.providers)
        or same_router(routers)
        or capacity_in_use(location, pairs)
    )
    if refusal:
        return refusal
    return accepted((command.subject, LocationResized(routers=routers)))


def close(command: Command[CloseLocation], location: Location, states: States) -> Decision:
    """Take no new orders or increases from here on; circuits live on."""
    return accepted((command.subject, LocationClosed())) if location.open else ALREADY_TRUE


def reopen(command: Command[ReopenLocation], location: Location, states: States) -> Decision:
    """Take new orders and increases again."""
    return ALREADY_TRUE if location.open else accepted((command.subject, LocationReopened()))


def add_provider(command: Command[AddProvider], location: Location, states: States) -> Decision:
    """One more provider whose circuits may be placed here."""
    provider = command.data.provider
    if provider in location.providers:
        return refused("already-exists", kind="provider", id=provider)
    return accepted((command.subject, ProviderAdded(provider=provider)))


def remove_provider(
    command: Command[RemoveProvider], location: Location, states: States
) -> Decision:
    """Only a provider without circuits or pairs kept for it: every blocker is named."""
    provider, id = command.data.provider, location.location_id
    if provider not in location.providers:
        return refused("not-found", kind="provider", id=provider)
    blockers = [
        Blocker(f"pair {pair.name} is kept for {provider}", f"resize-location {id}")
        for pair in location.pairs
        if pair.provider == provider
    ]
    if taken := location.taken_by.get(provider, 0):
        by = f"delete-circuit of each (tieline circuit list --location {id} --provider {provider})"
        blockers.append(Blocker(f"{taken} Mbit/s taken by circuits of {provider}", by))
    if blockers:
        return refused("provider-in-use", *blockers, provider=provider, location_id=id)
    return accepted((command.subject, ProviderRemoved(provider=provider)))


def same_router(routers: Sequence[RouterPair]) -> Refused | None:
    """Two connections on one router are never accepted: one failure would take both. Nor is one
    router in two pairs, whose ports would count twice. The same two routers may be listed again:
    a part of them is then kept for a provider.
    """
    ends: dict[str, RouterPair] = {}
    for pair in routers:
        if pair.primary == pair.secondary:
            return refused("same-router", pair=pair.name, router=pair.primary)
        for router in (pair.primary, pair.secondary):
            first = ends.setdefault(router, pair)
            if {first.primary, first.secondary} != {pair.primary, pair.secondary}:
                return refused("same-router", pair=pair.name, router=router, other=first.name)
    return None


def kept_for_a_stranger(
    location_id: str, routers: Sequence[RouterPair], providers: Sequence[str]
) -> Refused | None:
    """A pair can be kept only for a provider that is at the location."""
    for pair in routers:
        if pair.provider is not None and pair.provider not in providers:
            return refused(
                "provider-not-at-location",
                provider=pair.provider,
                location_id=location_id,
                providers=some(providers),
            )
    return None


def capacity_in_use(location: Location, pairs: Sequence[Pair]) -> Refused | None:
    """A pair in use can't be dropped, re-cabled or shrunk below what is taken: each is named."""
    wanted = {pair.name: pair for pair in pairs}
    blockers: list[Blocker] = []
    names: list[str] = []
    for pair in location.pairs:
        taken = location.taken.get(pair.name, 0)
        if taken and not _holds(wanted.get(pair.name), pair, taken):
            names.append(pair.name)
            by = f"tieline circuit list --location {location.location_id} --pair {pair.name}"
            blockers.append(Blocker(f"{taken} Mbit/s taken on {pair.name}", f"{by}, then delete"))
    if not blockers:
        return None
    id = location.location_id
    return refused("capacity-in-use", *blockers, location_id=id, pairs=some(names))


def _holds(new: Pair | None, old: Pair, taken: int) -> bool:
    if new is None or (new.primary, new.secondary) != (old.primary, old.secondary):
        return False
    return taken <= new.limit_mbps


RULES: Final[Rules] = {
    OpenLocation: Rule(open_location, "csp", creates=True),
    ResizeLocation: Rule(resize, "csp"),
    CloseLocation: Rule(close, "csp"),
    ReopenLocation: Rule(reopen, "csp"),
    AddProvider: Rule(add_provider, "csp"),
    RemoveProvider: Rule(remove_provider, "csp"),
}
