"""Mistakes about the CSP's own affairs, and of people who may not: networks included."""

from demo.office import networks
from demo.office.desk import Data, Desk, Hand, Mistakes
from demo.office.mistakes_of_rights import STRANGERS, someone
from demo.office.records import NetworkRecord

# The CSP's own affairs


def closed_by_an_operator(desk: Desk) -> bool:
    """A location is closed or opened by somebody who may not, or one that there is not."""
    site = desk.any(desk.book.sites, lambda _: True)
    if site is None:
        return False
    name = desk.rng.choice(("close-location", "reopen-location"))
    if desk.chance(0.4):
        desk.send(name, f"location/{site.id}-9", {}, desk.csp(), "not-found")
        return True
    hand = Hand(desk.rng.choice(("user:ben.ortiz", "user:carla.rossi")))
    desk.send(name, f"location/{site.id}", {}, hand, "not-permitted")
    return True


def model_during_a_change(desk: Desk) -> bool:
    """A customer's model changes while the bandwidth of a circuit does."""
    circuit = desk.any(
        desk.book.changing,
        lambda each: (
            each.state == "up"
            and not each.customer.closing
            and each.change is not None
            and each.change.stage in {"running", "waiting"}
        ),
    )
    if circuit is None:
        return False
    customer = circuit.customer
    data = Data(model="connect-to" if customer.through else "connect-through")
    desk.send("change-model", f"customer/{customer.id}", data, desk.csp(), "change-in-progress")
    return True


def customer_records_its_store(desk: Desk) -> bool:
    """A customer's owner does what is the CSP's: its model, its identity store, its end."""
    found = someone(desk, lambda person: person.role == "owner")
    if found is None:
        return False
    customer, person = found
    directory = f"{customer.id}.example"
    asked: tuple[tuple[str, Data], ...] = (
        ("change-model", {"model": "connect-to"}),
        ("record-identity-store", {"location": "csp", "directory": directory, "replicated": True}),
        ("erase-customer", {}),
    )
    name, data = desk.rng.choice(asked)
    hand = Hand(person.principal)
    desk.send(name, f"customer/{customer.id}", data, hand, "not-permitted")
    return True


def erased_too_early(desk: Desk) -> bool:
    """A customer is erased that is still there."""
    customer = desk.customer(desk.is_calm)
    if customer is None:
        return False
    desk.send("erase-customer", f"customer/{customer.id}", {}, desk.csp(), "customer-in-use")
    return True


def nothing_to_judge(desk: Desk) -> bool:
    """A claim is judged that nobody made, or a peering that is not there."""
    customer, circuit = desk.customer(), desk.circuit(lambda each: "public" not in each.peerings)
    if customer is None or circuit is None:
        return False
    if desk.chance(0.4):
        data = Data(prefix="9.9.8.0/24", evidence="none found")
        desk.send("reject-prefix", f"customer/{customer.id}", data, desk.csp(), "not-found")
        return True
    name, why = desk.rng.choice((("validate-peering", "evidence"), ("reject-validation", "reason")))
    data = Data(routing_domain="public") | {why: "letter of authorization"}
    desk.send(name, f"circuit/{circuit.id}", data, desk.csp(), "peering-not-found")
    return True


# Who may, and who sees


def _asked_of(network: NetworkRecord) -> tuple[tuple[str, Data], ...]:
    return (
        ("add-gateway", {"kind": "vpn"}),
        ("remove-gateway", {"kind": "vpn"}),
        ("remove-network", {}),
        ("change-address-space", {"address_space": list(network.space)}),
        ("add-subnet", {"name": "dmz", "prefix": "10.0.0.0/24"}),
        ("remove-subnet", {"name": "web"}),
        ("set-route", {"subnet": "web", "prefix": "10.99.0.0/16", "next_hop": "Internet"}),
        ("remove-route", {"subnet": "web", "prefix": "10.99.0.0/16"}),
        ("remove-security-rule", {"subnet": "web", "name": "deny-all"}),
    )


def reader_of_a_network(desk: Desk) -> bool:
    """Somebody who may only read works on a network."""
    found = someone(desk, lambda person: person.role in {"reader", "auditor"})
    network = desk.any(found[0].networks, lambda _: True) if found else None
    if found is None or network is None:
        return False
    name, data = desk.rng.choice(_asked_of(network))
    desk.send(name, networks.subject(network), data, Hand(found[1].principal), "not-permitted")
    return True


def stranger_at_a_network(desk: Desk) -> bool:
    """Somebody without any rights works on a network, which is hidden from them."""
    network = desk.network()
    if network is None:
        return False
    name, data = desk.rng.choice(_asked_of(network))
    hand = Hand(desk.rng.choice(STRANGERS))
    desk.send(name, networks.subject(network), data, hand, "not-found")
    return True


def operator_gives_leave(desk: Desk) -> bool:
    """A network operator issues or revokes an authorization: that takes a contributor."""
    found = someone(
        desk,
        lambda person: person.role == "network-operator" and not (person.scope or person.on_behalf),
    )
    circuit = desk.any(found[0].circuits, desk.is_quiet) if found else None
    if found is None or circuit is None:
        return False
    name = desk.rng.choice(("issue-authorization", "revoke-authorization"))
    data, hand = Data(authorization_id="auth-1"), Hand(found[1].principal)
    desk.send(name, f"circuit/{circuit.id}", data, hand, "not-permitted")
    return True


def reader_hangs_something(desk: Desk) -> bool:
    """Somebody who may only read works on what hangs on a circuit, or wants to know its key."""
    found = someone(desk, lambda person: person.role in {"reader", "auditor"})
    circuit = desk.any(found[0].circuits, desk.is_quiet) if found else None
    if found is None or circuit is None:
        return False
    asked: tuple[tuple[str, Data], ...] = (
        ("peer-circuits", {"other_circuit_id": f"{circuit.stem}-9"}),
        ("unpeer-circuits", {"other_circuit_id": f"{circuit.stem}-9"}),
        ("advertise-routes", {"routing_domain": "private", "prefixes": []}),
        ("remove-encryption", {}),
        ("reveal-secret", {"field": "private/md5_key", "reason": "curious"}),
        ("acknowledge-alarm", {"alarm": "billed-and-idle", "reason": "seen"}),
        ("revoke-authorization", {"authorization_id": "auth-1"}),
    )
    name, data = desk.rng.choice(asked)
    hand = Hand(found[1].principal)
    desk.send(name, f"circuit/{circuit.id}", data, hand, "not-permitted")
    return True


MISTAKES: Mistakes = (
    (3, closed_by_an_operator),
    (3, model_during_a_change),
    (4, customer_records_its_store),
    (2, erased_too_early),
    (4, nothing_to_judge),
    (5, reader_of_a_network),
    (4, stranger_at_a_network),
    (3, operator_gives_leave),
    (5, reader_hangs_something),
)
