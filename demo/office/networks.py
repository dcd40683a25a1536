"""Networks: registered with gateways and subnets, grown, linked to each other, removed."""

from collections.abc import Callable, Iterator

from demo.office.addresses import (
    any_overlap,
    more_space,
    network_space,
    network_space_v6,
    subnet_of,
)
from demo.office.desk import Data, Desk
from demo.office.parts import SubnetRecord, Subscription
from demo.office.records import CircuitRecord, CustomerRecord, NetworkRecord
from domain.network.regions import GEOPOLITICAL_REGIONS

GATEWAYS = ("expressroute", "vpn")
MOST_LINKS = 30
_GROWING = 4096
"""How many networks of a customer have space to grow."""
_SUBNETS = ("web", "app", "data", "jump", "build", "cache", "print", "voice", "lab", "backup")


def serves_networks(customer: CustomerRecord, subscription: Subscription) -> bool:
    """Whether a network can lie in a subscription."""
    return not subscription.removed and not (customer.through and subscription.managed_by_customer)


def register(desk: Desk) -> bool:
    """Register a network for somebody who has circuits."""
    customer = desk.customer(lambda each: bool(each.circuits) and len(each.networks) < 30)
    return customer is not None and register_for(desk, customer)


def register_for(desk: Desk, customer: CustomerRecord) -> bool:
    """Register a network with its gateways and subnets, in a subscription that has circuits."""
    used = [
        each
        for each in customer.subscriptions
        if serves_networks(customer, each) and (each.in_use or desk.chance(0.3))
    ]
    if customer.gone or customer.closing or not used:
        return False
    network = register_in(desk, customer, desk.rng.choice(used))
    for _ in range(desk.rng.randrange(1, 4)):
        _add_subnet(desk, network)
    if desk.chance(0.85):
        _add_gateway(desk, network, "expressroute")
    if desk.chance(0.35):
        _add_gateway(desk, network, "vpn")
    return True


def register_hub(desk: Desk, circuit: CircuitRecord) -> NetworkRecord:
    """Register a network that is made for a circuit, with the gateway for it."""
    network = register_in(desk, circuit.customer, circuit.subscription)
    _add_gateway(desk, network, "expressroute")
    return network


def register_in(desk: Desk, customer: CustomerRecord, subscription: Subscription) -> NetworkRecord:
    """Register a network; now and then one that has the address space of another, as copies do."""
    network = draft_network(desk, customer, subscription)
    copied = desk.any(customer.networks, lambda _: True) if desk.chance(0.05) else None
    if copied is not None:
        network.space = list(copied.space)
    data, hand = network_data(network), desk.hand(customer, "network-operator")
    version = 0 if desk.chance(0.1) else None
    desk.send("register-network", subject(network), data, hand, at_version=version)
    customer.registered += 1
    customer.networks.append(network)
    subscription.networks += 1
    desk.book.networks.append(network)
    return network


def draft_network(
    desk: Desk, customer: CustomerRecord, subscription: Subscription
) -> NetworkRecord:
    """The customer's next network, near its circuits, in space that none of its others has."""
    number = customer.registered
    space = [network_space(number)]
    if desk.chance(0.12):
        space.append(network_space_v6(customer.number, number))
    regions = {each.site.region for each in customer.circuits}
    near = [each for each, where in GEOPOLITICAL_REGIONS.items() if where in regions]
    local = [region for each in customer.circuits for region in each.site.local_regions]
    chosen = desk.rng.choice(local if local and desk.chance(0.3) else near) if near else None
    return NetworkRecord(
        id=f"{customer.id}-net-{number + 1}",
        customer=customer,
        subscription=subscription,
        number=number,
        space=space,
        region=None if desk.chance(0.2) else chosen,
    )


def network_data(network: NetworkRecord) -> Data:
    """The data of a register-network."""
    data: Data = {
        "customer_id": network.customer.id,
        "subscription_id": network.subscription.id,
        "address_space": list(network.space),
    }
    if network.region is not None:
        data["region"] = network.region
    return data


def subject(network: NetworkRecord) -> str:
    """The stream of a network."""
    return f"network/{network.id}"


def tell(
    desk: Desk, name: str, network: NetworkRecord, data: Data, expected: str | None = None
) -> bool:
    """Send a command about a network, by somebody who may."""
    hand = desk.hand(network.customer, "network-operator")
    desk.send(name, subject(network), data, hand, expected)
    return True


# What a network consists of


def add_gateway(desk: Desk) -> bool:
    """Add the gateway that a network lacks."""
    network = desk.network(lambda each: len(each.gateways) < len(GATEWAYS))
    if network is None:
        return False
    return _add_gateway(desk, network, next(k for k in GATEWAYS if k not in network.gateways))


def _add_gateway(desk: Desk, network: NetworkRecord, kind: str) -> bool:
    network.gateways.append(kind)
    return tell(desk, "add-gateway", network, {"kind": kind})


