"""Networks: their list, and each with its subnets, their routes, and what they let pass."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, cast, get_args

from adapters.console.filling_more import new_of
from adapters.console.lately import lately
from adapters.console.lists import Shape, rows_of
from adapters.console.offers import of_network, offered
from adapters.console.pages import Page, Shown, with_query
from adapters.console.turn import Phase, phase_of
from adapters.http.asked import Asked
from adapters.http.nouns import found, listing_of, parameters_of
from adapters.http.problems import missing
from adapters.http.queries import Parse, number, one_of, text
from domain.network.routing_commands import Direction
from domain.routing.flow import PROTOCOLS, FlowProtocol, flow_of
from domain.words import prefix
from projections import questions
from projections.projection import Row

SHAPE: Final = Shape(
    "network",
    filters=("customer_id", "subscription_id", "region"),
    columns=(
        ("network_id", "Network"),
        ("customer_id", "Customer"),
        ("subscription_id", "Subscription"),
    ),
)

MOST_ROUTES: Final = 50
"""Effective routes of a page."""

_FLOW: Final = ("direction", "from", "to", "protocol")
_ASKED: Final[Mapping[str, Parse]] = {
    "subnet": text,
    "routes_from": number,
    "address": text,
    "direction": one_of(get_args(Direction)),
    "from": text,
    "to": text,
    "protocol": one_of(PROTOCOLS),
}


class Told(NamedTuple):
    """What a question was answered with, or what is wrong with it."""

    answer: Any = None
    fault: str = ""


class Routes(NamedTuple):
    """A page of the effective routes of a subnet."""

    rows: Sequence[Row]
    begin: int
    total: int
    before: str | None
    after: str | None


def pages() -> Sequence[Page]:
    """The pages of networks."""
    return (
        Page("/networks", _list, parameters_of("network", listing_of("network"))),
        Page("/networks/{id}", _show, _ASKED),
    )


def _list(asked: Asked) -> Shown:
    rows, values = rows_of(SHAPE, asked)
    return Shown("networks.html", {**values, "rows": rows, "new": new_of(asked, "network")})


def _show(asked: Asked) -> Shown:
    network = found("network", listing_of("network"), asked)
    id = network["network_id"]
    path, stream = f"/networks/{id}", f"network/{id}"
    subnet = _chosen(asked, network)
    values = {
        "network": network,
        "path": path,
        "subnet": subnet,
        "tabs": [(each, with_query(path, {"subnet": each["name"]})) for each in network["subnets"]],
        "routes": subnet and _routes(asked, id, subnet["name"]),
        "phases": _phases(asked, network),
        "given": asked.given,
        "next_hop": subnet and _next_hop(asked, id, subnet["name"]),
        "flow": subnet and _flow(asked, id, subnet["name"]),
        "directions": get_args(Direction),
        "protocols": PROTOCOLS,
        "lately": lately(asked, stream, network["version"]),
        "actions": offered(asked, stream, of_network(asked, network)),
        "json": f"/v1/networks/{id}",
    }
    return Shown("network.html", values)


def _chosen(asked: Asked, network: Row) -> Row | None:
    """The subnet that is looked at: the first one unless another is asked for. Raises Problem."""
    subnets, name = network["subnets"], asked.given.get("subnet")
    if name is None or network["deleted"]:
        return subnets[0] if subnets and not network["deleted"] else None
    chosen = next((each for each in subnets if each["name"] == name), None)
    if chosen is None:
        raise missing(f"subnet {name} of network {network['network_id']}")
    return chosen


def _routes(asked: Asked, id: str, subnet: str) -> Routes:
    every = _answered(asked, id, subnet, questions.routes)
    begin = min(asked.given.get("routes_from", 0), len(every))
    end = begin + MOST_ROUTES
    return Routes(
        every[begin:end],
        begin,
        len(every),
        _page_at(id, subnet, max(0, begin - MOST_ROUTES)) if begin else None,
        _page_at(id, subnet, end) if end < len(every) else None,
    )


def _page_at(id: str, subnet: str, begin: int) -> str:
    return with_query(f"/networks/{id}", {"subnet": subnet, "routes_from": begin or None})


def _next_hop(asked: Asked, id: str, subnet: str) -> Told | None:
    """Where the subnet sends what is for the address that is asked about."""
    asked_for = asked.given.get("address", "").strip()
    if not asked_for:
        return None
    try:
        address = prefix.address(asked_for)
    except ValueError as fault:
        return Told(fault=_sentence(fault))
    return Told(
        _answered(asked, id, subnet, lambda log, which: questions.next_hop(log, which, address))
    )


def _flow(asked: Asked, id: str, subnet: str) -> Told | None:
    """Whether the subnet lets the flow pass that is asked about."""
    given = [asked.given.get(name, "").strip() for name in _FLOW]
    if not any(given[1:3]):
        return None
    direction, source, destination, protocol = given
    try:
        flow = flow_of(
            cast("Direction", direction or "outbound"),
            source,
            destination,
            cast("FlowProtocol", protocol or PROTOCOLS[0]),
        )
        return Told(
            _answered(asked, id, subnet, lambda log, which: questions.flow(log, which, flow))
        )
    except (ValueError, questions.Misfit) as fault:
        return Told(fault=_sentence(fault))


def _answered(asked: Asked, id: str, subnet: str, question: Any) -> Any:
    """An answer from the log, which may be ahead of the views. Raises Problem."""
    try:
        return question(asked.world.log, questions.Asked(id, subnet))
    except questions.Unknown as unknown:
        raise missing(f"subnet {subnet} of network {id}") from unknown


def _phases(asked: Asked, network: Row) -> Mapping[str, Phase]:
    """The phases of the connected circuits that somebody sees."""
    listing = listing_of("circuit")
    ids = [each["circuit_id"] for each in network["connections"]]
    looks = asked.onlooker.at([f"circuit/{each}" for each in ids])
    seen = [each for each in ids if "now" in looks[f"circuit/{each}"]]
    rows = {each: listing.show(asked.live, each) for each in seen}
    return {id: phase_of(row) for id, row in rows.items() if row}


def _sentence(fault: Exception) -> str:
    said = str(fault)
    return f"{said[:1].upper()}{said[1:]}."
