"""What holds of networks, circuits and filters after every command, read from their states alone.

Nothing here calls the code that guards it: addresses are compared by the standard library.
"""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import combinations

from domain.circuit.state import Circuit
from domain.network.regions import GEOPOLITICAL_REGIONS
from domain.network.state import Network, Subnet
from domain.words.prefix import Prefix
from tests.domain.network_foundation import LITTLE, LOCATIONS, SUBSCRIPTIONS
from tests.domain.network_world import NetworkWorld

Space = IPv4Network | IPv6Network


@cache
def _read(text: str) -> Space:
    return ip_network(text, strict=False)


def _spaces(prefixes: Iterable[Prefix]) -> list[Space]:
    return [_read(each.text) for each in prefixes]


@cache
def _overlap(one: Space, other: Space) -> bool:
    return one.version == other.version and one.overlaps(other)


def _assert_disjoint(named: Iterable[tuple[str, Space]]) -> None:
    for (one, space), (other, beside) in combinations(named, 2):
        assert not _overlap(space, beside), f"{one} {space} overlaps {other} {beside}"


def _assert_apart(sides: Iterable[Iterable[Space]]) -> None:
    for one, other in combinations(sides, 2):
        for space in one:
            assert not any(_overlap(space, each) for each in other), (space, other)


def spaces_are_disjoint(world: NetworkWorld) -> None:
    """Within a network, over its links, and on each circuit, with the subnets of its peerings."""
    networks = {each.network_id: each for each in world.networks}
    spaces = {id: _spaces(each.address_space) for id, each in networks.items()}
    for id, network in networks.items():
        _assert_disjoint((id, each) for each in spaces[id])
        for other in network.links:
            _assert_apart([spaces[id], spaces[other]])
    for circuit in world.circuits:
        links = [(name, _read(each.text)) for name, each in circuit.link_subnets]
        connected = [(id, each) for id in circuit.connections for each in spaces[id]]
        _assert_disjoint([*links, *connected])
        for id, connection in circuit.connections.items():
            assert connection.address_space == networks[id].address_space


def subnets_lie_in_their_networks(world: NetworkWorld) -> None:
    """Apart from each other, each inside the address space."""
    for network in world.networks:
        subnets = [(name, _read(each.prefix.text)) for name, each in network.subnets.items()]
        _assert_disjoint(subnets)
        for name, subnet in subnets:
            within = [each for each in _spaces(network.address_space) if _overlap(subnet, each)]
            assert any(each.prefixlen <= subnet.prefixlen for each in within), name


def no_limit_is_passed(world: NetworkWorld) -> None:
    """The numbers of the rule book, in the profile that little is allowed by."""
    for circuit in world.circuits:
        _assert_within_limits_of_circuit(circuit)
    for network in world.networks:
        _assert_within_limits_of_network(network)
    alive = [each for each in world.circuits if not each.removed_at or each.running]
    lines = {(line_of_place(each), each.subscription_id, each.location_id) for each in alive}
    at = Counter((subscription, location) for _, subscription, location in lines)
    assert max(at.values(), default=0) <= LITTLE.circuits_per_subscription_and_location
    in_all = Counter(subscription for _, subscription, _ in lines)
    assert max(in_all.values(), default=0) <= LITTLE.circuits_per_subscription


def line_of_place(circuit: Circuit) -> str:
    """A circuit and its successors take one place."""
    return circuit.circuit_id.partition(".r")[0]


def _assert_within_limits_of_circuit(circuit: Circuit) -> None:
    premium = circuit.tier == "premium"
    most = LITTLE.networks_per_premium_circuit[circuit.bandwidth_mbps] if premium else None
    used = len(circuit.connections) + len(circuit.peer_circuits)
    assert used <= (most or LITTLE.networks_per_circuit), circuit.circuit_id
    open_ones = [each for each in circuit.authorizations.values() if each.state != "revoked"]
    assert len(open_ones) <= LITTLE.authorizations_per_circuit, circuit.circuit_id
    for peering in circuit.peerings:
        domain = peering.routing_domain
        for said in (peering.advertised_prefixes or (), peering.advertised_routes):
            families = Counter(each.version for each in _spaces(said))
            assert families[4] <= LITTLE.prefixes_ipv4[domain, circuit.tier]
            assert families[6] <= LITTLE.prefixes_ipv6[domain]


