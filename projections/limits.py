"""What a customer uses of each limit, as the rules count it and in the words of `limit-reached`."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from domain.circuit.peering_rules import against_limits
from domain.circuit.reach import networks_used
from domain.profiles import CURRENT
from domain.words.values import subscription_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.circuit.state import Circuit
    from domain.customer.state import Customer
    from domain.network.state import Network


class Limit(NamedTuple):
    """A limit of one thing: how much of it is used, and how much may be."""

    limit: str
    used: int
    allowed: int


def limits(
    customer: Customer, circuits: Iterable[Circuit], networks: Iterable[Network]
) -> Iterator[Limit]:
    """What is used of the limits of a customer's subscriptions, circuits and networks. Only of a
    subscription that is told where nothing is.
    """
    yield from of_subscriptions(customer)
    others = chain(
        chain.from_iterable(map(of_circuit, circuits)),
        chain.from_iterable(map(of_network, networks)),
    )
    yield from (each for each in others if each.used)


def of_subscriptions(customer: Customer) -> Iterator[Limit]:
    """Circuits per subscription, and at each location; the place that a decrease keeps counts."""
    places = {
        (subscription_key(each.subscription_id), each.location_id)
        for each in customer.circuits.values()
    }
    for key, subscription in sorted(customer.subscriptions.items()):
        what = f"circuits of subscription {subscription.id}"
        yield Limit(what, customer.circuits_of(key), CURRENT.circuits_per_subscription)
        for location in sorted(there for whose, there in places if whose == key):
            used = customer.circuits_of(key, location)
            allowed = CURRENT.circuits_per_subscription_and_location
            yield Limit(f"{what} at {location}", used, allowed)


def of_circuit(circuit: Circuit) -> Iterator[Limit]:
    """Networks with peer circuits, authorizations, prefixes; by the rules it was ordered under."""
    id, profile, mbps = circuit.circuit_id, circuit.profile, circuit.bandwidth_mbps
    yield Limit(
        f"networks and peer circuits of circuit {id} at {mbps} Mbit/s",
        networks_used(circuit),
        profile.networks_on(circuit.tier, mbps),
    )
    yield Limit(
        f"authorizations of circuit {id} that are not revoked",
        sum(each.state != "revoked" for each in circuit.authorizations.values()),
        profile.authorizations_per_circuit,
    )
    for peering in circuit.peerings:
        domain = peering.routing_domain
        prefixes = peering.advertised_prefixes or peering.advertised_routes
        for family, used, allowed in against_limits(prefixes, domain, circuit):
            yield Limit(f"{family} prefixes of the {domain} peering of {id}", used, allowed)


def of_network(network: Network) -> Iterator[Limit]:
    """Circuits in all and per location, links, and what its subnets hold; by the rules in force."""
    id, locations = network.network_id, list(network.connections.values())
    yield Limit(f"circuits of network {id}", len(locations), CURRENT.circuits_per_network)
    for location in sorted(set(locations)):
        used, allowed = locations.count(location), CURRENT.circuits_per_network_and_location
        yield Limit(f"circuits of network {id} at {location}", used, allowed)
    yield Limit(f"links of network {id}", len(network.links), CURRENT.links_per_network)
    for name, subnet in sorted(network.subnets.items()):
        where = f"of subnet {name} of network {id}"
        yield Limit(f"routes {where}", len(subnet.routes), CURRENT.routes_per_subnet)
        yield Limit(f"security rules {where}", len(subnet.rules), CURRENT.rules_per_subnet)
