"""The application: every route, and how an error is answered wherever it happens."""

import os
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.http import commands, events, nouns
from adapters.http.asked import Question, endpoint
from adapters.http.asking.gate import TurnedAway
from adapters.http.desk import NotDecided, TooMuch
from adapters.http.live import Live
from adapters.http.problems import Problem, busy, title_of
from adapters.http.watched import watched
from adapters.http.world import World
from adapters.observe.health import Health
from adapters.observe.logs import logger


def questions() -> Sequence[Question]:
    """Every path that is read."""
    return nouns.questions()


def app_of(
    world: World, health: Health, registry: CollectorRegistry, pages: Sequence[BaseRoute] = ()
) -> Starlette:
    """The application of a world, whose parts report to `health`; `pages` are for people."""
    live = Live(world)
    asked = [Route(each.path, endpoint(world, each), methods=["GET"]) for each in questions()]
    app = Starlette(
        routes=[
            *asked,
            *events.routes(world, live),
            *commands.routes(world),
            *watched(health, registry),
            *pages,
        ],
        lifespan=lambda _: live.followed(),
        exception_handlers={
            Problem: _told,
            HTTPException: _of_server,
            TooMuch: _too_much,
            NotDecided: _not_decided,
            TurnedAway: _turned_away,
            Exception: _defect,
        },
    )
    app.state.ends = live.close
    return app


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _told(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, Problem)
    return fault.response(_base(request))


def _of_server(request: Request, fault: Exception) -> Response:
    """A path that there is none of, or a method that it does not have."""
    assert isinstance(fault, HTTPException)
    status = HTTPStatus(fault.status_code)
    code = _CODES.get(status, "bad-request")
    detail = f"{title_of(code)}: {request.method} {request.url.path[:200]}"
    return Problem(status, code, detail, fault.headers).response(_base(request))


_CODES: Final = {
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
}


def _too_much(request: Request, _: Exception) -> Response:
    problem = busy("More commands wait than can be decided in time; send it again.")
    return problem.response(_base(request))


def _turned_away(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, TurnedAway)
    problem = Problem(fault.status, fault.code, fault.detail, fault.headers)
    return problem.response(_base(request))


def _not_decided(request: Request, fault: Exception) -> Response:
    problem = Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "not-decided",
        f"The command may have been decided; the same again is answered in either case: {fault}",
        {"Retry-After": "5"},
    )
    return problem.response(_base(request))


def _defect(request: Request, fault: Exception) -> Response:
    """A defect of ours: its id stands in the log, and nothing else is told."""
    id = os.urandom(8).hex()
    fields: dict[str, Any] = {"defect": id, "path": request.url.path[:200]}
    logger(__name__).error("defect", **fields, exc_info=fault)
    problem = Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "defect",
        f"This is a defect of tieline, nothing you did; it is in the log as {id}.",
        defect=id,
    )
    return problem.response(_base(request))
