"""Pages: questions whose answer is HTML, with what every page has around it."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from time import time
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.console.kept import Kept, Outdated, keeping, place_of, typed_into
from adapters.console.rendering import rendered
from adapters.console.sessions import Session, Sessions, token_of, way_of
from adapters.http.asked import Asked, Endpoint, Question, endpoint
from adapters.http.asking.gate import TurnedAway, Unidentified
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
    ("/audit", "Audit"),
    ("/operations", "Operations"),
)
"""The pages that every page leads to."""

FOR_STAFF: Final = frozenset({"/operations"})
"""Those that are there for the CSP's owner and staff alone."""

HTMX: Final = "HX-Request"
"""The header of what a page fetches by itself."""

ERROR: Final = "error="
"""Stands in the challenge where a credential was wrong, not missing."""

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

    def told(
        self, answer: Callable[[Request], Awaitable[Response]], *, review: str = ""
    ) -> Endpoint:
        """An endpoint whose errors are pages, too. A form is kept while its sender signs in, where
        `review` ends the address at which it is shown again before it is sent.
        """

        async def told(request: Request) -> Response:
            try:
                return await answer(request)
            except Outdated as old:
                return self._outdated(request, old, keeping(request, old.typed, review))
            except Unidentified as away:
                if way_of(self.world.gate) is None:
                    return self._failed(request, away.status, away.detail, away.headers)
                typed = await typed_into(request) if review else {}
                return self.sign_in(request, away, keeping(request, typed, review))
            except Problem as problem:
                return self._failed(request, problem.status, problem.detail, problem.headers)
            except TurnedAway as away:
                return self._failed(request, away.status, away.detail, away.headers)
            except (TooMuch, NotDecided):
                detail = "The engine can't decide this just now. Send it again in a moment."
                return self._failed(request, HTTPStatus.SERVICE_UNAVAILABLE, detail, {})

        return told

    def response(
        self, request: Request, principal: str, shown: Shown, session: Session | None = None
    ) -> Response:
        """A page as it is sent; `session` is one that begins with it."""
        session = session or self.sessions.of(request)
        values = {**self._around(request, principal, session), **shown.values}
        body = rendered(shown.template, values)
        response = Response(body, shown.status, HEADERS, "text/html; charset=utf-8")
        if session.is_signed_in and principal:
            response.headers["Cache-Control"] = "no-store"  # who signs out leaves nothing behind
        self.sessions.keep(request, response, session)
        return response

    def sign_in(
        self,
        request: Request,
        away: Unidentified | None = None,
        kept: Kept | None = None,
        place: str | None = None,
    ) -> Response:
        """The page by which people sign in, and go on to a place afterwards; `away` is why they
        were turned away from another.
        """
        place = place_of(request) if place is None else place
        if HTMX in request.headers:
            return self._beside(request, "", "Your session has ended.", HTTPStatus.UNAUTHORIZED)
        values = {
            "by": way_of(self.world.gate),
            "place": place,
            "wrong": away.detail if away and ERROR in away.challenge else "",
            "kept": kept,
        }
        status = away.status if away else HTTPStatus.OK
        response = self.response(request, "", Shown("sign-in.html", values, status))
        response.headers["Cache-Control"] = "no-store"
        response.headers.update(away.headers if away else {})
        return response

    def resumed(
        self,
        request: Request,
        principal: str,
        kept: Kept,
        session: Session | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        """The page from which a form that was kept is taken up again; nothing of it is done yet."""
        values = {
            "kept": kept,
            "back": kept.path.removesuffix("/try"),
            "is_old": status > HTTPStatus.OK,
        }
        response = self.response(request, principal, Shown("resume.html", values, status), session)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _outdated(self, request: Request, old: Outdated, kept: Kept | None) -> Response:
        if kept is None:
            return self._failed(request, old.status, old.detail, old.headers)
        if HTMX in request.headers:
            said = "You have signed in anew: go on where you were."
            return self._beside(request, old.caller.principal, said, HTTPStatus.FORBIDDEN)
        return self.resumed(request, old.caller.principal, kept, status=old.status)

    def _beside(self, request: Request, principal: str, said: str, status: HTTPStatus) -> Response:
        """What is said above a page that stays as it is, with all that was typed into it."""
        shown = Shown("beside.html", {"said": said}, status)
        response = self.response(request, principal, shown)
        where = {"HX-Retarget": "#beside", "HX-Reselect": "#beside", "HX-Reswap": "outerHTML"}
        response.headers.update(where)
        return response

    def _failed(
        self, request: Request, status: HTTPStatus, detail: str, headers: Mapping[str, str]
    ) -> Response:
        shown = Shown("error.html", {"status": int(status), "detail": detail}, status)
        response = self.response(request, "", shown)
        response.headers.update(headers)
        return response

    def _around(self, request: Request, principal: str, session: Session) -> dict[str, Any]:
        theme = request.cookies.get("tieline-theme", "")
        query = request.url.query
        did = request.query_params.get("did")
        return {
            "principal": principal,
            "csrf": token_of(session, principal) if principal else "",
            "is_signed_in": session.is_signed_in and bool(principal),
            "now": time(),
            "path": request.url.path,
            "address": request.url.path + (f"?{query}" if query else ""),
            "places": [each for each in PLACES if self._leads_to(each[0], principal)],
            "theme": theme if theme in _THEMES else "",
            "did": did if did in COMMANDS else None,
        }

    def _leads_to(self, place: str, principal: str) -> bool:
        """Whether a page is there for somebody."""
        if place not in FOR_STAFF:
            return True
        return bool(principal) and self.world.rights.of(principal, ()).looks_at_csp("now")


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
