"""A network to ask about: its routes learned over two circuits, and rules on its subnet."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from bench.world import PROVIDER
from domain.catalogue import noun_of
from domain.circuit.connection_events import NetworkConnected, RoutesAdvertised
from domain.circuit.events import (
    CircuitOrdered,
    CircuitPlaced,
    PeeringConfigured,
    Provisioned,
    ProvisioningBegun,
)
from domain.decider.decisions import Written
from domain.network.events import (
    ConnectedToCircuit,
    NetworkRegistered,
    SecurityRuleSet,
    SubnetAdded,
)
from domain.routing.surroundings import Surroundings
from domain.words.prefix import Prefix, prefix

NETWORK, SUBNET = "n1", "web"
CIRCUITS = ("c1", "c2")
SPACE = [prefix("10.1.0.0/16")]
_KEY = "11111111-2222-4333-8444-555555555555"


def a_network() -> Iterator[Written]:
    """The network with its subnet, on two circuits with private peerings."""
    stream = f"network/{NETWORK}"
    yield stream, NetworkRegistered(customer_id="a", subscription_id="s", address_space=SPACE)
    yield stream, SubnetAdded(name=SUBNET, prefix=prefix("10.1.1.0/24"))
    for id in CIRCUITS:
        for event in _life_of_circuit():
            yield f"circuit/{id}", event
        yield stream, ConnectedToCircuit(circuit_id=id, location_id="l", weight=0)


def _life_of_circuit() -> Sequence[Any]:
    return (
        CircuitOrdered(
            customer_id="a",
            subscription_id="s",
            location_id="l",
            provider=PROVIDER,
            bandwidth_mbps=500,
            tier="premium",
            billing="metered",
            profile="current",
        ),
        CircuitPlaced(pair="p1", primary="r1", secondary="r2", service_key=_KEY),
        ProvisioningBegun(),
        Provisioned(),
        PeeringConfigured(
            routing_domain="private",
            vlan=100,
            peer_asn=65010,
            primary_subnet=prefix("10.255.0.0/30"),
            secondary_subnet=prefix("10.255.0.4/30"),
            state="enabled",
        ),
        NetworkConnected(network_id=NETWORK, address_space=SPACE, weight=0),
    )


def advertised(routes: int, seed: int = 1) -> Iterator[Written]:
    """As many routes, of all lengths, half of them on each circuit."""
    drawn = prefixes(routes, Random(seed))
    half = len(drawn) // 2
    for id, part in zip(CIRCUITS, (drawn[:half], drawn[half:]), strict=True):
        yield f"circuit/{id}", RoutesAdvertised(routing_domain="private", prefixes=part)


def prefixes(count: int, random: Random) -> list[Prefix]:
    """As many different prefixes between 32.0.0.0 and 64.0.0.0, of lengths 12 to 28."""
    found: dict[Prefix, None] = {}
    while len(found) < count:
        length = random.randint(12, 28)
        found[prefix(f"{_dotted(random.randrange(2**29, 2**30))}/{length}").network] = None
    return list(found)


def an_address(random: Random) -> str:
    """An address there."""
    return _dotted(random.randrange(2**29, 2**30))


def rules_of(count: int, size: int, random: Random) -> Iterator[Written]:
    """As many rules, each for as many of a few thousand prefixes that lie apart: `128.0.1.0/24`."""
    apart = [f"{_dotted(2**31 + 512 * place + 256)}/24" for place in range(5 * size)]
    for number in range(count):
        yield (
            f"network/{NETWORK}",
            SecurityRuleSet(
                subnet=SUBNET,
                name=f"rule-{number}",
                priority=100 + number,
                direction="outbound",
                access="deny",
                protocol="tcp",
                source=["any"],
                source_ports=["any"],
                destination=random.sample(apart, size),
                destination_ports=["443", "8000-8999"],
            ),
        )


def an_address_between(size: int, random: Random) -> str:
    """An address that no rule names, between those that they do."""
    return _dotted(2**31 + 512 * random.randrange(5 * size) + random.randrange(256))


def _dotted(number: int) -> str:
    return ".".join(str(number >> bits & 255) for bits in (24, 16, 8, 0))


def after(*events: Written) -> Surroundings:
    """The network with its circuits as these events leave them."""
    states: dict[str, Any] = {}
    for stream, event in events:
        noun, id = noun_of(stream), stream.partition("/")[2]
        before = states.get(stream, noun.initial)
        states[stream] = noun.evolve(before, event, "2026-01-01T00:00:00.000000Z", id)
    circuits = {id: states[f"circuit/{id}"] for id in CIRCUITS}
    return Surroundings(states[f"network/{NETWORK}"], {}, circuits)
