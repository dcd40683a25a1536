"""Mistakes about sites and customers: there already, or still in use."""

from demo.office import sites
from demo.office.customers import role_data
from demo.office.desk import SERVICE_DESK, Data, Desk, Hand
from demo.office.parts import Person

# Sites


def open_again(desk: Desk) -> bool:
    """A location is opened that is open already."""
    site = desk.any(desk.book.sites, lambda _: True)
    if site is None:
        return False
    data = sites.open_data(site)
    desk.send("open-location", f"location/{site.id}", data, desk.csp(), "already-exists")
    return True


def provider_again(desk: Desk) -> bool:
    """A provider is added that is there, or removed that is not."""
    site = desk.any(desk.book.sites, lambda _: True)
    if site is None:
        return False
    subject = f"location/{site.id}"
    if site.absent and desk.chance(0.5):
        data: Data = {"provider": site.absent[-1]}
        desk.send("remove-provider", subject, data, desk.csp(), "not-found")
    else:
        data = {"provider": desk.rng.choice(site.providers)}
        desk.send("add-provider", subject, data, desk.csp(), "already-exists")
    return True


def provider_still_used(desk: Desk) -> bool:
    """A provider is removed although its circuits stay."""
    circuit = desk.circuit()
    if circuit is None:
        return False
    data: Data = {"provider": circuit.provider}
    subject = f"location/{circuit.site.id}"
    desk.send("remove-provider", subject, data, desk.csp(), "provider-in-use")
    return True


def too_small(desk: Desk) -> bool:
    """Ports smaller than what is taken on them."""
    site = desk.any(
        desk.book.sites, lambda each: each.tight and any(pair.taken > 100 for pair in each.pairs)
    )
    if site is None:
        return False
    routers = [
        pair.as_data() | ({"capacity_mbps": pair.taken // 4} if pair.taken > 100 else {})
        for pair in site.pairs
    ]
    data: Data = {"routers": routers}
    desk.send("resize-location", f"location/{site.id}", data, desk.csp(), "capacity-in-use")
    return True


def one_router_twice(desk: Desk) -> bool:
    """A new pair whose two ends are one router."""
    site = desk.any(desk.book.sites, lambda each: each.is_open)
    if site is None:
        return False
    router = f"{site.id}-r{2 * len(site.pairs) + 1}"
    extra = {"name": "pair-x", "primary": router, "secondary": router, "capacity_mbps": 10000}
    data: Data = {"routers": [*(pair.as_data() for pair in site.pairs), extra]}
    desk.send("resize-location", f"location/{site.id}", data, desk.csp(), "same-router")
    return True


# Customers


def register_again(desk: Desk) -> bool:
    """A customer is registered that is there, or that has left."""
    left = desk.book.departed and desk.chance(0.4)
    customer = desk.rng.choice(desk.book.departed) if left else desk.customer()
    if customer is None:
        return False
    data: Data = {"name": customer.name, "model": "connect-through"}
    code = "id-retired" if left else "already-exists"
    desk.send("register-customer", f"customer/{customer.id}", data, desk.csp(), code)
    return True


def remove_in_use(desk: Desk) -> bool:
    """A customer is removed although its circuits stay."""
    customer = desk.customer(lambda each: bool(each.circuits) and desk.is_calm(each))
    if customer is None:
        return False
    desk.send("remove-customer", f"customer/{customer.id}", {}, desk.csp(), "customer-in-use")
    return True


def revoke_last_owner(desk: Desk) -> bool:
    """The last owner revokes itself."""
    customer = desk.customer(
        lambda each: not each.through and sum(person.role == "owner" for person in each.people) == 1
    )
    if customer is None:
        return False
    owner = next(person for person in customer.people if person.role == "owner")
    hand, subject = Hand(owner.principal), f"customer/{customer.id}"
    desk.send("revoke-role", subject, role_data(owner), hand, "last-owner")
    return True


def revoke_nobody(desk: Desk) -> bool:
    """A role is revoked that nobody holds."""
    customer = desk.customer()
    if customer is None:
        return False
    person = Person(f"user:nobody@{customer.id}", "reader")
    hand, subject = desk.hand(customer, "owner"), f"customer/{customer.id}"
    desk.send("revoke-role", subject, role_data(person), hand, "not-found")
    return True


def on_behalf_too_early(desk: Desk) -> bool:
    """A role on behalf before the customer's identity store is replicated."""
    customer = desk.customer(lambda each: each.through and not each.replicated)
    if customer is None:
        return False
    clerk = Person(desk.rng.choice(SERVICE_DESK), "network-operator", on_behalf=True)
    hand, subject = desk.hand(customer, "owner"), f"customer/{customer.id}"
    desk.send("grant-role", subject, role_data(clerk), hand, "identity-not-replicated")
    return True


def subscription_still_used(desk: Desk) -> bool:
    """A subscription is removed although its circuits stay."""
    circuit = desk.circuit(lambda each: not each.customer.guest)
    if circuit is None:
        return False
    data: Data = {"subscription_id": circuit.subscription.id}
    hand, subject = desk.hand(circuit.customer, "contributor"), f"customer/{circuit.customer.id}"
    desk.send("remove-subscription", subject, data, hand, "subscription-in-use")
    return True


def claim_of_another(desk: Desk) -> bool:
    """A prefix is claimed that is confirmed for another customer, or claimed by the customer."""
    customer, other = desk.customer(), desk.customer(lambda each: bool(each.prefixes))
    if customer is None or other is None:
        return False
    claimed = desk.rng.choice(other.prefixes)
    if customer is not other and not claimed.confirmed:
        return False
    prefix = claimed.prefix
    code = "already-exists" if customer is other else "prefix-not-owned"
    hand, subject = desk.hand(customer, "contributor"), f"customer/{customer.id}"
    desk.send("claim-prefix", subject, {"prefix": prefix}, hand, code)
    return True


def release_unclaimed(desk: Desk) -> bool:
    """A prefix is released that was never claimed."""
    customer = desk.customer()
    if customer is None:
        return False
    hand, subject = desk.hand(customer, "contributor"), f"customer/{customer.id}"
    desk.send("release-prefix", subject, {"prefix": "9.9.9.0/24"}, hand, "not-found")
    return True
