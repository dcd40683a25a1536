"""Connections of networks to circuits, the authorizations for them, and peer circuits."""

from demo.office.addresses import any_overlap
from demo.office.desk import Data, Desk, Hand
from demo.office.network_records import (
    MOST_CIRCUITS_HERE,
    MOST_NETWORKS,
    AuthorizationRecord,
    NetworkRecord,
)
from demo.office.records import CircuitRecord
from domain.network.regions import GEOPOLITICAL_REGIONS

MOST_AUTHORIZATIONS = 10
_MOST_CIRCUITS = 16
"""Circuits of a network in all."""


def connect(desk: Desk) -> bool:
    """Connect a network to a circuit of its own subscription; some circuits are preferred."""
    circuit = desk.any(desk.book.circuits, lambda each: takes_one_more(desk, each))
    network = fitting(desk, circuit, own=True) if circuit else None
    return circuit is not None and network is not None and _connect(desk, circuit, network)


def takes_one_more(desk: Desk, circuit: CircuitRecord) -> bool:
    """Whether a network, or another circuit, can still hang on its private peering."""
    return (
        desk.takes_peerings(circuit)
        and not circuit.customer.closing
        and "private" in circuit.peerings
        and circuit.hanging < MOST_NETWORKS
    )


def fitting(desk: Desk, circuit: CircuitRecord, *, own: bool) -> NetworkRecord | None:
    """A network that can be connected to a circuit, in its subscription or in another one."""
    return desk.any(
        circuit.customer.networks,
        lambda each: (each.subscription is circuit.subscription) is own and fits(each, circuit),
        tries=8,
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


def _connect(
    desk: Desk,
    circuit: CircuitRecord,
    network: NetworkRecord,
    by: AuthorizationRecord | None = None,
    hand: Hand | None = None,
) -> bool:
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


# Across subscriptions


def issue(desk: Desk) -> bool:
    """Issue an authorization; mostly somebody in another subscription redeems it weeks later."""
    circuit = desk.any(
        desk.book.circuits,
        lambda each: takes_one_more(desk, each) and standing(each) < MOST_AUTHORIZATIONS,
    )
    return circuit is not None and issue_on(desk, circuit)


def issue_on(desk: Desk, circuit: CircuitRecord) -> bool:
    """Issue an authorization for whoever of the customer, or for one of its subscriptions."""
    others = [
        each
        for each in circuit.customer.subscriptions
        if each is not circuit.subscription and not each.removed
    ]
    within = desk.rng.choice(others) if others and desk.chance(0.4) else None
    issued = AuthorizationRecord(f"auth-{len(circuit.authorizations) + 1}", within)
    data: Data = {"authorization_id": issued.id}
    if within is not None:
        data["subscription_id"] = within.id
    circuit.authorizations.append(issued)
    hand = desk.hand(circuit.customer, "contributor")
    desk.send("issue-authorization", f"circuit/{circuit.id}", data, hand)
    if desk.chance(0.8):
        desk.later(desk.rng.randrange(1, 5), lambda desk: _redeem(desk, circuit, issued))
    return True


def standing(circuit: CircuitRecord) -> int:
    """How many authorizations of a circuit are not revoked."""
    return sum(each.state != "revoked" for each in circuit.authorizations)


def _redeem(desk: Desk, circuit: CircuitRecord, issued: AuthorizationRecord) -> bool:
    """Connect a network of another subscription; its own people may, who don't see the circuit."""
    if issued.state != "available" or not takes_one_more(desk, circuit):
        return False
    network = desk.any(
        circuit.customer.networks, lambda each: redeemable(issued, each) and fits(each, circuit)
    )
    if network is None:
        return False
    theirs = [
        Hand(each.principal)
        for each in circuit.customer.people
        if each.scope == network.subscription.id and each.role == "network-operator"
    ]
    hand = desk.rng.choice(theirs) if theirs else None
    return _connect(desk, circuit, network, issued, hand)


def redeemable(issued: AuthorizationRecord, network: NetworkRecord) -> bool:
    """Whether an authorization is for the subscription of a network."""
    return issued.subscription is None or issued.subscription is network.subscription


def revoke(desk: Desk) -> bool:
    """Revoke an authorization, which cuts the connection made with it; also during a change."""
    circuit = desk.any(
        desk.book.circuits,
        lambda each: each.state == "up" and each.ready <= desk.week and standing(each) > 0,
        tries=80,
    )
    if circuit is None:
        return False
    revoked = desk.rng.choice([each for each in circuit.authorizations if each.state != "revoked"])
    if revoked.network is not None:
        revoked.network.disconnect(circuit)
    revoked.state = "revoked"
    hand = desk.hand(circuit.customer, "contributor")
    data: Data = {"authorization_id": revoked.id}
    desk.send("revoke-authorization", f"circuit/{circuit.id}", data, hand)
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
