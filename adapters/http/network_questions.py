"""Questions over routes and rules: where a subnet sends what, and what it lets pass.

Contract, second part, "Questions and their answers".
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast, get_args

from starlette.responses import Response

from adapters.http.answers import answer
from adapters.http.asked import Asked, Question
from adapters.http.problems import bad_request, missing
from adapters.http.queries import Parameter, Parse, moment, one_of, text
from domain.engine.log import Log
from domain.network.routing_commands import Direction
from domain.routing.flow import PROTOCOLS, FlowProtocol, flow_of
from domain.words import prefix
from projections import question_shapes as shapes
from projections import questions as known
from projections.questions import Misfit, Unknown

_PATH: Final = "/v1/networks/{id}/subnets/{name}"
_ADDRESS: Final = Parameter(
    prefix.address,
    {"anyOf": [{"type": "string", "format": "ipv4"}, {"type": "string", "format": "ipv6"}]},
)
_END: Final = Parameter(
    text,
    {
        "type": "string",
        "description": "`10.1.0.4:443` or `[2001:db8::1]:443`; for icmp the address alone.",
    },
)
_FLOW: Final[Mapping[str, Parse]] = {
    "direction": one_of(get_args(Direction)),
    "from": _END,
    "to": _END,
    "protocol": one_of(PROTOCOLS),
}

Found = Callable[[Log, known.Asked], Any]
"""Answers about a subnet. Raises Unknown, Misfit."""


def questions() -> list[Question]:
    """About a subnet of a network."""
    return [
        Question(
            f"{_PATH}/effective-routes",
            _routes,
            "The effective routes of a subnet, and why each is used.",
            {"as_of": moment},
            shapes.EffectiveRoutes,
        ),
        Question(
            f"{_PATH}/next-hop",
            _next_hop,
            "Where a subnet sends what is for an address.",
            {"address": _ADDRESS, "as_of": moment},
            shapes.NextHop,
            needed=("address",),
        ),
        Question(
            f"{_PATH}/flow",
            _flow,
            "Whether a subnet lets a flow pass, and by which rule.",
            {**_FLOW, "as_of": moment},
            shapes.Flow,
            needed=tuple(_FLOW),
        ),
    ]


def _routes(asked: Asked) -> Response:
    """The whole table; a route is used or not beside the others alone."""
    return answer({"items": _found(asked, known.routes), "next": None})


def _next_hop(asked: Asked) -> Response:
    address = asked.given["address"]
    return answer(_found(asked, lambda log, subnet: known.next_hop(log, subnet, address)))


def _flow(asked: Asked) -> Response:
    given = asked.given
    try:
        flow = flow_of(
            cast("Direction", given["direction"]),
            given["from"],
            given["to"],
            cast("FlowProtocol", given["protocol"]),
        )
    except ValueError as fault:
        raise bad_request(f"The flow can't be read: {fault}.") from fault
    return answer(_found(asked, lambda log, subnet: known.flow(log, subnet, flow)))


def _found(asked: Asked, found: Found) -> Any:
    """An answer about the subnet of the path, as it is or as it was. Raises Problem."""
    id, as_of = asked.named("id"), asked.given.get("as_of")
    stream = f"network/{id}"
    if ("now" if as_of is None else "then") not in asked.onlooker.at([stream])[stream]:
        raise missing(f"network {id}")
    subnet = known.Asked(id, asked.named("name"), as_of)
    try:
        return found(asked.world.log, subnet)
    except Unknown as unknown:
        raise missing(f"subnet {subnet.subnet} of network {id}") from unknown
    except Misfit as misfit:
        raise bad_request(f"The flow does not fit: {misfit}.") from misfit
