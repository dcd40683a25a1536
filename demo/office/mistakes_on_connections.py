"""Mistakes about connections of networks to circuits, and the authorizations for them."""

from demo.office.addresses import any_overlap
from demo.office.authorizations import MOST_AUTHORIZATIONS, standing
from demo.office.connections import (
    around,
    fits,
    reaches,
    takes_one_more,
)
from demo.office.desk import Data, Desk, Mistakes
from demo.office.mistakes_on_circuits import send_wrong
from demo.office.parts import MOST_CIRCUITS_HERE, MOST_NETWORKS
from demo.office.records import AuthorizationRecord, CircuitRecord, NetworkRecord

# Connections


def _connect(
    desk: Desk, circuit: CircuitRecord, network: NetworkRecord, code: str, **more: object
) -> bool:
    return send_wrong(desk, "connect-network", circuit, Data(network_id=network.id) | more, code)


def connected_again(desk: Desk) -> bool:
    """A network is connected that is."""
    circuit = desk.circuit(lambda each: bool(each.networks))
    if circuit is None:
        return False
    return _connect(desk, circuit, desk.rng.choice(circuit.networks), "already-connected")


def connected_too_early(desk: Desk) -> bool:
    """A network is connected in the week of the order, or before there is a private peering."""
    fresh = desk.any(desk.book.fresh, lambda each: each.state == "ordered")
    bare = desk.circuit(lambda each: "private" not in each.peerings)
    for circuit, code in ((fresh, "circuit-not-provisioned"), (bare, "peering-not-found")):
        network = desk.any(circuit.customer.networks, lambda _: True) if circuit else None
        if circuit is not None and network is not None:
            return _connect(desk, circuit, network, code)
    return False


def connected_to_nothing(desk: Desk) -> bool:
    """A network that was never registered is connected, or one that isn't connected leaves."""
    circuit = desk.circuit(lambda each: "private" in each.peerings)
    if circuit is None:
        return False
    data: Data = {"network_id": f"{circuit.customer.id}-vnet"}
    name = desk.rng.choice(("connect-network", "disconnect-network"))
    return send_wrong(desk, name, circuit, data, "not-found")


def _nearly(
    desk: Desk, circuit: CircuitRecord | None, *, own: bool, fault: str
) -> NetworkRecord | None:
    """A network that can't be connected for one reason alone."""
    if circuit is None:
        return None

    def suits(network: NetworkRecord) -> bool:
        faults = {
            "gateway": "expressroute" not in network.gateways,
            "reach": not reaches(circuit, circuit.tier, network),
            "overlap": any_overlap(network.space, around(circuit)),
            "full": network.at(circuit) >= MOST_CIRCUITS_HERE,
        }
        return (
            circuit not in network.circuits
            and (network.subscription is circuit.subscription) is own
            and [name for name, there in faults.items() if there] == [fault]
        )

    return desk.any(circuit.customer.networks, suits, tries=10)


def _with(desk: Desk, fault: str, code: str) -> bool:
    for _ in range(6):
        circuit = desk.any(desk.book.circuits, lambda each: takes_one_more(desk, each))
        network = _nearly(desk, circuit, own=True, fault=fault)
        if circuit is not None and network is not None:
            return _connect(desk, circuit, network, code)
    return False


def without_gateway(desk: Desk) -> bool:
    """A network without ExpressRoute gateway is connected."""
    return _with(desk, "gateway", "gateway-required")


def out_of_reach(desk: Desk) -> bool:
    """A network in a region that the circuit's tier does not reach."""
    return _with(desk, "reach", "region-not-reached")


def same_addresses(desk: Desk) -> bool:
    """A network with addresses that another one on the circuit has."""
    return _with(desk, "overlap", "address-space-overlaps")


def too_many_here(desk: Desk) -> bool:
    """A network on one circuit more than it may have at a location."""
    full = desk.network(
        lambda each: any(each.at(circuit) >= MOST_CIRCUITS_HERE for circuit in each.circuits)
    )
    if full is None:
        return False
    circuit = desk.any(full.customer.circuits, lambda each: takes_one_more(desk, each))
    network = _nearly(desk, circuit, own=True, fault="full")
    if circuit is None or network is None:
        return False
    return _connect(desk, circuit, network, "limit-reached")


