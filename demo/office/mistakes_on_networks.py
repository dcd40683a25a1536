"""Mistakes about a network that exists: its parts, its address space, its links, its end."""

from demo.office.addresses import overlap
from demo.office.desk import OWNER, Data, Desk, Hand, Mistakes
from demo.office.networks import (
    GATEWAYS,
    draft_subnet,
    may_link,
    subject,
    tell,
    two_networks,
)
from demo.office.records import NetworkRecord

# What it consists of


def gone_network(desk: Desk) -> bool:
    """Something is asked of a network that was removed, or misspelt."""
    past = [each for each in desk.book.past_networks if not each.customer.closing]
    if not past:
        return False
    network = desk.rng.choice(past)
    asked: tuple[tuple[str, Data], ...] = (
        ("add-gateway", {"kind": "vpn"}),
        ("remove-network", {}),
        ("change-address-space", {"address_space": ["10.77.0.0/16"]}),
        ("add-subnet", {"name": "web", "prefix": "10.77.0.0/24"}),
    )
    return tell(desk, *_for(network, desk.rng.choice(asked)), "not-found")


def _for(network: NetworkRecord, asked: tuple[str, Data]) -> tuple[str, NetworkRecord, Data]:
    name, data = asked
    return name, network, data


def gateway_again(desk: Desk) -> bool:
    """A gateway of a kind that is there; or one is removed that is not."""
    network = desk.network()
    if network is None:
        return False
    kind = desk.rng.choice(GATEWAYS)
    if kind in network.gateways:
        return tell(desk, "add-gateway", network, {"kind": kind}, "gateway-exists")
    return tell(desk, "remove-gateway", network, {"kind": kind}, "not-found")


def malformed_gateway(desk: Desk) -> bool:
    """A kind of gateway that there is not, or a subnet or link without what it needs."""
    network = desk.network()
    if network is None:
        return False
    asked: tuple[tuple[str, Data], ...] = (
        ("add-gateway", {"kind": "ExpressRoute"}),
        ("remove-gateway", {"gateway": "vpn"}),
        ("add-subnet", {"name": "front end", "prefix": "10.0.0.0/24"}),
        ("add-subnet", {"name": "frontend"}),
        ("remove-subnet", {"subnet": "frontend"}),
        ("link-networks", {"network_id": network.id}),
        ("unlink-networks", {"network_id": network.id}),
        ("change-address-space", {"prefixes": ["10.0.0.0/16"]}),
        ("remove-network", {"force": True}),
    )
    return tell(desk, *_for(network, desk.rng.choice(asked)), "malformed-command")


def gateway_still_needed(desk: Desk) -> bool:
    """A gateway is removed that connections or links need."""
    network = desk.network(lambda each: not each.is_free)
    if network is None:
        return False
    kind = "expressroute" if network.circuits else "vpn"
    return tell(desk, "remove-gateway", network, {"kind": kind}, "gateway-in-use")


def network_still_used(desk: Desk) -> bool:
    """A network is removed on which circuits or other networks hang."""
    network = desk.network(lambda each: not each.is_free)
    return network is not None and tell(desk, "remove-network", network, {}, "network-in-use")


def subscription_with_network(desk: Desk) -> bool:
    """A subscription is removed in which a network lies."""
    network = desk.network()
    if network is None:
        return False
    customer = network.customer
    data: Data = {"subscription_id": network.subscription.id}
    hand = desk.hand(customer, "contributor")
    desk.send("remove-subscription", f"customer/{customer.id}", data, hand, "subscription-in-use")
    return True


def wrong_subnet(desk: Desk) -> bool:
    """A subnet too small, outside, over another one, or of a name that is there."""
    network = desk.network(lambda each: bool(each.subnets))
    if network is None:
        return False
    subnet, other = draft_subnet(network), network.subnets[0]
    match desk.rng.randrange(5):
        case 0:
            instead, code = Data(prefix="192.0.2.0/24"), "subnet-outside-address-space"
        case 1:
            instead, code = Data(prefix=other.prefix), "subnet-overlaps"
        case 2:
            instead, code = Data(name=other.name), "already-exists"
        case 3:
            instead, code = Data(prefix="10.0.0.0/30"), "subnet-invalid"
        case _:
            return tell(desk, "remove-subnet", network, {"name": "dmz-2"}, "not-found")
    data = Data(name=f"{subnet.name}-new", prefix=subnet.prefix)
    return tell(desk, "add-subnet", network, data | instead, code)


