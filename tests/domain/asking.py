"""Questions over routes and rules, asked of a world that a specification has come to."""

from domain.network.routing_commands import Direction
from domain.profiles import CURRENT
from domain.routing.flow import FlowProtocol, flow_of
from domain.routing.next_hop import Hop, next_hop
from domain.routing.security import Security, Spaces, Verdict
from domain.routing.surroundings import Surroundings
from domain.routing.table import EffectiveRoute, Table, effective_routes
from domain.words.prefix import address
from tests.domain.spec import Facts, Spec, given
from tests.examples import a_customer, a_network
from tests.examples.hanging import a_connection, a_gateway_network, a_ready_world, a_subnet

ALONE = [*a_customer(), *a_network(), a_subnet()]
"""n1 with 10.1.0.0/16 and subnet web, and nothing else."""

CONNECTED = [*a_ready_world(), *a_gateway_network(), a_subnet(), *a_connection()]
"""The same network, connected to circuit c1."""


def around(spec: Spec, id: str = "n1") -> Surroundings:
    """A network with the networks that it is linked to and the circuits it is connected to."""
    network = spec.state(f"network/{id}")
    linked = {each: spec.state(f"network/{each}") for each in network.links}
    circuits = {each: spec.state(f"circuit/{each}") for each in network.connections}
    return Surroundings(network, linked, circuits)


def table_of(spec: Spec, id: str = "n1") -> Table:
    """The effective routes of its subnet web."""
    return effective_routes(around(spec, id), "web")


def routes_in(*facts: Facts) -> list[str]:
    """The effective routes of subnet web of n1, without their reasons; `*` is active."""
    return list(map(shown, table_of(given(*facts)).rows))


def beside(*facts: Facts) -> list[str]:
    """The routes, without those that n1 has when it is alone."""
    always = set(routes_in(ALONE))
    return [each for each in routes_in(*facts) if each not in always]


def shown(row: EffectiveRoute) -> str:
    """`* 10.1.0.0/16 system VnetLocal`, with its address and what it leads over, if any."""
    via = f"via {' '.join(row.via)}" if row.via else None
    active = "*" if row.active else "-"
    said = (active, row.prefix.text, row.source, row.next_hop, row.next_hop_address, via)
    return " ".join(filter(None, said))


def reasons(to: str, *facts: Facts) -> list[str]:
    """The reasons of the routes for one prefix, the active one's first."""
    return [each.reason for each in table_of(given(*facts)).rows if each.prefix.text == to]


def hop_to(to: str, *facts: Facts) -> Hop:
    """The next hop of an address from subnet web of n1."""
    return next_hop(table_of(given(*facts)), address(to))


def verdict(
    direction: Direction, source: str, to: str, protocol: FlowProtocol, *facts: Facts
) -> Verdict:
    """What becomes of a flow of subnet web of n1."""
    surroundings = around(given(*facts))
    spaces = Spaces(surroundings, effective_routes(surroundings, "web"), CURRENT.address_space)
    flow = flow_of(direction, source, to, protocol)
    return Security(surroundings.network.subnets["web"], spaces).judge(flow)
