"""Circuits as their views show them, and the configuration of either end."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from adapters.router_config.configuring import configuration
from adapters.router_config.model import Configuration, ConnectionName, End, Side
from adapters.router_config.recorded import Read, announced_on
from adapters.router_config.styles import PORTS
from domain.decider.decisions import Written
from domain.words.prefix import prefix
from projections.projection import Row
from projections.time_travel import show_as_of
from tests.examples import (
    a_customer,
    a_location,
    a_network,
    a_peering,
    a_provisioned_circuit,
    a_route_filter,
    an_attached_filter,
)
from tests.examples.hanging import a_connection, routes
from tests.projections.histories import InMemory, told

CIRCUIT: Final = "acme-fra-1"
ROUTES: Final = ("10.20.0.0/16", "10.30.4.0/24", "fd00:20::/48")
PUBLIC_PREFIXES: Final = ("198.51.100.0/24", "2001:db8:100::/48")
COMMUNITIES: Final = ("12076:51002", "12076:51004")

Facts = Written | Iterable[Written]


def read_from(*facts: Facts) -> Read:
    """The rows of views after these events."""
    log = InMemory(told(*facts)).log

    def read(kind: str, id: str) -> Row:
        row = show_as_of(log, kind, id, "9999")
        assert row, f"there is no {kind} {id}"
        return row

    return read


def a_private_peering(**fields: Any) -> Written:
    """A private peering over both families."""
    subnets = {
        "primary_subnet_v6": prefix("fd00:255::/126"),
        "secondary_subnet_v6": prefix("fd00:255::4/126"),
    }
    return a_peering(CIRCUIT, **{**subnets, **fields})


def a_microsoft_peering(**fields: Any) -> Written:
    """An enabled microsoft peering over both families; its routing registry is no line of ours."""
    said: dict[str, Any] = {
        "routing_domain": "microsoft",
        "vlan": 200,
        "primary_subnet": "203.0.113.0/30",
        "secondary_subnet": "203.0.113.4/30",
        "primary_subnet_v6": prefix("2001:db8:f::/126"),
        "secondary_subnet_v6": prefix("2001:db8:f::4/126"),
        "advertised_prefixes": list(PUBLIC_PREFIXES),
        "registry": "RIPE\nno router bgp 65010",
    }
    return a_peering(CIRCUIT, **said | fields)


def connected(network_id: str = "n1") -> list[Written]:
    """A network that is connected to the circuit."""
    return a_connection(network_id, CIRCUIT)


BASE: Final[Sequence[Facts]] = (a_customer(), a_location(), a_provisioned_circuit(CIRCUIT))
"""A provisioned circuit without peerings."""

FULL: Final[Sequence[Facts]] = (
    *BASE,
    a_private_peering(),
    a_microsoft_peering(),
    routes(CIRCUIT, *ROUTES),
    a_network("n1", "10.1.0.0/16", "fd00:1::/48"),
    connected(),
    a_route_filter("f1", "acme", *COMMUNITIES),
    an_attached_filter(CIRCUIT),
)
"""A circuit with everything: both peerings over both families, a network, a route filter."""


def unchanged(circuit: Row) -> None:
    """Leave the row as the view has it."""


def made(
    side: Side,
    connection: ConnectionName,
    *facts: Facts,
    style: str = "frr",
    change: Callable[[Row], None] = unchanged,
) -> Configuration:
    """One end of a connection of the circuit after these events; `change` alters the circuit's row
    before.
    """
    read = read_from(*facts)
    circuit = read("circuit", CIRCUIT)
    change(circuit)
    pair = read("location", circuit["location_id"])["pairs"][0]
    end = End(side, connection, PORTS[style][connection], assumed=True)
    return configuration(circuit, pair, announced_on(circuit, read), end)


def with_keys(circuit: Row) -> None:
    """Every peering has an MD5 key, as a view shows one."""
    for peering in circuit["peerings"]:
        peering["md5_key"] = "***"
