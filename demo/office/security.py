"""Security: rules of subnets, encryption over circuits, secrets that are looked at."""

from demo.office.desk import Data, Desk
from demo.office.networks import tell
from demo.office.parts import SubnetRecord
from demo.office.records import CircuitRecord, NetworkRecord
from demo.office.routes import a_network_with_subnets

_RULES: tuple[tuple[str, Data], ...] = (
    ("allow-https", {"access": "allow", "protocol": "tcp", "destination_ports": ["443"]}),
    ("allow-web", {"access": "allow", "protocol": "tcp", "destination_ports": ["80", "8000-8999"]}),
    ("allow-dns", {"access": "allow", "protocol": "udp", "destination_ports": ["53"]}),
    ("allow-sql", {"access": "allow", "protocol": "tcp", "destination_ports": ["1433"]}),
    ("allow-ping", {"access": "allow", "protocol": "icmp", "destination_ports": ["any"]}),
    ("deny-rdp", {"access": "deny", "protocol": "tcp", "destination_ports": ["3389"]}),
    ("deny-all", {"access": "deny", "protocol": "any", "destination_ports": ["any"]}),
)
"""Rules as people write them, each with the name that they give it."""

_SOURCES: tuple[list[str], ...] = (
    ["virtual-network"],
    ["internet"],
    ["any"],
    ["10.200.0.0/16", "10.201.7.9"],
    ["203.0.113.0/24"],
)
_REASONS = ("router was replaced", "session does not come up", "audit of keys", "handed over")
STRONG: Data = {
    "ike_encryption": "aes-256",
    "ike_integrity": "sha-384",
    "dh_group": "ecp-384",
    "ipsec_encryption": "gcm-aes-256",
    "ipsec_integrity": "gcm-aes-256",
    "pfs_group": "ecp-384",
}
"""A policy for IPsec that nobody objects to."""


def set_rule(desk: Desk) -> bool:
    """Set a security rule of a subnet, or write one anew."""
    network = a_network_with_subnets(desk)
    if network is None:
        return False
    subnet = desk.rng.choice(network.subnets)
    data = draft_rule(desk, subnet)
    subnet.rules[str(data["name"])] = str(data["direction"]), int(str(data["priority"]))
    return tell(desk, "set-security-rule", network, data)


def draft_rule(desk: Desk, subnet: SubnetRecord) -> Data:
    """A rule at a priority that no other one of the subnet has."""
    rng = desk.rng
    name, about = rng.choice(_RULES)
    direction = rng.choice(("inbound", "inbound", "outbound"))
    taken = {place for other, place in subnet.rules.items() if other != name}
    priority = next(each for each in range(100, 4096, 10) if (direction, each) not in taken)
    return {
        "subnet": subnet.name,
        "name": name,
        "priority": priority,
        "direction": direction,
        **about,
        "source": list(rng.choice(_SOURCES)),
        "source_ports": ["any"],
        "destination": ["any"] if direction == "outbound" else [subnet.prefix],
    }


def remove_rule(desk: Desk) -> bool:
    """Remove a security rule."""
    found = a_rule(desk)
    if found is None:
        return False
    network, subnet, name = found
    del subnet.rules[name]
    return tell(desk, "remove-security-rule", network, {"subnet": subnet.name, "name": name})


def a_rule(desk: Desk) -> tuple[NetworkRecord, SubnetRecord, str] | None:
    """A security rule that there is."""
    network = desk.network(lambda each: any(subnet.rules for subnet in each.subnets))
    if network is None:
        return None
    subnet = desk.rng.choice([each for each in network.subnets if each.rules])
    return network, subnet, desk.rng.choice(list(subnet.rules))


# Encryption


def encrypt(desk: Desk) -> bool:
    """Have what crosses a circuit encrypted: by IPsec, or by a firewall at each end."""
    circuit = desk.any(desk.book.circuits, desk.takes_peerings)
    if circuit is None:
        return False
    circuit.encrypted = True
    return encrypted(desk, circuit, _a_way(desk, circuit))


def encrypted(desk: Desk, circuit: CircuitRecord, data: Data, expected: str | None = None) -> bool:
    """Send a set-encryption."""
    hand = desk.hand(circuit.customer, "network-operator", circuit)
    desk.send("set-encryption", f"circuit/{circuit.id}", data, hand, expected)
    return True


def _a_way(desk: Desk, circuit: CircuitRecord) -> Data:
    if desk.chance(0.25):
        devices = {"customer_device": f"{circuit.customer.id}-fw-1", "csp_device": "csp-fw-7"}
        return {"kind": "firewall-pair", **devices}
    policy = dict(STRONG)
    if desk.chance(0.5):
        policy |= {"ipsec_encryption": "aes-256", "ipsec_integrity": "sha-256"}
    if desk.chance(0.3):
        policy["sa_lifetime_seconds"] = desk.rng.choice((3600, 14400, 28800))
    return by_ipsec(circuit, policy)


def by_ipsec(circuit: CircuitRecord, policy: Data) -> Data:
    """The data of a set-encryption by IPsec; the key itself lies elsewhere."""
    return {
        "kind": "ipsec",
        "policy": policy,
        "secret_reference": f"vault/{circuit.customer.id}/{circuit.stem}/psk",
    }


def decrypt(desk: Desk) -> bool:
    """Nothing is encrypted over a circuit any more."""
    circuit = desk.any(
        desk.book.circuits, lambda each: desk.takes_peerings(each) and each.encrypted
    )
    if circuit is None:
        return False
    circuit.encrypted = False
    hand = desk.hand(circuit.customer, "network-operator", circuit)
    desk.send("remove-encryption", f"circuit/{circuit.id}", {}, hand)
    return True


# Secrets


def reveal(desk: Desk) -> bool:
    """Have an MD5 key told that a peering has."""
    circuit = desk.circuit(lambda each: any(one.keyed for one in each.peerings.values()))
    if circuit is None:
        return False
    domain = next(one.domain for one in circuit.peerings.values() if one.keyed)
    return asked_for_key(desk, circuit, domain)


def asked_for_key(
    desk: Desk, circuit: CircuitRecord, domain: str, expected: str | None = None
) -> bool:
    """Send a reveal-secret for the key of a peering."""
    data: Data = {"field": f"{domain}/md5_key", "reason": desk.rng.choice(_REASONS)}
    hand = desk.hand(circuit.customer, "network-operator", circuit)
    desk.send("reveal-secret", f"circuit/{circuit.id}", data, hand, expected)
    return True
