"""Ordering a circuit: who and what it refers to, the limits, and its place on a router pair."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from domain.circuit.commands import OrderCircuit
from domain.circuit.events import CircuitOrdered, CircuitPlaced
from domain.circuit.guard import CircuitRule
from domain.customer.events import CircuitAttached
from domain.customer.state import CUSTOMER, Customer
from domain.customer.subscriptions import known_subscription
from domain.decider.decisions import Decision, Rules, accepted
from domain.decider.removed import gone
from domain.decider.states import Seen, States
from domain.location.events import CapacityTaken
from domain.location.room import no_room_for_order
from domain.location.state import LOCATION, Location, Pair
from domain.profiles import PROFILES, Profile
from domain.words.messages import Command
from domain.words.refusals import Refused, refused


def order(command: Command[OrderCircuit], circuit: None, states: States) -> Decision:
    """Order and place a circuit in one decision: without capacity there is no circuit."""
    asked = command.data
    if asked.profile is not None and command.actor != states.terms.owner:
        needed = "only the CSP's owner may choose a profile"
        return refused("not-permitted", actor=command.actor, command=command.name, needed=needed)
    customer, location = (
        states.of(CUSTOMER, asked.customer_id),
        states.of(LOCATION, asked.location_id),
    )
    if customer is None:
        return refused("not-found", kind="customer", id=asked.customer_id)
    if customer.removed_at:
        return gone("customer", asked.customer_id, customer)
    subscription = known_subscription(customer, asked.subscription_id)
    if isinstance(subscription, Refused):
        return subscription
    if location is None:
        return refused("not-found", kind="location", id=asked.location_id)
    if refusal := provider_not_there(location, asked.provider) or location_closed(location):
        return refusal
    profile = PROFILES.get(asked.profile) if asked.profile else states.terms.profile
    if profile is None:
        return refused("profile-unknown", profile=asked.profile, profiles=sorted(PROFILES))
    refusal = (
        bandwidth_not_offered(asked.bandwidth_mbps, profile.offered_mbps)
        or tier_not_offered(asked, location, profile)
        or limit_reached(customer, asked, profile)
    )
    if refusal:
        return refusal
    pair = location.placement(asked.provider, asked.bandwidth_mbps)
    if pair is None:
        offered = profile.offered_for(asked.tier)
        return no_room_for_order(location, asked.provider, asked.bandwidth_mbps, offered)
    return _placed(command, subscription.id, profile, pair)


def _placed(
    command: Command[OrderCircuit], subscription_id: str, profile: Profile, pair: Pair
) -> Decision:
    asked, id = command.data, command.subject_id
    return accepted(
        (
            command.subject,
            CircuitOrdered(
                customer_id=asked.customer_id,
                subscription_id=subscription_id,
                location_id=asked.location_id,
                provider=asked.provider,
                bandwidth_mbps=asked.bandwidth_mbps,
                tier=asked.tier,
                billing=asked.billing,
                profile=profile.name,
            ),
        ),
        (
            f"customer/{asked.customer_id}",
            CircuitAttached(
                circuit_id=id,
                subscription_id=subscription_id,
                location_id=asked.location_id,
            ),
        ),
        (
            f"location/{asked.location_id}",
            CapacityTaken(
                circuit_id=id,
                provider=asked.provider,
                pair=pair.name,
                bandwidth_mbps=asked.bandwidth_mbps,
            ),
        ),
        (command.subject, placed_on(pair, command.entropy)),
    )


def placed_on(pair: Pair, entropy: bytes) -> CircuitPlaced:
    """The circuit's pair, and its service key: a random UUID that nobody can guess."""
    return CircuitPlaced(
        pair=pair.name,
        primary=pair.primary,
        secondary=pair.secondary,
        service_key=str(UUID(bytes=entropy, version=4)),
    )


def needs_of_order(command: Command[Any], seen: Seen) -> Iterable[str]:
    """The location it is placed at."""
    return (f"location/{command.data.location_id}",)


def location_closed(location: Location) -> Refused | None:
    """A closed location takes no new orders and no increases."""
    if location.open:
        return None
    return refused("location-closed", location_id=location.location_id)


def provider_not_there(location: Location, provider: str) -> Refused | None:
    """A circuit's access line comes from a provider that is at the location."""
    if provider in location.providers:
        return None
    return refused(
        "provider-not-at-location",
        provider=provider,
        location_id=location.location_id,
        providers=list(location.providers),
    )


def bandwidth_not_offered(bandwidth_mbps: int, offered: Sequence[int]) -> Refused | None:
    """Rates come in the steps that the profile offers, for a tier."""
    if bandwidth_mbps in offered:
        return None
    return refused("bandwidth-not-offered", bandwidth_mbps=bandwidth_mbps, offered=list(offered))


def tier_not_offered(asked: OrderCircuit, location: Location, profile: Profile) -> Refused | None:
    """The Local tier reaches a location's own regions; a location without any offers none. It is
    sold Unlimited only, and from a least rate (rule book, "The circuit").
    """
    if asked.tier != "local":
        return None
    least, billing = profile.local_from_mbps, profile.local_billing
    if not location.local_regions:
        because = "the location has no local regions"
    elif asked.billing != billing:
        because = f"it is billed {billing} only, and {asked.billing} was asked for"
    elif asked.bandwidth_mbps < least:
        because = f"it begins at {least} Mbit/s, and {asked.bandwidth_mbps} was asked for"
    else:
        return None
    return refused(
        "tier-not-offered", tier=asked.tier, location_id=location.location_id, because=because
    )


def limit_reached(customer: Customer, asked: OrderCircuit, profile: Profile) -> Refused | None:
    """Circuits per subscription, and per subscription and location (limits page)."""
    subscription, location = asked.subscription_id, asked.location_id
    used = customer.circuits_of(subscription)
    if used >= profile.circuits_per_subscription:
        return refused(
            "limit-reached",
            limit=f"circuits of subscription {subscription}",
            allowed=profile.circuits_per_subscription,
            used=used,
        )
    used = customer.circuits_of(subscription, location)
    if used >= profile.circuits_per_subscription_and_location:
        return refused(
            "limit-reached",
            limit=f"circuits of subscription {subscription} at {location}",
            allowed=profile.circuits_per_subscription_and_location,
            used=used,
        )
    return None


RULES: Final[Rules] = {
    OrderCircuit: CircuitRule(order, "manage", creates=True, needs=needs_of_order),
}
