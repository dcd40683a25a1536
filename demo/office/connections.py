"""Connections of networks to circuits, and peer circuits."""

from demo.office import networks
from demo.office.addresses import any_overlap
from demo.office.desk import Data, Desk, Hand
from demo.office.parts import MOST_CIRCUITS_HERE, MOST_NETWORKS
from demo.office.records import AuthorizationRecord, CircuitRecord, NetworkRecord
from domain.network.regions import GEOPOLITICAL_REGIONS

MOST_OF_A_CUSTOMER = 30
_MOST_CIRCUITS = 16
"""Circuits of a network in all."""


def connect(desk: Desk) -> bool:
    """Connect a network to a circuit of its own subscription."""
    network = desk.network(lambda each: "expressroute" in each.gateways)
    circuit = (
        desk.any(
            network.customer.circuits,
            lambda each: (
                takes_one_more(desk, each)
                and each.subscription is network.subscription
                and fits(network, each)
            ),
        )
        if network
        else None
    )
    return circuit is not None and network is not None and connect_to(desk, circuit, network)


def put_to_use(desk: Desk, circuit: CircuitRecord) -> bool:
    """Connect a network to a circuit that has a private peering now; mostly there is one for it."""
    customer = circuit.customer
    if not takes_one_more(desk, circuit):
        return False
    network = desk.any(
        customer.networks,
        lambda each: each.subscription is circuit.subscription and fits(each, circuit),
        tries=10,
    )
    if network is None and networks.serves_networks(customer, circuit.subscription):
        network = networks.register_hub(desk, circuit)
    if network is None or not fits(network, circuit):
        return False
    return connect_to(desk, circuit, network)


def fill_up(desk: Desk) -> bool:
    """One circuit becomes the hub of a subscription, with as many networks as its tier takes."""
    circuit = desk.any(
        desk.book.circuits,
        lambda each: (
            takes_one_more(desk, each)
            and each.tier == "standard"
            and len(each.customer.networks) < MOST_OF_A_CUSTOMER
            and networks.serves_networks(each.customer, each.subscription)
        ),
    )
    if circuit is None:
        return False
    for number in range(circuit.hanging, MOST_NETWORKS + 1):
        network = networks.register_hub(desk, circuit)
        if number < MOST_NETWORKS and fits(network, circuit):
            connect_to(desk, circuit, network)
    return True


def spread(desk: Desk) -> bool:
    """One network uses as many circuits at one location as it may."""
    customer = desk.customer(lambda each: each.campus is not None and bool(each.networks))
    if customer is None:
        return False
    near = [
        each
        for each in customer.circuits
        if each.subscription is customer.campus and takes_one_more(desk, each)
    ]
    network = desk.any(
        customer.networks,
        lambda each: (
            each.subscription is customer.campus and any(fits(each, circuit) for circuit in near)
        ),
    )
    if network is None:
        return False
    for circuit in near:
        if fits(network, circuit):
            connect_to(desk, circuit, network)
    return True


def takes_one_more(desk: Desk, circuit: CircuitRecord) -> bool:
    """Whether a network, or another circuit, can still hang on its private peering."""
    return (
        desk.takes_peerings(circuit)
        and not circuit.customer.closing
        and "private" in circuit.peerings
        and circuit.hanging < MOST_NETWORKS
    )


def fits(network: NetworkRecord, circuit: CircuitRecord) -> bool:
    """Whether nothing but an authorization may be missing to connect a network to a circuit."""
    return (
        circuit not in network.circuits
        and "expressroute" in network.gateways
        and reaches(circuit, circuit.tier, network)
        and network.at(circuit) < MOST_CIRCUITS_HERE
        and len(network.circuits) < _MOST_CIRCUITS
        and not any_overlap(network.space, around(circuit))
    )


def around(circuit: CircuitRecord) -> list[str]:
    """The space that networks connected to a circuit must not have."""
    subnets = [each for peering in circuit.peerings.values() for each in peering.subnets]
    return subnets + [each for network in circuit.networks for each in network.space]


def reaches(circuit: CircuitRecord, tier: str, network: NetworkRecord) -> bool:
    """Whether a circuit reaches a network on a tier."""
    if network.region is None or tier == "premium":
        return True
    if tier == "local":
        return network.region in circuit.site.local_regions
    return circuit.site.region in {None, GEOPOLITICAL_REGIONS[network.region]}


