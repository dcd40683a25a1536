"""Routes: what a customer's side advertises on private peerings, and the routes of subnets."""

from demo.office.addresses import address_in
from demo.office.desk import Data, Desk
from demo.office.networks import tell
from demo.office.parts import SubnetRecord
from demo.office.records import CircuitRecord, NetworkRecord

DEFAULT_ROUTE = "0.0.0.0/0"
MOST_IPV6 = 100
"""How many IPv6 prefixes a private peering carries."""


def with_private(desk: Desk, circuit: CircuitRecord) -> bool:
    """Whether routes can be advertised on a circuit."""
    return desk.takes_peerings(circuit) and "private" in circuit.peerings


def advertise(desk: Desk) -> bool:
    """Advertise the routes of a site; now and then all of the internet: forced tunnelling."""
    circuit = desk.any(desk.book.circuits, lambda each: with_private(desk, each))
    if circuit is None:
        return False
    prefixes = _of_a_site(desk, circuit)
    near = len(prefixes) >= MOST_IPV6 * 0.8
    circuit.crowded_since = (circuit.crowded_since or desk.week) if near else None
    advertised(desk, circuit, prefixes)
    return True


def advertised(
    desk: Desk, circuit: CircuitRecord, prefixes: list[str], expected: str | None = None
) -> bool:
    """Send the whole list of what a customer's side advertises."""
    data: Data = {"routing_domain": "private", "prefixes": prefixes}
    hand = desk.hand(circuit.customer, "network-operator", circuit)
    desk.send("advertise-routes", f"circuit/{circuit.id}", data, hand, expected)
    return True


def _of_a_site(desk: Desk, circuit: CircuitRecord) -> list[str]:
    rng = desk.rng
    if desk.chance(0.06):
        return many_routes(circuit, rng.choice((85, 92, 100)))
    sites = [f"10.{200 + rng.randrange(40)}.{rng.randrange(256)}.0/24" for _ in range(4)]
    prefixes = rng.sample(sites, rng.randrange(1, 5))
    if desk.chance(0.2):
        prefixes.append(DEFAULT_ROUTE)
    if desk.chance(0.1):
        prefixes.append("::/0")
    return prefixes if desk.chance(0.95) else []


def many_routes(circuit: CircuitRecord, count: int) -> list[str]:
    """So many IPv6 prefixes of a customer's sites."""
    return [f"fd02:{circuit.customer.number:x}:{index:x}::/48" for index in range(count)]


# The routes of subnets


def set_route(desk: Desk) -> bool:
    """Set a route of a subnet, or the next hop of one that is there."""
    network = a_network_with_subnets(desk)
    if network is None:
        return False
    subnet = desk.rng.choice(network.subnets)
    data = draft_route(desk, network, subnet)
    if data["prefix"] not in subnet.routes:
        subnet.routes.append(str(data["prefix"]))
    return tell(desk, "set-route", network, data)


def a_network_with_subnets(desk: Desk) -> NetworkRecord | None:
    """A network that has subnets, mostly one that is connected."""
    return desk.network(
        lambda each: bool(each.subnets) and (bool(each.circuits) or desk.chance(0.3))
    )


def draft_route(desk: Desk, network: NetworkRecord, subnet: SubnetRecord) -> Data:
    """A route that a network takes: to an appliance in it, a gateway, or nowhere."""
    rng = desk.rng
    prefix = rng.choice((DEFAULT_ROUTE, "10.99.0.0/16", "172.31.0.0/20", "198.51.100.0/24"))
    hops = ("VirtualAppliance", "VirtualAppliance", "VirtualNetworkGateway", "Internet", "None")
    data: Data = {"subnet": subnet.name, "prefix": prefix, "next_hop": rng.choice(hops)}
    if data["next_hop"] == "VirtualAppliance":
        data["next_hop_address"] = address_in(network.space[0], rng.randrange(4, 250))
    return data


def remove_route(desk: Desk) -> bool:
    """Remove a route of a subnet."""
    network = desk.network(lambda each: any(subnet.routes for subnet in each.subnets))
    if network is None:
        return False
    subnet = desk.rng.choice([each for each in network.subnets if each.routes])
    prefix = subnet.routes.pop(desk.rng.randrange(len(subnet.routes)))
    return tell(desk, "remove-route", network, {"subnet": subnet.name, "prefix": prefix})
