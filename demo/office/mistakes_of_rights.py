"""Mistakes of the sender: not permitted to act, or not permitted to see the subject."""

from collections.abc import Callable

from demo.office.circuits import draft_order
from demo.office.desk import OWNER, SERVICE_DESK, Data, Desk, Hand, envelope
from demo.office.parts import Person
from demo.office.records import CircuitRecord, CustomerRecord

STRANGERS = ("user:mallory", "user:old.intern", "service:scanner", "user:jdoe@elsewhere")

# Who may


def reader_acts(desk: Desk) -> bool:
    """Somebody who may only read sends an order or a change of a peering."""
    found = someone(desk, lambda person: person.role in {"reader", "auditor"})
    if found is None:
        return False
    customer, person = found
    hand = Hand(person.principal)
    if _order_by(desk, customer, hand):
        return True
    return _touch_a_peering(desk, customer, hand, "not-permitted")


def operator_oversteps(desk: Desk) -> bool:
    """A network operator orders, deletes, or adds a subscription: that takes a contributor."""
    found = someone(
        desk,
        lambda person: person.role == "network-operator" and not (person.scope or person.on_behalf),
    )
    if found is None:
        return False
    customer, person = found
    hand = Hand(person.principal)
    if desk.chance(0.5) and _order_by(desk, customer, hand):
        return True
    circuit = desk.any(customer.circuits, desk.is_quiet)
    if circuit is not None:
        desk.send("delete-circuit", f"circuit/{circuit.id}", {}, hand, "not-permitted")
        return True
    data: Data = {"subscription_id": f"{customer.id}-own"}
    desk.send("add-subscription", f"customer/{customer.id}", data, hand, "not-permitted")
    return True


def contributor_grants(desk: Desk) -> bool:
    """A contributor grants a role: that takes an owner."""
    found = someone(desk, lambda person: person.role == "contributor" and not person.on_behalf)
    if found is None:
        return False
    customer, person = found
    data: Data = {"principal": f"user:friend@{customer.id}", "role": "network-operator"}
    hand = Hand(person.principal)
    desk.send("grant-role", f"customer/{customer.id}", data, hand, "not-permitted")
    return True


def staff_under_connect_to(desk: Desk) -> bool:
    """The CSP's people, the owner included, act for a connect-to customer without a grant."""
    customer = desk.customer(lambda each: not each.through)
    if customer is None:
        return False
    hand = Hand(desk.rng.choice((OWNER, "user:anna.keller", "service:portal", "user:ben.ortiz")))
    if desk.chance(0.5) and _order_by(desk, customer, hand):
        return True
    return _touch_a_peering(desk, customer, hand, "not-permitted")


def csp_reader_acts(desk: Desk) -> bool:
    """The CSP's own reader sends an order."""
    customer = desk.customer(lambda each: each.through)
    hand = Hand(desk.rng.choice(("user:carla.rossi", "user:dora.nagy")))
    return customer is not None and _order_by(desk, customer, hand)


def customer_plays_csp(desk: Desk) -> bool:
    """A customer's owner confirms its own prefix, or quotes a service key like a provider."""
    found = someone(desk, lambda person: person.role == "owner")
    if found is None:
        return False
    customer, person = found
    hand = Hand(person.principal)
    circuit = desk.any(customer.circuits, desk.is_quiet)
    claimed = desk.any(customer.prefixes, lambda each: not each.confirmed)
    if claimed is not None:
        subject, data = f"customer/{customer.id}", Data(prefix=claimed.prefix)
        desk.send("confirm-prefix", subject, data, hand, "not-permitted")
    elif circuit is not None:
        subject, data = f"circuit/{circuit.id}", Data(service_key=some_key(desk))
        desk.send("confirm-provisioned", subject, data, hand, "not-permitted")
    else:
        subject, data = "customer/subsidiary", Data(name="Subsidiary", model="connect-through")
        desk.send("register-customer", subject, data, hand, "not-permitted")
    return True


def forgets_on_behalf(desk: Desk) -> bool:
    """The service desk has a grant on behalf and does not say so."""
    found = someone(desk, lambda person: person.on_behalf)
    if found is None:
        return False
    customer, person = found
    return _touch_a_peering(desk, customer, Hand(person.principal), "not-permitted")


def false_source(desk: Desk) -> bool:
    """A publisher uses a source, or an actor, that belongs to the engine."""
    circuit = desk.circuit()
    if circuit is None:
        return False
    id = f"w{desk.week:02}-{len(desk.pile) + 1:04}"
    hand = Hand("service:tieline" if desk.chance(0.5) else OWNER)
    command = envelope(id, "delete-circuit", f"circuit/{circuit.id}", {}, hand)
    if hand.actor == OWNER:
        command["source"] = "/tieline/process"
    desk.put(command, "not-permitted")
    return True


def _order_by(desk: Desk, customer: CustomerRecord, hand: Hand) -> bool:
    draft = draft_order(desk, lambda each: each is customer)
    if draft is None:
        return False
    desk.send("order-circuit", draft.subject, draft.data(), hand, "not-permitted")
    return True


