"""Pages: questions whose answer is HTML, with what every page has around it."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from time import time
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.console.rendering import rendered
from adapters.console.sessions import Sessions, token_of
from adapters.http.asked import Asked, Endpoint, Question, endpoint
from adapters.http.asking.gate import TurnedAway
from adapters.http.desk import NotDecided, TooMuch
from adapters.http.problems import Problem
from adapters.http.queries import Parse, one_of
from adapters.http.world import World
from domain.catalogue import COMMANDS

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
    "Vary": "Authorization, Cookie",
}

PLACES: Final = (
    ("/", "Overview"),
    ("/circuits", "Circuits"),
    ("/changes", "Changes"),
    ("/networks", "Networks"),
    ("/customers", "Customers"),
    ("/locations", "Locations"),
    ("/alarms", "Alarms"),
)
"""The pages that every page leads to."""

_THEMES: Final = ("light", "dark")


class Shown(NamedTuple):
    """What a page shows: a template with its values."""

    template: str
    values: Mapping[str, Any]
    status: HTTPStatus = HTTPStatus.OK


class Page(NamedTuple):
    """A page: its path, the parameters of its address, and what it shows."""

    path: str
    show: Callable[[Asked], Shown]
    parameters: Mapping[str, Parse] = {}


class Frame(NamedTuple):
    """What every page has around it."""

    world: World
    sessions: Sessions

    def page(self, page: Page) -> Route:
        """The route of a page that is only looked at."""

        def answer(asked: Asked) -> Response:
            _drop_blanks(asked)
            return self.response(asked.request, asked.caller.principal, page.show(asked))

        parameters = {**{name: _or_blank(each) for name, each in page.parameters.items()}, **DONE}
        question = Question(page.path, answer, "", parameters)
        return Route(page.path, self.told(endpoint(self.world, question)), methods=["GET"])

    def told(self, answer: Callable[[Request], Awaitable[Response]]) -> Endpoint:
        """An endpoint whose errors are pages, too."""

        async def told(request: Request) -> Response:
            try:
                return await answer(request)
            except Problem as problem:
                return self._failed(request, problem.status, problem.detail, problem.headers)
            except TurnedAway as away:
                return self._failed(request, away.status, away.detail, away.headers)
            except (TooMuch, NotDecided):
                detail = "The engine can't decide this just now. Send it again in a moment."
                return self._failed(request, HTTPStatus.SERVICE_UNAVAILABLE, detail, {})

        return told

    def response(self, request: Request, principal: str, shown: Shown) -> Response:
        """A page as it is sent."""
        session = self.sessions.of(request)
        token = token_of(session, principal) if principal else ""
        values = {**_around(request, principal, token), **shown.values}
        body = rendered(shown.template, values)
        response = Response(body, shown.status, HEADERS, "text/html; charset=utf-8")
        self.sessions.keep(request, response, session)
        return response

    def _failed(
        self, request: Request, status: HTTPStatus, detail: str, headers: Mapping[str, str]
    ) -> Response:
        shown = Shown("error.html", {"status": int(status), "detail": detail}, status)
        response = self.response(request, "", shown)
        response.headers.update(headers)
        return response


def _around(request: Request, principal: str, token: str) -> dict[str, Any]:
    theme = request.cookies.get("tieline-theme", "")
    query = request.url.query
    did = request.query_params.get("did")
    return {
        "principal": principal,
        "csrf": token,
        "now": time(),
        "path": request.url.path,
        "address": request.url.path + (f"?{query}" if query else ""),
        "places": PLACES,
        "theme": theme if theme in _THEMES else "",
        "did": did if did in COMMANDS else None,
    }


DONE: Final[Mapping[str, Parse]] = {"did": one_of(COMMANDS)}
"""The command after which a page is shown."""


def _or_blank(parse: Parse) -> Parse:
    """A parameter that a form may leave blank."""
    return lambda value: parse(value) if value else None


def _drop_blanks(asked: Asked) -> None:
    given = {name: value for name, value in asked.given.items() if value is not None}
    given.pop("did", None)
    asked.given = given


def with_query(path: str, given: Mapping[str, Any]) -> str:
    """An address with its parameters; what is blank is left out."""
    query = urlencode({name: value for name, value in given.items() if value not in (None, "")})
    return f"{path}?{query}" if query else path
