"""Authorizations: the leave to connect a network of another subscription, issued and revoked."""

from demo.office.connections import connect_to, fits, takes_one_more
from demo.office.desk import Data, Desk, Hand
from demo.office.records import AuthorizationRecord, CircuitRecord, NetworkRecord

MOST_AUTHORIZATIONS = 10


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


def issue_many(desk: Desk) -> bool:
    """Authorizations for all teams of a customer at once, as many as a circuit may have out."""
    circuit = desk.any(desk.book.circuits, lambda each: takes_one_more(desk, each))
    if circuit is None:
        return False
    while standing(circuit) < MOST_AUTHORIZATIONS:
        issue_on(desk, circuit)
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
    return connect_to(desk, circuit, network, issued, hand)


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