def _touch_a_peering(desk: Desk, customer: CustomerRecord, hand: Hand, expected: str) -> bool:
    circuit = desk.any(customer.circuits, lambda each: desk.is_quiet(each) and bool(each.peerings))
    if circuit is None:
        return False
    data: Data = {"routing_domain": desk.rng.choice(list(circuit.peerings))}
    desk.send("disable-peering", f"circuit/{circuit.id}", data, hand, expected)
    return True


# Who sees


def stranger(desk: Desk) -> bool:
    """Somebody without any rights, or without them now: the subject is hidden from them."""
    customer = desk.customer(lambda each: bool(each.circuits))
    if customer is None:
        return False
    former = [name for name in customer.former if name not in SERVICE_DESK]
    hand = Hand(desk.rng.choice([*former, *STRANGERS]))
    return _touch_a_peering(desk, customer, hand, "not-found")


def out_of_scope(desk: Desk) -> bool:
    """Somebody whose role is scoped to one subscription works on a circuit of another."""
    found = someone(desk, lambda person: person.scope is not None)
    if found is None:
        return False
    customer, person = found
    elsewhere: list[CircuitRecord] = [
        each
        for each in customer.circuits
        if desk.is_quiet(each) and each.subscription.id != person.scope
    ]
    if not elsewhere:
        return False
    data: Data = {"routing_domain": "private"}
    subject = f"circuit/{desk.rng.choice(elsewhere).id}"
    desk.send("disable-peering", subject, data, Hand(person.principal), "not-found")
    return True


def wrong_provider(desk: Desk) -> bool:
    """A provider quotes a circuit that another provider carries."""
    circuit = desk.circuit()
    other = desk.circuit()
    if circuit is None or other is None or circuit.provider == other.provider:
        return False
    hand = Hand(f"provider:{other.provider}")
    data = Data(service_key=some_key(desk))
    desk.send("begin-provisioning", f"circuit/{circuit.id}", data, hand, "not-found")
    return True


def misspelt(desk: Desk) -> bool:
    """A circuit id with a letter missing or the wrong number."""
    circuit = desk.circuit()
    if circuit is None:
        return False
    wrong = desk.rng.choice((f"{circuit.stem}x", f"{circuit.stem}-1", circuit.stem.swapcase()))
    hand = desk.csp() if circuit.customer.through else Hand(OWNER)
    data: Data = {"tier": "premium"}
    desk.send("change-tier", f"circuit/{wrong}", data, hand, "not-found")
    return True


def old_name(desk: Desk) -> bool:
    """After a decrease or a deletion somebody still uses the old circuit id."""
    retired = desk.any(desk.book.retired, lambda each: not each.circuit.customer.gone)
    if retired is None:
        return False
    hand = desk.hand(retired.circuit.customer, "network-operator")
    data: Data = {"routing_domain": "private"}
    desk.send("disable-peering", f"circuit/{retired.id}", data, hand, "not-found")
    return True


def wrong_key(desk: Desk) -> bool:
    """A provider quotes the wrong service key, mostly for a circuit just ordered."""
    circuits = desk.book.fresh if desk.chance(0.6) else desk.book.circuits
    circuit = desk.any(circuits, lambda each: each.state in {"ordered", "up"})
    if circuit is None:
        return False
    name = desk.rng.choice(
        ("begin-provisioning", "begin-provisioning", "confirm-provisioned", "reject-provisioning")
    )
    data = Data(service_key=some_key(desk))
    if name == "reject-provisioning":
        data["reason"] = "no cross connect"
    hand = Hand(f"provider:{circuit.provider}")
    desk.send(name, f"circuit/{circuit.id}", data, hand, "service-key-mismatch")
    return True


def some_key(desk: Desk) -> str:
    """A service key that was never issued: a random UUID, like the real ones."""
    digits = f"{desk.rng.getrandbits(128):032x}"
    return "-".join(
        (digits[:8], digits[8:12], f"4{digits[13:16]}", f"a{digits[17:20]}", digits[20:])
    )


def on_behalf_of_another(desk: Desk) -> bool:
    """The service desk names the wrong customer."""
    found = someone(desk, lambda person: person.on_behalf and person.role == "contributor")
    other = desk.customer()
    if found is None or other is None or other is found[0]:
        return False
    customer, person = found
    data: Data = {"subscription_id": f"{customer.id}-extra"}
    hand = Hand(person.principal, other.id)
    subject = f"customer/{customer.id}"
    desk.send("add-subscription", subject, data, hand, "malformed-command")
    return True


def someone(desk: Desk, suits: Callable[[Person], bool]) -> tuple[CustomerRecord, Person] | None:
    """A customer that stays, and one of its people who suits."""
    customer = desk.customer(lambda each: any(suits(person) for person in each.people))
    if customer is None:
        return None
    return customer, desk.rng.choice([person for person in customer.people if suits(person)])