def remove_gateway(desk: Desk) -> bool:
    """Remove a gateway that nothing needs; circuits need the one kind, links the other."""
    network = desk.network(lambda each: bool(_spare_gateways(each)))
    if network is None:
        return False
    kind = desk.rng.choice(_spare_gateways(network))
    network.gateways.remove(kind)
    return tell(desk, "remove-gateway", network, {"kind": kind})


def _spare_gateways(network: NetworkRecord) -> list[str]:
    needed = {"expressroute": network.circuits, "vpn": network.links}
    return [kind for kind in network.gateways if not needed[kind]]


def add_subnet(desk: Desk) -> bool:
    """One more subnet for a network."""
    network = desk.network(lambda each: each.named < len(_SUBNETS))
    return network is not None and _add_subnet(desk, network)


def _add_subnet(desk: Desk, network: NetworkRecord) -> bool:
    subnet = draft_subnet(network)
    network.named += 1
    network.subnets.append(subnet)
    data: Data = {"name": subnet.name, "prefix": subnet.prefix}
    return tell(desk, "add-subnet", network, data)


def draft_subnet(network: NetworkRecord) -> SubnetRecord:
    """The next subnet of a network; every fourth in its IPv6 space, where it has that."""
    number = network.named
    sixth = next((each for each in network.space if ":" in each), None)
    space = sixth if sixth and number % 4 == 3 else network.space[0]
    return SubnetRecord(_SUBNETS[number % len(_SUBNETS)], subnet_of(space, number))


def remove_subnet(desk: Desk) -> bool:
    """Remove a subnet with its routes and rules."""
    network = desk.network(lambda each: len(each.subnets) > 1)
    if network is None:
        return False
    gone = network.subnets.pop(desk.rng.randrange(len(network.subnets)))
    return tell(desk, "remove-subnet", network, {"name": gone.name})


def change_space(desk: Desk) -> bool:
    """Give a network more space, or take back what no subnet lies in."""
    network = desk.network(lambda each: each.number < _GROWING)
    if network is None:
        return False
    extra = more_space(network.number)
    if extra in network.space:
        wanted = [each for each in network.space if each != extra]
    else:
        wanted = [*network.space, extra]
    if any_overlap(wanted, surroundings(network)):
        return False
    network.space = wanted
    return tell(desk, "change-address-space", network, {"address_space": list(wanted)})


def surroundings(network: NetworkRecord) -> list[str]:
    """All space that a network must not overlap, as it is linked and connected."""
    near = [other.space for other in network.links]
    for circuit in network.circuits:
        near += [peering.subnets for peering in circuit.peerings.values()]
        near += [other.space for other in circuit.networks if other is not network]
    return [prefix for space in near for prefix in space]


# Links, and the end


def link(desk: Desk) -> bool:
    """Link two networks of a customer over their VPN gateways."""
    pair = two_networks(desk, may_link)
    if pair is None:
        return False
    one, other = pair
    one.links.append(other)
    other.links.append(one)
    return tell(desk, "link-networks", one, {"network_id": other.id})


def may_link(one: NetworkRecord, other: NetworkRecord) -> bool:
    """Whether two networks have what a link needs, and no address in common."""
    return (
        other not in one.links
        and "vpn" in one.gateways
        and "vpn" in other.gateways
        and not any_overlap(one.space, other.space)
        and max(len(one.links), len(other.links)) < MOST_LINKS
    )


def two_networks(
    desk: Desk, suits: Callable[[NetworkRecord, NetworkRecord], bool]
) -> tuple[NetworkRecord, NetworkRecord] | None:
    """Two networks of one customer that suit."""
    one = desk.network(lambda each: any(_suiting(each, suits)))
    return (one, desk.rng.choice(list(_suiting(one, suits)))) if one else None


def _suiting(
    one: NetworkRecord, suits: Callable[[NetworkRecord, NetworkRecord], bool]
) -> Iterator[NetworkRecord]:
    return (each for each in one.customer.networks if each is not one and suits(one, each))


def unlink(desk: Desk) -> bool:
    """End a link, from either side."""
    network = desk.network(lambda each: bool(each.links))
    return network is not None and _unlink(desk, network, desk.rng.choice(network.links))


def _unlink(desk: Desk, network: NetworkRecord, other: NetworkRecord) -> bool:
    network.links.remove(other)
    other.links.remove(network)
    return tell(desk, "unlink-networks", network, {"network_id": other.id})


def remove(desk: Desk) -> bool:
    """Remove a network on which nothing hangs."""
    network = desk.network(lambda each: each.is_free and len(each.customer.networks) > 1)
    return network is not None and _remove(desk, network)


def _remove(desk: Desk, network: NetworkRecord) -> bool:
    network.customer.networks.remove(network)
    network.subscription.networks -= 1
    desk.book.networks.remove(network)
    desk.book.past_networks.append(network)
    return tell(desk, "remove-network", network, {})


def clear_out(desk: Desk, customer: CustomerRecord) -> None:
    """Remove all networks of a customer that leaves; its circuits are gone already."""
    for network in list(customer.networks):
        for other in list(network.links):
            _unlink(desk, network, other)
        _remove(desk, network)