def too_many_networks(desk: Desk) -> bool:
    """A network more than a circuit of its tier takes."""
    circuit = desk.circuit(lambda each: each.hanging >= MOST_NETWORKS and each.tier != "premium")
    network = (
        desk.any(
            circuit.customer.networks,
            lambda each: each.subscription is circuit.subscription and fits(each, circuit),
        )
        if circuit
        else None
    )
    if circuit is None or network is None:
        return False
    return _connect(desk, circuit, network, "limit-reached")


def malformed_connection(desk: Desk) -> bool:
    """A weight out of range or as a text, or a field that nobody knows."""
    circuit = desk.circuit(lambda each: bool(each.customer.networks))
    if circuit is None:
        return False
    network = desk.rng.choice(circuit.customer.networks)
    wrong = (Data(weight=40000), Data(weight="10"), Data(weight=-1), Data(priority=1))
    return _connect(desk, circuit, network, "malformed-command", **desk.rng.choice(wrong))


# Authorizations


def _elsewhere(desk: Desk, circuit: CircuitRecord) -> NetworkRecord | None:
    """A network of another subscription, which needs an authorization and nothing else."""
    return desk.any(
        circuit.customer.networks,
        lambda each: each.subscription is not circuit.subscription and fits(each, circuit),
        tries=10,
    )


def without_authorization(desk: Desk) -> bool:
    """A network of another subscription without authorization, or with one that won't do."""
    circuit = desk.any(desk.book.circuits, lambda each: takes_one_more(desk, each))
    network = _elsewhere(desk, circuit) if circuit else None
    if circuit is None or network is None:
        return False
    useless = [(each, code) for each in circuit.authorizations if (code := _why_not(each, network))]
    if useless:
        given, code = desk.rng.choice(useless)
        return _connect(desk, circuit, network, code, authorization_id=given.id)
    if desk.chance(0.3):
        return _connect(desk, circuit, network, "not-found", authorization_id="auth-99")
    return _connect(desk, circuit, network, "authorization-required")


def _why_not(authorization: AuthorizationRecord, network: NetworkRecord) -> str | None:
    """The refusal of an authorization, in the order of the rule."""
    if authorization.state == "used":
        return "authorization-used"
    if authorization.state == "revoked":
        return "authorization-revoked"
    is_theirs = authorization.subscription in (None, network.subscription)
    return None if is_theirs else "authorization-required"


def issued_again(desk: Desk) -> bool:
    """An authorization under an id that the circuit had, or for a subscription that is unknown."""
    circuit = desk.circuit(lambda each: bool(each.authorizations))
    if circuit is None:
        return False
    name = "issue-authorization"
    if desk.chance(0.3):
        unknown = Data(authorization_id="auth-90", subscription_id=f"{circuit.customer.id}-none")
        return send_wrong(desk, name, circuit, unknown, "subscription-unknown")
    again = Data(authorization_id=desk.rng.choice(circuit.authorizations).id)
    return send_wrong(desk, name, circuit, again, "already-exists")


def too_many_authorizations(desk: Desk) -> bool:
    """One authorization more than a circuit may have out."""
    circuit = desk.circuit(lambda each: standing(each) >= MOST_AUTHORIZATIONS)
    data: Data = {"authorization_id": "auth-91"}
    return circuit is not None and send_wrong(
        desk, "issue-authorization", circuit, data, "limit-reached"
    )


def revoked_again(desk: Desk) -> bool:
    """An authorization is revoked twice, or one that was never issued."""
    circuit = desk.circuit(lambda each: bool(each.authorizations))
    if circuit is None:
        return False
    revoked = [each for each in circuit.authorizations if each.state == "revoked"]
    data: Data = {"authorization_id": revoked[0].id if revoked else "auth-92"}
    code = "authorization-revoked" if revoked else "not-found"
    return send_wrong(desk, "revoke-authorization", circuit, data, code)


MISTAKES: Mistakes = (
    (4, connected_again),
    (4, connected_too_early),
    (3, connected_to_nothing),
    (4, without_gateway),
    (4, out_of_reach),
    (4, same_addresses),
    (3, too_many_here),
    (4, too_many_networks),
    (3, malformed_connection),
    (6, without_authorization),
    (2, issued_again),
    (2, too_many_authorizations),
    (3, revoked_again),
)