# Address space and links


def subnets_left_out(desk: Desk) -> bool:
    """Other space for a network whose subnets would lie outside it."""
    network = desk.network(lambda each: bool(each.subnets) and not _near(each, "100.64.0.0/16"))
    if network is None:
        return False
    data: Data = {"address_space": ["100.64.0.0/16"]}
    return tell(desk, "change-address-space", network, data, "subnet-outside-address-space")


def _near(network: NetworkRecord, prefix: str) -> bool:
    others = [*network.links, *(each for one in network.circuits for each in one.networks)]
    return any(overlap(space, prefix) for each in others for space in each.space)


def space_of_another(desk: Desk) -> bool:
    """More space for a network, which a linked one or its circuit has already."""
    network = desk.network(lambda each: bool(_taken_beside(each)))
    if network is None:
        return False
    taken = desk.rng.choice(_taken_beside(network))
    if any(overlap(taken, own) for own in network.space):
        return False
    data: Data = {"address_space": [*network.space, taken]}
    return tell(desk, "change-address-space", network, data, "address-space-overlaps")


def _taken_beside(network: NetworkRecord) -> list[str]:
    linked = [space for each in network.links for space in each.space]
    connected = [
        space
        for circuit in network.circuits
        for each in circuit.networks
        if each is not network
        for space in each.space
    ]
    return linked + connected


def link_again(desk: Desk) -> bool:
    """Two networks are linked that are; or the link ends of two that are not."""
    linked = desk.network(lambda each: bool(each.links)) if desk.chance(0.6) else None
    if linked is not None:
        data: Data = {"network_id": desk.rng.choice(linked.links).id}
        return tell(desk, "link-networks", linked, data, "already-exists")
    pair = two_networks(desk, lambda one, other: other not in one.links)
    if pair is None:
        return False
    return tell(desk, "unlink-networks", pair[0], {"network_id": pair[1].id}, "not-found")


def link_without_gateway(desk: Desk) -> bool:
    """A link of two networks of which one has no VPN gateway."""
    pair = two_networks(
        desk,
        lambda one, other: (
            other not in one.links and not ("vpn" in one.gateways and "vpn" in other.gateways)
        ),
    )
    if pair is None:
        return False
    return tell(desk, "link-networks", pair[0], {"network_id": pair[1].id}, "gateway-required")


def link_of_copies(desk: Desk) -> bool:
    """A link of two networks that have the same addresses, as copies have."""
    pair = two_networks(
        desk,
        lambda one, other: (
            other not in one.links
            and "vpn" in one.gateways
            and "vpn" in other.gateways
            and not may_link(one, other)
        ),
    )
    if pair is None:
        return False
    one, other = pair
    return tell(desk, "link-networks", one, {"network_id": other.id}, "address-space-overlaps")


def network_of_another(desk: Desk) -> bool:
    """The CSP links networks of two customers, or connects one to a circuit of another."""
    network, other = desk.network(lambda each: each.customer.through), desk.network()
    if network is None or other is None or network.customer is other.customer:
        return False
    hand = Hand(OWNER)
    data: Data = {"network_id": other.id}
    circuit = desk.any(
        network.customer.circuits,
        lambda each: desk.takes_peerings(each) and "private" in each.peerings,
    )
    name, about = "link-networks", subject(network)
    if circuit is not None and desk.chance(0.6):
        name, about = "connect-network", f"circuit/{circuit.id}"
    desk.send(name, about, data, hand, "customer-mismatch")
    return True


MISTAKES: Mistakes = (
    (2, gone_network),
    (3, gateway_again),
    (4, malformed_gateway),
    (3, gateway_still_needed),
    (3, network_still_used),
    (1, subscription_with_network),
    (5, wrong_subnet),
    (2, subnets_left_out),
    (3, space_of_another),
    (3, link_again),
    (3, link_without_gateway),
    (2, link_of_copies),
    (4, network_of_another),
)
