"""Customers: they join, get subscriptions and people, and some of them leave."""

from demo.office import filters, networks, prefixes
from demo.office.addresses import CSP_PREFIX
from demo.office.desk import OWNER, SERVICE_DESK, STAFF, Desk, Hand
from demo.office.parts import Person, Subscription
from demo.office.records import CustomerRecord
from domain.words.values import Role

# fmt: off
_FIRST = (
    "alpen", "baltic", "castello", "delta", "elbe", "fjord", "granit", "hafen", "isar", "jura",
    "kestrel", "lumen", "meridian", "nordwind", "orion", "pelican", "quarz", "rhone", "sierra",
    "tundra", "umbra", "vektor", "weser", "xenon", "yarra", "zephyr", "amber", "birch", "cedar",
    "dune", "ember", "flint", "grove", "heron", "indigo", "juniper", "koral", "larch", "maple",
    "nimbus",
)
_SECOND = (
    "logistik", "foods", "mobility", "bank", "energy", "textiles", "pharma", "robotics",
    "media", "shipping", "optics", "insurance", "steel", "travel", "seeds", "retail", "medical",
    "paper", "games", "water", "rail", "tools", "legal", "air", "films", "homes", "cables",
    "motors", "labs", "farms",
)
_PEOPLE = (
    "lena", "omar", "ines", "piotr", "sofia", "yuki", "amal", "jonas", "priya", "tomas", "elif",
    "marco", "hanna", "david", "noor", "kofi", "maja", "luis", "greta", "ravi", "nina", "samir",
    "alba", "erik", "zoe", "ivan", "lucia", "felix", "aiko", "bruno", "clara", "emil", "fatima",
    "gero",
)
# fmt: on
_SUBSCRIPTIONS = ("prod", "test", "data", "shop", "dev", "archive", "iot", "dr", "web", "lab")


def new_customer(desk: Desk, number: int) -> CustomerRecord:
    """Think of the next customer: its name, its model, its size."""
    rng = desk.rng
    turn, first = divmod(number, len(_FIRST))
    again, second = divmod(turn, len(_SECOND))
    words = [_FIRST[first], _SECOND[(second + 7 * first) % len(_SECOND)]]
    words += [str(again + 1)] if again else []
    guest = number % 40 == 7
    return CustomerRecord(
        id="-".join(words),
        name=" ".join(word.capitalize() for word in words),
        number=number,
        through=guest or (desk.chance(0.85) and number % 10 != 3),
        separate=desk.chance(0.2) or number % 10 == 1,
        guest=guest,
        size=rng.choice((1, 1, 2, 2, 3, 4, 6, 10)),
    )


def join(desk: Desk, customer: CustomerRecord) -> bool:
    """Register a customer with its first subscriptions and people."""
    rng = desk.rng
    data: dict[str, object] = {
        "name": customer.name,
        "model": "connect-through" if customer.through else "connect-to",
    }
    if customer.separate:
        data["isolation"] = "separate-public-and-private"
    if not customer.through:
        owner = Person(_new_principal(customer), "owner")
        customer.people.append(owner)
        data["owner"] = owner.principal
    desk.send("register-customer", _subject(customer), data, desk.csp())
    desk.book.customers.append(customer)
    open_sites = [site for site in desk.book.sites if site.is_open]
    customer.home = rng.sample(open_sites, min(len(open_sites), 4))
    for _ in range(1 if customer.guest else rng.randrange(2, 5)):
        _add_subscription(desk, customer)
    desk.book.market.extend([customer] * (1 if customer.guest else customer.size))
    if not customer.guest:
        _settle_in(desk, customer)
    return True


