"""Mistakes about peer circuits, and about a circuit on which something hangs."""

from demo.office.connections import far_apart, reaches, takes_one_more
from demo.office.desk import Data, Desk, Mistakes
from demo.office.mistakes_on_circuits import send_wrong


def wrong_peer(desk: Desk) -> bool:
    """Two circuits that may not be peers: by tier, by place, or as one of them is the other."""
    circuit = desk.any(desk.book.circuits, lambda each: takes_one_more(desk, each))
    other = (
        desk.any(
            circuit.customer.circuits,
            lambda each: each is not circuit and takes_one_more(desk, each),
            tries=5,
        )
        if circuit
        else None
    )
    if circuit is None:
        return False
    if other is None or other in circuit.peers:
        data = Data(other_circuit_id=circuit.id)
        return send_wrong(desk, "peer-circuits", circuit, data, "malformed-command")
    tiers = {circuit.tier, other.tier}
    if not (
        "local" in tiers
        or circuit.site is other.site
        or (far_apart(circuit, other) and tiers != {"premium"})
    ):
        return False
    data = Data(other_circuit_id=other.id)
    return send_wrong(desk, "peer-circuits", circuit, data, "peer-not-allowed")


def peered_again(desk: Desk) -> bool:
    """Two circuits are joined that are, or parted that aren't."""
    circuit = desk.circuit(lambda each: bool(each.peers)) if desk.chance(0.6) else None
    if circuit is not None:
        data = Data(other_circuit_id=desk.rng.choice(circuit.peers).id)
        return send_wrong(desk, "peer-circuits", circuit, data, "already-exists")
    circuit = desk.circuit(lambda each: not each.peers)
    other = desk.circuit()
    if circuit is None or other is None or circuit is other:
        return False
    data = Data(other_circuit_id=other.id)
    return send_wrong(desk, "unpeer-circuits", circuit, data, "not-found")


def peering_still_used(desk: Desk) -> bool:
    """A private peering is removed on which networks or peer circuits hang."""
    circuit = desk.circuit(lambda each: each.hanging > 0)
    data: Data = {"routing_domain": "private"}
    return circuit is not None and send_wrong(
        desk, "remove-peering", circuit, data, "connections-remain"
    )


def link_in_a_network(desk: Desk) -> bool:
    """A private peering moves to addresses that a connected network has, or loses what it needs."""
    circuit = desk.circuit(
        lambda each: (
            bool(each.networks)
            and any(":" not in subnet for subnet in each.peerings["private"].subnets)
        )
    )
    if circuit is None:
        return False
    if desk.chance(0.3):
        data = Data(routing_domain="private", vlan=None)
        return send_wrong(desk, "change-peering", circuit, data, "malformed-command")
    network, _, _ = desk.rng.choice(circuit.networks).space[0].partition("/")
    data = Data(routing_domain="private", primary_subnet=f"{network}/30")
    return send_wrong(desk, "change-peering", circuit, data, "subnet-overlaps")


def too_far_for_standard(desk: Desk) -> bool:
    """Premium to Standard although something hangs on the circuit that only Premium reaches."""
    circuit = desk.circuit(
        lambda each: (
            each.tier == "premium"
            and not all(reaches(each, "standard", network) for network in each.networks)
        )
    )
    return circuit is not None and send_wrong(
        desk, "change-tier", circuit, {"tier": "standard"}, "tier-change-blocked"
    )


def while_it_decreases(desk: Desk) -> bool:
    """Something is to hang on a circuit while it is torn down and recreated."""
    circuit = desk.any(
        desk.book.changing,
        lambda each: (
            each.change is not None
            and each.state == "up"
            and each.change.kind != "increase"
            and each.change.stage in {"running", "waiting"}
        ),
    )
    if circuit is None:
        return False
    asked: list[tuple[str, Data]] = [
        ("connect-network", {"network_id": f"{circuit.customer.id}-net-1"}),
        ("disconnect-network", {"network_id": f"{circuit.customer.id}-net-1"}),
        ("issue-authorization", {"authorization_id": "auth-95"}),
        ("advertise-routes", {"routing_domain": "private", "prefixes": ["10.200.1.0/24"]}),
        ("remove-encryption", {}),
    ]
    name, data = desk.rng.choice(asked)
    return send_wrong(desk, name, circuit, data, "change-in-progress")


MISTAKES: Mistakes = (
    (4, wrong_peer),
    (3, peered_again),
    (4, peering_still_used),
    (4, link_in_a_network),
    (2, too_far_for_standard),
    (3, while_it_decreases),
)
