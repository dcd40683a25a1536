"""Where people go on after they have signed in or out."""

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from adapters.http.asking.sessions import Sessions


def local(place: str | None) -> str:
    """A place on this server; anywhere else, which others may have written, is its first page."""
    return place if place and re.fullmatch(r"/(?![/\\])[!-~]*", place) else "/"


def go_to(place: str) -> Response:
    """Have the browser ask for a place; nobody keeps the answer."""
    return RedirectResponse(place, 303, {"Cache-Control": "no-store"})


def sign_out(sessions: Sessions) -> Route:
    """POST /sign-out."""

    async def out(request: Request) -> Response:
        response = go_to("/")
        sessions.end(request, response)
        return response

    return Route("/sign-out", out, methods=["POST"], name="sign-out")