def _settle_in(desk: Desk, customer: CustomerRecord) -> None:
    rng = desk.rng
    if customer.through and desk.chance(0.75):
        _grant(desk, customer, Person(_new_principal(customer), "owner"))
    for role in ("network-operator", "reader", "contributor"):
        if desk.chance(0.7):
            _grant(desk, customer, Person(_new_principal(customer), role))
    if customer.through and desk.chance(0.75):
        desk.later(rng.randrange(1, 4), lambda desk: record_identity_store(desk, customer))
    for _ in range(rng.randrange(1, 4)):
        desk.later(rng.randrange(1, 3), lambda desk: prefixes.claim_next(desk, customer))
    if desk.networks:
        for _ in range(rng.randrange(1, 4)):
            desk.later(rng.randrange(2, 8), lambda desk: networks.register_for(desk, customer))
        desk.later(rng.randrange(2, 8), lambda desk: filters.define_for(desk, customer))


def _subject(customer: CustomerRecord) -> str:
    return f"customer/{customer.id}"


def _new_principal(customer: CustomerRecord) -> str:
    turn, index = divmod(customer.named + 5 * customer.number, len(_PEOPLE))
    number = "" if turn == 5 * customer.number // len(_PEOPLE) else str(turn)
    customer.named += 1
    return f"user:{_PEOPLE[index]}{number}@{customer.id}"


# Subscriptions


def add_subscription(desk: Desk) -> bool:
    """One more subscription for somebody, now and then one that the customer manages itself."""
    customer = desk.customer(lambda each: len(each.subscriptions) < 12)
    return customer is not None and _add_subscription(desk, customer)


def _add_subscription(desk: Desk, customer: CustomerRecord) -> bool:
    turn, index = divmod(len(customer.subscriptions), len(_SUBSCRIPTIONS))
    id = f"{customer.id}-{_SUBSCRIPTIONS[index]}{turn + 1 if turn else ''}"
    own = bool(customer.subscriptions) and desk.chance(0.15)
    data: dict[str, object] = {"subscription_id": id}
    if own or desk.chance(0.2):
        data["managed_by"] = "customer" if own else "csp"
    desk.send("add-subscription", _subject(customer), data, desk.hand(customer, "contributor"))
    customer.subscriptions.append(Subscription(id, own))
    return True


def remove_subscription(desk: Desk) -> bool:
    """Remove a subscription that no circuit uses and no role is scoped to, for good."""
    customer = desk.customer(lambda each: len(each.subscriptions) > 3)
    if customer is None:
        return False
    scopes = {person.scope for person in customer.people}
    spare = [
        each
        for each in customer.subscriptions[1:-1]
        if not (each.in_use or each.networks) and each.id not in scopes and not each.removed
    ]
    if not spare:
        return False
    gone = desk.rng.choice(spare)
    _remove_subscription(desk, customer, gone)
    return True


def _remove_subscription(desk: Desk, customer: CustomerRecord, gone: Subscription) -> None:
    data: dict[str, object] = {"subscription_id": gone.id}
    desk.send("remove-subscription", _subject(customer), data, desk.hand(customer, "contributor"))
    gone.removed = True


# People


def record_identity_store(desk: Desk, customer: CustomerRecord) -> bool:
    """Record the customer's directory; from then on roles can be granted on behalf."""
    if customer.gone:
        return False
    replicated = desk.chance(0.8)
    data: dict[str, object] = {
        "location": "csp",
        "directory": f"{customer.id}.example",
        "replicated": replicated,
    }
    desk.send("record-identity-store", _subject(customer), data, desk.csp())
    customer.replicated = replicated
    if not replicated:
        desk.later(1, lambda desk: record_identity_store(desk, customer))
    return True


def grant(desk: Desk) -> bool:
    """Grant a role: to one more of the customer's people, or to the service desk on behalf."""
    rng = desk.rng
    customer = desk.customer(lambda each: len(each.people) < 25)
    if customer is None:
        return False
    if (not customer.through or customer.replicated) and desk.chance(0.35):
        known = [person.principal for person in customer.people] + customer.former
        clerks = [clerk for clerk in SERVICE_DESK if clerk not in known]
        if clerks:
            role: Role = rng.choice(("contributor", "network-operator"))
            return _grant(desk, customer, Person(rng.choice(clerks), role, on_behalf=True))
    roles: tuple[Role, ...] = ("contributor", "network-operator", "network-operator", "auditor")
    role = rng.choice((*roles, "reader", "reader"))
    person = Person(_new_principal(customer), role)
    if role == "network-operator" and desk.chance(0.4):
        person.scope = customer.subscriptions[0].id
    return _grant(desk, customer, person)


