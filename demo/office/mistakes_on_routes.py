"""Mistakes about routes and security rules, about encryption and keys."""

from demo.office.desk import Data, Desk, Mistakes
from demo.office.mistakes_on_circuits import send_wrong
from demo.office.networks import tell
from demo.office.parts import SubnetRecord
from demo.office.peering_drafts import draft_peering, open_domains
from demo.office.records import NetworkRecord
from demo.office.routes import (
    MOST_IPV6,
    advertised,
    draft_route,
    many_routes,
    with_private,
)
from demo.office.security import (
    STRONG,
    a_rule,
    asked_for_key,
    by_ipsec,
    draft_rule,
    encrypted,
)


def _a_subnet(desk: Desk) -> tuple[NetworkRecord, SubnetRecord] | None:
    network = desk.network(lambda each: bool(each.subnets))
    return (network, desk.rng.choice(network.subnets)) if network else None


# Routes


def advertised_too_early(desk: Desk) -> bool:
    """Routes are advertised on a circuit without private peering."""
    circuit = desk.circuit(lambda each: "private" not in each.peerings)
    return circuit is not None and advertised(desk, circuit, ["10.200.7.0/24"], "peering-not-found")


def wrong_routes(desk: Desk) -> bool:
    """Routes with host bits, too many of them, or none at all for a list."""
    circuit = desk.any(desk.book.circuits, lambda each: with_private(desk, each))
    if circuit is None:
        return False
    match desk.rng.randrange(4):
        case 0:
            return advertised(desk, circuit, ["10.200.7.1/24"], "subnet-invalid")
        case 1:
            routes = many_routes(circuit, MOST_IPV6 + desk.rng.choice((1, 5, 20)))
            return advertised(desk, circuit, routes, "prefix-limit")
        case 2:
            return advertised(desk, circuit, ["10.200.7.0"], "malformed-command")
        case _:
            data = Data(routing_domain="microsoft", prefixes=["10.200.7.0/24"])
            return send_wrong(desk, "advertise-routes", circuit, data, "malformed-command")


def wrong_route(desk: Desk) -> bool:
    """A route with host bits, to an appliance elsewhere or without address, or of no subnet."""
    found = _a_subnet(desk)
    if found is None:
        return False
    network, subnet = found
    route = draft_route(desk, network, subnet)
    match desk.rng.randrange(4):
        case 0:
            instead, code = Data(prefix="10.99.0.1/16"), "subnet-invalid"
        case 1:
            away = Data(prefix="10.98.0.0/16", next_hop="VirtualAppliance")
            instead, code = away | Data(next_hop_address="192.0.2.9"), "subnet-invalid"
        case 2:
            instead, code = Data(next_hop="Firewall"), "malformed-command"
        case _:
            instead, code = Data(subnet="front-end"), "not-found"
    return tell(desk, "set-route", network, route | instead, code)


def absent_route(desk: Desk) -> bool:
    """A route is removed that is not there."""
    found = _a_subnet(desk)
    if found is None:
        return False
    network, subnet = found
    data = Data(subnet=subnet.name, prefix="10.97.0.0/16")
    return tell(desk, "remove-route", network, data, "not-found")


# Security rules


def taken_priority(desk: Desk) -> bool:
    """A rule at the priority of another one."""
    found = a_rule(desk)
    if found is None:
        return False
    network, subnet, name = found
    direction, priority = subnet.rules[name]
    data = draft_rule(desk, subnet) | Data(name="new-rule", direction=direction)
    if direction == "outbound":
        data["destination"] = ["any"]
    return tell(desk, "set-security-rule", network, data | Data(priority=priority), _TAKEN)


_TAKEN = "priority-taken"


def wrong_rule(desk: Desk) -> bool:
    """A rule with a number out of range, ports where there are none, or host bits."""
    found = _a_subnet(desk)
    if found is None:
        return False
    network, subnet = found
    rule = draft_rule(desk, subnet)
    match desk.rng.randrange(6):
        case 0:
            instead, code = Data(priority=desk.rng.choice((50, 5000))), "malformed-command"
        case 1:
            instead, code = Data(protocol="icmp", destination_ports=["7"]), "malformed-command"
        case 2:
            instead, code = Data(destination_ports=["9000-8000"]), "malformed-command"
        case 3:
            instead, code = Data(source=["Internet"]), "malformed-command"
        case 4:
            instead, code = Data(source=["10.1.2.3/16"]), "subnet-invalid"
        case _:
            instead, code = Data(subnet="front-end"), "not-found"
    return tell(desk, "set-security-rule", network, rule | instead, code)


def absent_rule(desk: Desk) -> bool:
    """A rule is removed that is not there."""
    found = _a_subnet(desk)
    if found is None:
        return False
    network, subnet = found
    data = Data(subnet=subnet.name, name="allow-all")
    return tell(desk, "remove-security-rule", network, data, "not-found")


# Encryption and keys


def weak_encryption(desk: Desk) -> bool:
    """A policy as it was good long ago, or one whose parts don't go together."""
    circuit = desk.circuit()
    if circuit is None:
        return False
    weak = desk.rng.choice(
        (
            Data(ike_integrity="sha-1"),
            Data(dh_group="dh-group-2"),
            Data(ipsec_encryption="3des", ipsec_integrity="md5"),
            Data(pfs_group="none"),
            Data(ipsec_integrity="sha-256"),
        )
    )
    return encrypted(desk, circuit, by_ipsec(circuit, STRONG | weak), "encryption-too-weak")


def malformed_encryption(desk: Desk) -> bool:
    """An algorithm that nobody offers, a life too short, or half of a pair."""
    circuit = desk.circuit()
    if circuit is None:
        return False
    wrong = desk.rng.choice(
        (
            by_ipsec(circuit, STRONG | Data(ike_encryption="chacha20")),
            by_ipsec(circuit, STRONG | Data(sa_lifetime_seconds=60)),
            Data(kind="firewall-pair", customer_device="fw-1"),
            Data(kind="macsec"),
        )
    )
    return encrypted(desk, circuit, wrong, "malformed-command")


def nothing_encrypted(desk: Desk) -> bool:
    """Encryption is removed where there is none."""
    circuit = desk.circuit(lambda each: not each.encrypted)
    return circuit is not None and send_wrong(desk, "remove-encryption", circuit, {}, "not-found")


def malformed_key(desk: Desk) -> bool:
    """An MD5 key that is too long, or has more than letters and digits."""
    circuit = desk.circuit(lambda each: "private" in open_domains(each))
    if circuit is None:
        return False
    data = draft_peering(desk, circuit, "private", (4,)).data
    data["md5_key"] = desk.rng.choice(("k" * 26, "secret-key!", "", "with space"))
    return send_wrong(desk, "configure-peering", circuit, data, "malformed-command")


def no_key(desk: Desk) -> bool:
    """A key is asked for that nobody set, or in the name of a field that is none."""
    circuit = desk.circuit(
        lambda each: not any(peering.keyed for peering in each.peerings.values())
    )
    if circuit is None:
        return False
    if desk.chance(0.2):
        return asked_for_key(desk, circuit, "privat", "malformed-command")
    return asked_for_key(desk, circuit, "private", "not-found")


MISTAKES: Mistakes = (
    (2, advertised_too_early),
    (4, wrong_routes),
    (4, wrong_route),
    (2, absent_route),
    (4, taken_priority),
    (4, wrong_rule),
    (2, absent_rule),
    (4, weak_encryption),
    (2, malformed_encryption),
    (2, nothing_encrypted),
    (2, malformed_key),
    (3, no_key),
)
