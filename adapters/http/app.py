"""The application: every route, and how an error is answered wherever it happens."""

import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Final

from prometheus_client import CollectorRegistry
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route

from adapters.http import (
    changes,
    circuits,
    commands,
    correlations,
    events,
    network_questions,
    nouns,
    operations,
    outcomes,
    reports,
    trails,
)
from adapters.http.asked import Question, endpoint
from adapters.http.asking.gate import TurnedAway
from adapters.http.desk import NotDecided, TooMuch
from adapters.http.live import Live
from adapters.http.measuring import Measuring
from adapters.http.openapi import serving
from adapters.http.openapi.common import HEADERS
from adapters.http.problems import Problem, away, busy, title_of
from adapters.http.watched import watched
from adapters.http.world import World
from adapters.kafka.kafka_python import Unreachable
from adapters.kafka.topics import TopicsError
from adapters.observe.health import Health
from adapters.observe.logs import logger
from domain.engine.log import LogError
from projections.database import ViewMissing


def questions() -> Sequence[Question]:
    """Every path that is read."""
    themes = (
        nouns,
        trails,
        circuits,
        network_questions,
        changes,
        reports,
        correlations,
        outcomes,
        operations,
        events,
    )
    return [each for theme in themes for each in theme.questions()]


def app_of(
    world: World,
    health: Health,
    registry: CollectorRegistry,
    pages: Sequence[BaseRoute] = (),
    origins: Sequence[str] = (),
) -> Starlette:
    """The application of a world, whose parts report to `health`: what programs ask, and `pages`
    for people. Pages of the `origins` may use it, too.
    """
    live, every = Live(world), questions()
    asked = [Route(each.path, endpoint(world, each), methods=["GET"]) for each in every]
    app = Starlette(
        middleware=[Middleware(Measuring), *_shared_with(origins)],
        routes=[
            *commands.routes(world),  # first, as paths are tried in their order
            *events.routes(world, live),
            *asked,
            *serving.routes(every),
            *watched(health, registry),
            *pages,
            *world.gate.routes,
        ],
        lifespan=lambda _: _living(world, live),
        exception_handlers={
            Problem: _told,
            HTTPException: _of_server,
            TooMuch: _too_much,
            NotDecided: _not_decided,
            TurnedAway: _turned_away,
            **dict.fromkeys(AWAY, _away),
            Exception: _defect,
        },
    )
    app.router.redirect_slashes = False
    app.state.ends = live.close
    return app


@asynccontextmanager
async def _living(world: World, live: Live) -> AsyncGenerator[None]:
    """Follow the log while requests are answered; in the end let go of what the gate holds."""
    async with live.followed():
        yield
    await world.gate.close()


def _shared_with(origins: Sequence[str]) -> Sequence[Middleware]:
    """What lets pages of other origins read answers; without origins, nothing does."""
    if not origins:
        return ()
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "HEAD", "POST"],
            allow_headers=["*"],
            expose_headers=list(HEADERS),
        )
    ]


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _told(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, Problem)
    return fault.response(_base(request))


def _of_server(request: Request, fault: Exception) -> Response:
    """A path that there is none of, or a method that it does not have."""
    assert isinstance(fault, HTTPException)
    status = HTTPStatus(fault.status_code)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return _other_methods(request)
    code = _CODES.get(status, "bad-request")
    detail = f"{title_of(code)}: {request.method} {request.url.path[:200]}"
    return Problem(status, code, detail, fault.headers).response(_base(request))


_CODES: Final = {HTTPStatus.NOT_FOUND: "not-found"}


def _other_methods(request: Request) -> Response:
    """The methods of a path, as the answer to OPTIONS or beside that it has no other."""
    routes: Sequence[Route] = request.app.routes
    matching = [each for each in routes if each.matches(request.scope)[0] != Match.NONE]
    methods = {"OPTIONS"}.union(*(each.methods or () for each in matching))
    allowed = {"Allow": ", ".join(sorted(methods))}
    if request.method == "OPTIONS":
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=allowed)
    problem = Problem(
        HTTPStatus.METHOD_NOT_ALLOWED,
        "method-not-allowed",
        f"There is no {request.method} {request.url.path[:200]}, only {allowed['Allow']}.",
        allowed,
    )
    return problem.response(_base(request))


def _too_much(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, TooMuch)
    detail = "You send more commands than are decided in time; nothing of this was, send it again."
    problem = busy(detail, fault.seconds)
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


AWAY: Final = (LogError, OperationalError, InterfaceError, ViewMissing, Unreachable, TopicsError)
"""What questions raise while something that answers them is away, or was not made yet."""


def _away(request: Request, fault: Exception) -> Response:
    logger(__name__).warning("not-available", path=request.url.path[:200], said=str(fault))
    detail = "What answers this does not answer just now; ask again."
    return away(detail).response(_base(request))


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
