"""Questions over routes and rules, answered from the log as documents: now, or as of a time.

Contract, second part, "Questions and their answers".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.profiles import CURRENT
from domain.routing.flow import Flow
from domain.routing.next_hop import Hop, host
from domain.routing.next_hop import next_hop as hop_of
from domain.routing.security import Security, Spaces
from domain.routing.table import EffectiveRoute, Table, effective_routes
from domain.words.structs import Frozen
from projections.surroundings import surroundings

if TYPE_CHECKING:
    from domain.engine.log import Log
    from domain.network.state import Subnet
    from domain.routing.surroundings import Surroundings
    from domain.words.prefix import Prefix
    from projections.projection import Row


_NOWHERE: Final[Row] = {
    "prefix": None,
    "source": None,
    "next_hop": "None",
    "next_hop_address": None,
    "via": [],
}


class Unknown(Exception):
    """There is no such network, or no such subnet in it; the text says which."""


class Misfit(Exception):
    """What is asked about does not fit the subnet; the text says what would."""


class Asked(Frozen):
    """Which subnet is asked about, and as of when: a time as `written_time` writes it, or now."""

    network_id: str
    subnet: str
    time: str | None = None


def routes(log: Log, asked: Asked) -> list[Row]:
    """The effective routes of a subnet, each a document. Raises Unknown."""
    _, table = _table(log, asked)
    return [_in_table(each) for each in table.rows]


def next_hop(log: Log, asked: Asked, address: Prefix) -> Row:
    """Where a subnet sends what is for an address. Raises Unknown."""
    _, table = _table(log, asked)
    return _hop(hop_of(table, address))


def flow(log: Log, asked: Asked, what: Flow) -> Row:
    """Whether a subnet lets a flow pass. Raises Unknown; Misfit where it is not the subnet's."""
    around, table = _table(log, asked)
    subnet = around.network.subnets[asked.subnet]
    _refuse_strangers(asked, subnet, what)
    spaces = Spaces(around, table, CURRENT.address_space)
    verdict = Security(subnet, spaces).judge(what)
    hop = hop_of(table, what.destination.address) if what.direction == "outbound" else None
    return {
        "allowed": verdict.allowed,
        "rule": verdict.rule,
        "priority": verdict.priority,
        "direction": verdict.direction,
        "access": verdict.access,
        "default": verdict.default,
        "reason": verdict.reason,
        "next_hop": hop and _word(hop),
    }


def _table(log: Log, asked: Asked) -> tuple[Surroundings, Table]:
    around = surroundings(log, asked.network_id, asked.time)
    if around is None:
        raise Unknown(f"there is no network {asked.network_id}")
    if asked.subnet not in around.network.subnets:
        there = ", ".join(sorted(around.network.subnets)) or "none"
        raise Unknown(
            f"network {asked.network_id} has no subnet {asked.subnet}; its subnets: {there}"
        )
    return around, effective_routes(around, asked.subnet)


def _refuse_strangers(asked: Asked, subnet: Subnet, what: Flow) -> None:
    if what.own.address.lies_in(subnet.prefix):
        return
    end = "from" if what.direction == "outbound" else "to"
    raise Misfit(
        f"an {what.direction} flow is {end} an address of subnet {asked.subnet}, in "
        f"{subnet.prefix}, not {host(what.own.address)}"
    )


def _in_table(route: EffectiveRoute) -> Row:
    return _route(route) | {"active": route.active, "reason": route.reason}


def _route(route: EffectiveRoute) -> dict[str, Any]:
    return {
        "prefix": route.prefix.text,
        "source": route.source,
        "next_hop": route.next_hop,
        "next_hop_address": route.next_hop_address,
        "via": list(route.via),
    }


def _hop(hop: Hop) -> Row:
    route = hop.route
    said = _route(route) if route else _NOWHERE
    others = [_route(each.route) | {"reason": each.reason} for each in hop.others]
    return {"address": host(hop.address), **said, "reason": hop.reason, "others": others}


def _word(hop: Hop) -> str:
    return hop.route.next_hop if hop.route else "None"