def _assert_within_limits_of_network(network: Network) -> None:
    here = Counter(network.connections.values())
    assert here.total() <= LITTLE.circuits_per_network, network.network_id
    assert max(here.values(), default=0) <= LITTLE.circuits_per_network_and_location
    assert len(network.links) <= LITTLE.links_per_network, network.network_id
    for subnet in network.subnets.values():
        assert len(subnet.routes) <= LITTLE.routes_per_subnet
        assert len(subnet.rules) <= LITTLE.rules_per_subnet
        _assert_each_rule_has_its_place(subnet)


def _assert_each_rule_has_its_place(subnet: Subnet) -> None:
    places = {name: f"{each.direction} {each.priority}" for name, each in subnet.rules.items()}
    assert dict(subnet.priorities) == {place: name for name, place in places.items()}


def what_needs_a_gateway_has_it(world: NetworkWorld) -> None:
    """Connections need the ExpressRoute gateway and a private peering, links the VPN gateway."""
    for network in world.networks:
        assert not network.connections or "expressroute" in network.gateways
        assert not network.links or "vpn" in network.gateways
        assert not network.removed_at or not (network.connections or network.links)
    for circuit in world.circuits:
        if circuit.connections or circuit.peer_circuits:
            assert circuit.peering("private"), circuit.circuit_id
            assert not circuit.removed_at or circuit.running


def what_is_connected_is_reached(world: NetworkWorld) -> None:
    """By the circuit's tier: networks in their regions, peer circuits at other locations."""
    circuits = {each.circuit_id: each for each in world.circuits}
    for circuit in world.circuits:
        here = LOCATIONS[circuit.location_id]
        for connection in circuit.connections.values():
            if connection.region and circuit.tier == "standard":
                assert GEOPOLITICAL_REGIONS[connection.region] == here
            if connection.region and circuit.tier == "local":
                assert connection.region == "Germany West Central"
        for id in circuit.peer_circuits:
            other = circuits[id]
            assert circuit.tier != "local"
            assert other.location_id != circuit.location_id
            assert LOCATIONS[other.location_id] == here or circuit.tier == "premium"


def nothing_crosses_two_customers(world: NetworkWorld) -> None:
    """What belongs together belongs to one customer, and what is one customer's is no other's."""
    whose = {each.circuit_id: each.customer_id for each in world.circuits}
    networks = {each.network_id: each.customer_id for each in world.networks}
    filters = {each.route_filter_id: each.customer_id for each in world.filters}
    for circuit in world.circuits:
        used = [each.route_filter_id for each in circuit.peerings]
        related = [
            SUBSCRIPTIONS[circuit.subscription_id],
            *(networks[id] for id in circuit.connections),
            *(filters[id] for id in used if id),
            *(whose[id] for id in (*circuit.peer_circuits, circuit.replaces) if id),
        ]
        assert set(related) == {circuit.customer_id}, circuit.circuit_id
    for network in world.networks:
        others = {networks[id] for id in network.links} | {whose[id] for id in network.connections}
        assert {SUBSCRIPTIONS[network.subscription_id], *others} == {network.customer_id}
    numbers = [each.encapsulation_id for each in world.customers]
    assert len(set(numbers)) == len(numbers)


def no_prefix_is_used_by_two_customers(world: NetworkWorld) -> None:
    """Confirmed for one alone, advertised on enabled peerings of one, on the links of one."""
    confirmed: dict[str, list[Space]] = {}
    advertised: dict[str, list[Space]] = {}
    links: dict[str, list[Space]] = {}
    for customer in world.customers:
        texts = [text for text, is_confirmed in customer.prefixes.items() if is_confirmed]
        confirmed[customer.customer_id] = [_read(each) for each in texts]
    for circuit in world.circuits:
        for peering in circuit.peerings if not circuit.removed_at else ():
            if peering.routing_domain == "microsoft":
                subnets = _spaces(each for _, each in peering.subnets)
                links.setdefault(line_of_place(circuit), []).extend(subnets)
                if peering.state == "enabled":
                    spaces = _spaces(peering.advertised_prefixes or ())
                    advertised.setdefault(circuit.customer_id, []).extend(spaces)
    for each in (confirmed, advertised, links):
        _assert_apart(each.values())