def connect_to(
    desk: Desk,
    circuit: CircuitRecord,
    network: NetworkRecord,
    by: AuthorizationRecord | None = None,
    hand: Hand | None = None,
) -> bool:
    """Send a connect-network that is accepted, and note the connection."""
    data: Data = {"network_id": network.id}
    if by is not None:
        data["authorization_id"] = by.id
    if desk.chance(0.3):
        data["weight"] = desk.rng.choice((0, 10, 50, 100, 32000))
    network.connect(circuit, by)
    hand = hand or desk.hand(circuit.customer, "network-operator")
    desk.send("connect-network", f"circuit/{circuit.id}", data, hand)
    return True


def disconnect(desk: Desk) -> bool:
    """End a connection; the authorization that it was made with stays used up."""
    circuit = desk.any(
        desk.book.circuits, lambda each: desk.takes_peerings(each) and bool(each.networks)
    )
    return circuit is not None and _disconnect(desk, circuit, desk.rng.choice(circuit.networks))


def _disconnect(desk: Desk, circuit: CircuitRecord, network: NetworkRecord) -> bool:
    network.disconnect(circuit)
    hand = desk.hand(circuit.customer, "network-operator")
    data: Data = {"network_id": network.id}
    desk.send("disconnect-network", f"circuit/{circuit.id}", data, hand)
    return True


# Peer circuits


def peer(desk: Desk) -> bool:
    """Join two sites of a customer over two circuits at different locations."""
    circuit = desk.any(desk.book.circuits, lambda each: takes_one_more(desk, each))
    if circuit is None:
        return False
    other = desk.any(
        circuit.customer.circuits,
        lambda each: takes_one_more(desk, each) and may_peer(circuit, each),
        tries=12,
    )
    if other is None:
        return False
    circuit.peers.append(other)
    other.peers.append(circuit)
    circuit.is_in_use()
    other.is_in_use()
    hand = desk.hand(circuit.customer, "network-operator")
    data: Data = {"other_circuit_id": other.id}
    desk.send("peer-circuits", f"circuit/{circuit.id}", data, hand)
    return True


def may_peer(one: CircuitRecord, other: CircuitRecord) -> bool:
    """Whether two circuits may be peers by tier and place."""
    tiers = {one.tier, other.tier}
    return (
        other not in one.peers
        and one.site is not other.site
        and "local" not in tiers
        and (tiers == {"premium"} or not far_apart(one, other))
    )


def far_apart(one: CircuitRecord, other: CircuitRecord) -> bool:
    """Whether peers need Premium: their geopolitical regions differ."""
    return len({one.site.region, other.site.region} - {None}) > 1


def unpeer(desk: Desk) -> bool:
    """End the joining of two circuits, neither of which changes."""
    circuit = desk.any(
        desk.book.circuits, lambda each: desk.takes_peerings(each) and bool(_calm_peers(desk, each))
    )
    if circuit is None:
        return False
    return _unpeer(desk, circuit, desk.rng.choice(_calm_peers(desk, circuit)))


def _calm_peers(desk: Desk, circuit: CircuitRecord) -> list[CircuitRecord]:
    return [
        each
        for each in circuit.peers
        if each.change is None or (each.change.stage == "scheduled" and each.change.due > desk.week)
    ]


def _unpeer(desk: Desk, circuit: CircuitRecord, other: CircuitRecord) -> bool:
    circuit.peers.remove(other)
    other.peers.remove(circuit)
    hand = desk.hand(circuit.customer, "network-operator")
    data: Data = {"other_circuit_id": other.id}
    desk.send("unpeer-circuits", f"circuit/{circuit.id}", data, hand)
    return True


def clear_off(desk: Desk, circuit: CircuitRecord) -> bool:
    """Take everything off a circuit that is to be deleted; not while a peer of it changes."""
    if len(_calm_peers(desk, circuit)) < len(circuit.peers):
        return False
    for network in list(circuit.networks):
        _disconnect(desk, circuit, network)
    for other in list(circuit.peers):
        _unpeer(desk, circuit, other)
    return True


def blocks_standard(circuit: CircuitRecord) -> bool:
    """Whether something hangs on a Premium circuit that Standard does not reach."""
    return any(not reaches(circuit, "standard", each) for each in circuit.networks) or any(
        far_apart(circuit, each) for each in circuit.peers
    )