def _grant(desk: Desk, customer: CustomerRecord, person: Person) -> bool:
    desk.send("grant-role", _subject(customer), role_data(person), desk.hand(customer, "owner"))
    customer.people.append(person)
    return True


def role_data(person: Person) -> dict[str, object]:
    """The data of a grant or a revocation."""
    data: dict[str, object] = {"principal": person.principal, "role": person.role}
    if person.scope is not None:
        data["scope"] = person.scope
    if person.on_behalf:
        data["on_behalf"] = True
    return data


def revoke(desk: Desk) -> bool:
    """Revoke a role of somebody who is not needed; owners stay."""
    customer = desk.customer(lambda each: len(each.people) > 3)
    person = (
        desk.any(
            customer.people, lambda each: each.role != "owner" and each.needed_until < desk.week
        )
        if customer
        else None
    )
    return customer is not None and person is not None and revoke_role(desk, customer, person)


def revoke_role(desk: Desk, customer: CustomerRecord, person: Person) -> bool:
    """Revoke this person's role."""
    if person not in customer.people:
        return False
    desk.send("revoke-role", _subject(customer), role_data(person), desk.hand(customer, "owner"))
    customer.people.remove(person)
    customer.former.append(person.principal)
    return True


def change_model(desk: Desk) -> bool:
    """A customer takes over its circuits: model connect-to, which ends grants on behalf."""
    customer = desk.customer(
        lambda each: (
            each.through
            and desk.is_calm(each)
            and any(person.role == "owner" for person in each.people)
        )
    )
    if customer is None:
        return False
    desk.send("change-model", _subject(customer), {"model": "connect-to"}, desk.csp())
    customer.through = False
    customer.former += [person.principal for person in customer.people if person.on_behalf]
    customer.people = [person for person in customer.people if not person.on_behalf]
    return True


# The end


def leave(desk: Desk, customer: CustomerRecord) -> bool:
    """Remove a guest whose circuits are deleted: its subscriptions and prefixes, then itself."""
    if customer.circuits or customer.gone:
        return False
    for prefix in customer.validated:
        hand = desk.hand(customer, "contributor")
        desk.send("release-prefix", _subject(customer), {"prefix": prefix}, hand)
    if customer.networks and desk.chance(0.7):
        desk.send("remove-customer", _subject(customer), {}, desk.csp(), "customer-in-use")
    filters.clear_out(desk, customer)
    networks.clear_out(desk, customer)
    for each in customer.subscriptions:
        _remove_subscription(desk, customer, each)
    desk.send("remove-customer", _subject(customer), {}, desk.csp())
    customer.gone = True
    desk.book.departed.append(customer)
    if desk.networks:
        desk.later(2, lambda desk: erase(desk, customer))
    return True


def erase(desk: Desk, customer: CustomerRecord) -> bool:
    """Erase a customer that has left: its key is destroyed; asked twice, it stays so."""
    for _ in range(2 if desk.chance(0.3) else 1):
        desk.send("erase-customer", _subject(customer), {}, desk.csp())
    return True


def staff_up(desk: Desk) -> bool:
    """The CSP's own people get their roles, and the CSP its own prefix."""
    for principal, role in STAFF.items():
        desk.send("grant-role", "csp/self", {"principal": principal, "role": role}, Hand(OWNER))
    data: dict[str, object] = {"prefix": CSP_PREFIX}
    desk.send("claim-prefix", "csp/self", data, Hand(OWNER))
    data = data | {"evidence": "RIPE NCC allocation"}
    desk.send("confirm-prefix", "csp/self", data, Hand(OWNER))
    return True
