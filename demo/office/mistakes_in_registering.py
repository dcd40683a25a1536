"""Mistakes in the registration of a network: its space, its region, its subscription."""

from demo.office.desk import Desk, Mistakes
from demo.office.networks import draft_network, network_data, serves_networks, subject
from demo.office.records import NetworkRecord


def _draft(desk: Desk) -> NetworkRecord | None:
    customer = desk.customer(
        lambda each: any(serves_networks(each, one) for one in each.subscriptions)
    )
    if customer is None:
        return None
    fitting = [each for each in customer.subscriptions if serves_networks(customer, each)]
    return draft_network(desk, customer, desk.rng.choice(fitting))


def _refused(desk: Desk, network: NetworkRecord | None, code: str, **instead: object) -> bool:
    """Send the registration of a network that is wrong in one way."""
    if network is None:
        return False
    data = network_data(network) | instead
    hand = desk.hand(network.customer, "network-operator")
    desk.send("register-network", subject(network), data, hand, code)
    return True


def unknown_region(desk: Desk) -> bool:
    """A region as nobody but the customer calls it."""
    wrong = desk.rng.choice(("Frankfurt", "europe-west", "West-Europe", "westeurope"))
    return _refused(desk, _draft(desk), "region-unknown", region=wrong)


def invalid_space(desk: Desk) -> bool:
    """Space with host bits, too small, or that no network has."""
    wrong = desk.rng.choice(("10.1.0.1/16", "10.1.2.0/30", "127.0.0.0/16", "224.1.0.0/16"))
    return _refused(desk, _draft(desk), "subnet-invalid", address_space=[wrong])


def space_in_itself(desk: Desk) -> bool:
    """One prefix of a network lies in another of it."""
    both = ["10.8.0.0/14", "10.9.7.0/24"]
    return _refused(desk, _draft(desk), "address-space-overlaps", address_space=both)


def malformed_network(desk: Desk) -> bool:
    """A network with a field missing, a text for a list, or a prefix that is none."""
    network = _draft(desk)
    if network is None:
        return False
    data = network_data(network)
    match desk.rng.randrange(5):
        case 0:
            del data[desk.rng.choice(("customer_id", "address_space"))]
        case 1:
            data["address_space"] = "10.0.0.0/16"
        case 2:
            data["address_space"] = []
        case 3:
            data["address_space"] = ["10.0.0.0/16", "10.0.0.0/16"]
        case _:
            data["address-space"] = data.pop("address_space")
    hand = desk.hand(network.customer, "network-operator")
    desk.send("register-network", subject(network), data, hand, "malformed-command")
    return True


def network_again(desk: Desk) -> bool:
    """A network is registered that is there, or under the id of one that was removed."""
    past = [each for each in desk.book.past_networks if not each.customer.closing]
    if past and desk.chance(0.4):
        return _refused(desk, desk.rng.choice(past), "id-retired")
    return _refused(desk, desk.network(), "already-exists")


def elsewhere_managed(desk: Desk) -> bool:
    """A network in a subscription that the customer lacks, or manages itself."""
    network = _draft(desk)
    if network is None:
        return False
    own = [
        each
        for each in network.customer.subscriptions
        if each.managed_by_customer and not each.removed and network.customer.through
    ]
    if own and desk.chance(0.6):
        code, id = "subscription-not-managed", desk.rng.choice(own).id
    else:
        code, id = "subscription-unknown", f"{network.customer.id}-networks"
    return _refused(desk, network, code, subscription_id=id)


MISTAKES: Mistakes = (
    (3, unknown_region),
    (4, invalid_space),
    (2, space_in_itself),
    (3, malformed_network),
    (3, network_again),
    (3, elsewhere_managed),
)
