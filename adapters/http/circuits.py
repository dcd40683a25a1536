"""Questions about one circuit: the plan of a change of its bandwidth, and text for its routers."""

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, get_args
from uuid import UUID, uuid4

from starlette.responses import Response

from adapters.engine.planning import wanted_change, without_drawn
from adapters.http.answers import PRIVATE, answer
from adapters.http.asked import Asked, Question
from adapters.http.commands import SOURCE
from adapters.http.nouns import listing_of
from adapters.http.problems import Problem, missing
from adapters.http.queries import flag, number, one_of
from adapters.http.trying import would_be
from adapters.router_config.documents import (
    NothingToConfigure,
    document,
    provided_document,
    text_of,
)
from adapters.router_config.model import Side
from adapters.router_config.styles import CONNECTIONS, STYLES, ends_of
from domain.circuit.commands import ChangeBandwidth
from domain.words.values import Strategy

if TYPE_CHECKING:
    from projections.projection import Row

_TEXT: Final = "text/plain; charset=utf-8"


def questions() -> list[Question]:
    """About one circuit."""
    return [
        Question(
            "/v1/circuits/{id}/plan",
            _plan,
            "What a change of bandwidth would take, and whether the caller's would be accepted.",
            {
                "bandwidth_mbps": number,
                "strategy": one_of(get_args(Strategy)),
                "auto_proceed": flag,
            },
            "DryRun",
            needed=("bandwidth_mbps",),
        ),
        Question(
            "/v1/circuits/{id}/router-config",
            _router_config,
            "Text for the routers at one end of a circuit.",
            {
                "style": one_of(STYLES),
                "side": one_of(get_args(Side)),
                "connection": one_of((*CONNECTIONS, "both")),
            },
            media_types=("text/plain",),
        ),
    ]


def _plan(asked: Asked) -> Response:
    """As a dry run of the caller's own command, without the id that is drawn for it."""
    id, drawn = asked.named("id"), str(UUID(bytes=uuid4().bytes))
    stream = f"circuit/{id}"
    if "now" not in asked.onlooker.at([stream])[stream]:
        raise missing(f"circuit {id}")
    data = wanted_change(
        asked.given["bandwidth_mbps"],
        asked.given.get("strategy", "teardown-first"),
        auto_proceed=asked.given.get("auto_proceed", True),
    )
    message = {
        "specversion": "1.0",
        "id": drawn,
        "source": SOURCE,
        "type": ChangeBandwidth.type,
        "subject": stream,
        "data": data,
    }
    told = would_be(asked.world, asked.onlooker.principal, [message])[0]
    return answer(without_drawn(told, drawn))


def _router_config(asked: Asked) -> Response:
    """Who sees the circuit sees either side; its provider the provider's, with what it may know."""
    id = asked.named("id")
    looks = asked.onlooker.at([f"circuit/{id}"])[f"circuit/{id}"]
    side: Side = asked.given.get("side", "customer" if "now" in looks else "provider")
    if not looks or ("now" not in looks and side != "provider"):
        raise missing(f"circuit {id}")
    style = asked.given.get("style", STYLES[0])
    read = partial(_row, asked)
    made = document if "now" in looks else provided_document
    ends = ends_of(style, side, asked.given.get("connection", "both"))
    try:
        text = text_of(made(read("circuit", id), read, style, ends))
    except NothingToConfigure as nothing:
        said = str(nothing)
        detail = f"{said[:1].upper()}{said[1:]}."
        raise Problem(HTTPStatus.NOT_FOUND, "not-found", detail) from nothing
    return Response(text, headers=dict(PRIVATE), media_type=_TEXT)


def _row(asked: Asked, kind: str, id: str) -> "Row":
    """A thing as its view shows it. Raises Problem where the view does not have it yet."""
    row: Any = listing_of(kind).show(asked.live, id)
    if row is None:
        raise missing(f"{kind.replace('-', ' ')} {id}")
    return row
