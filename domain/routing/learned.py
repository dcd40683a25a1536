"""Routes that a network learns by BGP over the circuits that it is connected to.

Contract, second part, "Questions and their answers" and "Peer circuits": peer circuits teach a
network nothing, and so do links of other networks.
"""

from collections.abc import Iterable, Mapping, Sequence

from domain.circuit.state import Circuit
from domain.routing.offers import Offer, listed, several
from domain.routing.surroundings import Surroundings
from domain.words.prefix import IPV6, Prefix
from domain.words.structs import Frozen


class Lesson(Frozen):
    """A prefix as it is learned over one circuit."""

    circuit_id: str
    weight: int
    origin: str
    """`advertised there`, or whose address space it is."""


def learned_offers(around: Surroundings) -> Iterable[Offer]:
    """One route for each prefix: over the circuits where its connection has the highest weight."""
    lessons: dict[Prefix, list[Lesson]] = {}
    for _, circuit in sorted(around.circuits.items()):
        if why_down(circuit) is None:
            for prefix, lesson in _taught(circuit, around.network.network_id):
                if prefix.version != IPV6 or around.has_ipv6:
                    lessons.setdefault(prefix, []).append(lesson)
    for prefix, learned in lessons.items():
        yield _offer(prefix, learned)


def why_down(circuit: Circuit) -> str | None:
    """Why the circuit teaches nothing, as a clause; None while its private session is up."""
    id, private = circuit.circuit_id, circuit.peering("private")
    if not circuit.is_provisioned:
        return f"circuit {id} is not provisioned and enabled"
    if private is None:
        return f"circuit {id} has no private peering"
    if private.state != "enabled":
        return f"the private peering of circuit {id} is {private.state}"
    return None


def why_it_fails_open(around: Surroundings, default_route: Prefix) -> str | None:
    """The clause about forced tunnelling that ended by itself, where a session that advertised the
    default route is down; None where there is none.
    """
    down = [
        why_down(circuit)
        for _, circuit in sorted(around.circuits.items())
        if default_route in circuit.default_routes
    ]
    causes = [each for each in down if each]
    if not causes:
        return None
    return f"forced tunnelling fails open, as {listed(causes)}, over which it was advertised"


def _taught(circuit: Circuit, network_id: str) -> Iterable[tuple[Prefix, Lesson]]:
    """What is advertised over a circuit, and the spaces of the other networks on it."""
    private, connection = circuit.peering("private"), circuit.connections.get(network_id)
    if private is None or connection is None:
        return
    id, weight = circuit.circuit_id, connection.weight
    origins = _spaces_on(circuit, network_id)
    advertised = Lesson(id, weight, "advertised there")
    for prefix in private.advertised_routes:
        if prefix not in origins:
            yield prefix, advertised
    known = set(private.advertised_routes)
    for prefix, owners in origins.items():
        origin = f"address space of {several('network', owners)}, connected there too"
        if prefix in known:
            origin = f"advertised there, and {origin}"
        yield prefix, Lesson(id, weight, origin)


def _spaces_on(circuit: Circuit, network_id: str) -> Mapping[Prefix, Sequence[str]]:
    owners: dict[Prefix, list[str]] = {}
    for id, other in sorted(circuit.connections.items()):
        if id != network_id:
            for prefix in other.address_space:
                owners.setdefault(prefix, []).append(id)
    return owners


def _offer(prefix: Prefix, lessons: Sequence[Lesson]) -> Offer:
    best = max(each.weight for each in lessons)
    in_use = [each for each in lessons if each.weight == best]
    losing = sorted((each for each in lessons if each.weight < best), key=lambda each: -each.weight)
    via = tuple([each.circuit_id for each in (*in_use, *losing)])
    return Offer(prefix, "bgp", "VirtualNetworkGateway", _why(prefix, in_use, losing), via=via)


def _why(prefix: Prefix, in_use: Sequence[Lesson], losing: Sequence[Lesson]) -> str:
    forced = "forced tunnelling: " if prefix.length == 0 else ""
    over = several("circuit", [each.circuit_id for each in in_use])
    origins = listed(list(dict.fromkeys(each.origin for each in in_use)))
    equal = f", of the same weight {in_use[0].weight}" if len(in_use) > 1 else ""
    told = f"{forced}it is learned over {over}{equal} ({origins})"
    if not losing:
        return told
    less = listed([f"{each.circuit_id} of weight {each.weight}" for each in losing])
    return f"{told}; weight {in_use[0].weight} comes before {less}"
