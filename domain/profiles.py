"""Rule profiles: the numbers and switches that changed over time, each set with its date.

A circuit remembers the profile it was ordered under; a later profile does not rewrite history.
Sources: the rule book, and the cloud provider's public documents named beside each figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from domain.address_space import CURRENT_SPACE, AddressSpace
from domain.bandwidth_change.course import STEPS, StepName, WaitsFor
from domain.words.values import Billing, RoutingDomain, Tier


@dataclass(frozen=True)
class Profile:
    """One dated set of rules; rates in Mbit/s, limits as counts, times in hours."""

    name: str
    since: str
    offered_mbps: tuple[int, ...]
    local_from_mbps: int
    """The lowest rate of the Local tier."""
    local_billing: Billing
    """How the Local tier is billed."""
    circuits_per_subscription: int
    circuits_per_subscription_and_location: int
    new_public_peerings: bool
    networks_per_circuit: int
    """Networks and peer circuits of a circuit that is not Premium."""
    networks_per_premium_circuit: Mapping[int, int]
    """The same of a Premium circuit, by its rate in Mbit/s."""
    circuits_per_network: int
    circuits_per_network_and_location: int
    links_per_network: int
    authorizations_per_circuit: int
    routes_per_subnet: int
    rules_per_subnet: int
    route_filters: bool
    """Whether a microsoft peering needs a route filter before the cloud announces anything."""
    prefixes_ipv4: dict[tuple[RoutingDomain, Tier], int]
    prefixes_ipv6: dict[RoutingDomain, int]
    prefix_warning_percent: int
    observed_ahead_minutes: int
    """By how much an observation may be ahead of the engine's clock."""
    observed_again_minutes: int
    """How old the last observation is when another is recorded that says the same."""
    idle_after_hours: int
    """For how long a circuit is billed and carries nothing before that is worth an alarm."""
    half_provisioned_after_hours: int
    """For how long a circuit has a service key and is not provisioned before that is."""
    wrong_keys_in_a_row: int
    """The wrong service keys after which it is."""
    asn_never: tuple[range, ...]
    asn_private: tuple[range, ...]
    bgp_keepalive_seconds: int
    bgp_hold_seconds: int
    """The cloud's timers; each session is held to the shorter of both ends'."""
    address_space: AddressSpace
    overdue_after_hours: Mapping[StepName, int]

    def offered_for(self, tier: Tier) -> tuple[int, ...]:
        """The rates that a circuit of a tier may have, in Mbit/s."""
        if tier != "local":
            return self.offered_mbps
        return tuple(mbps for mbps in self.offered_mbps if mbps >= self.local_from_mbps)

    def networks_on(self, tier: Tier, bandwidth_mbps: int) -> int:
        """How many networks and peer circuits a circuit of a tier and a rate may have."""
        if tier == "premium":
            return self.networks_per_premium_circuit[bandwidth_mbps]
        return self.networks_per_circuit


_PRIVATE_4K: dict[tuple[RoutingDomain, Tier], int] = {
    ("private", "local"): 4000,
    ("private", "standard"): 4000,
    ("private", "premium"): 10000,
    ("microsoft", "local"): 200,
    ("microsoft", "standard"): 200,
    ("microsoft", "premium"): 200,
    ("public", "local"): 200,
    ("public", "standard"): 200,
    ("public", "premium"): 200,
}

_OVERDUE_AFTER_HOURS: Final[Mapping[WaitsFor, int]] = {
    "provider": 72,
    "person": 168,
    "tieline": 1,
}
"""Hours that a provider, a person and the engine itself have for a step before it is overdue."""

CURRENT: Final = Profile(
    name="current",
    since="2024-03-31",
    offered_mbps=(50, 100, 200, 500, 1000, 2000, 5000, 10000),
    local_from_mbps=1000,
    local_billing="unlimited",
    circuits_per_subscription=50,
    circuits_per_subscription_and_location=10,
    new_public_peerings=False,
    networks_per_circuit=10,
    networks_per_premium_circuit={
        50: 20,
        100: 25,
        200: 25,
        500: 40,
        1000: 50,
        2000: 60,
        5000: 75,
        10000: 100,
    },
    circuits_per_network=16,
    circuits_per_network_and_location=4,
    links_per_network=30,
    authorizations_per_circuit=10,
    routes_per_subnet=600,
    rules_per_subnet=1000,
    route_filters=True,
    prefixes_ipv4=_PRIVATE_4K,
    prefixes_ipv6={"private": 100, "microsoft": 200, "public": 0},
    prefix_warning_percent=80,
    observed_ahead_minutes=5,
    observed_again_minutes=60,
    idle_after_hours=7 * 24,
    half_provisioned_after_hours=3 * 24,
    wrong_keys_in_a_row=5,
    asn_never=(
        range(8074, 8076),
        range(12076, 12077),
        range(23456, 23457),
        range(64496, 64512),
        range(65515, 65521),
        range(65535, 65552),
        range(4294967295, 4294967296),
    ),
    asn_private=(
        range(64512, 65515),
        range(65521, 65535),
        range(4200000000, 4294967295),
    ),
    bgp_keepalive_seconds=60,
    bgp_hold_seconds=180,
    address_space=CURRENT_SPACE,
    overdue_after_hours={
        step.name: _OVERDUE_AFTER_HOURS[step.waits_for]
        for step in STEPS.values()
        if step.waits_for in _OVERDUE_AFTER_HOURS
    },
)
"""The rules in force: limits page of 2023-10-09, peerings page of 2022-09-19, for BGP's timers the
FAQ of 2022-03-24.
"""

PROFILE_2016: Final = replace(
    CURRENT,
    name="2016",
    since="2016-01-01",
    circuits_per_subscription=10,
    new_public_peerings=True,
    routes_per_subnet=400,
    route_filters=False,
)
"""The rules of 2016 (old limits page): ten circuits per subscription, public peerings offered."""

PROFILES: Final[dict[str, Profile]] = {each.name: each for each in (PROFILE_2016, CURRENT)}
