"""Signing in and out: the gate does both; here are the pages around it."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.console.kept import read_kept, typed_in
from adapters.console.pages import Frame, Shown
from adapters.console.sessions import Session
from adapters.http.asked import Endpoint
from adapters.http.asking.gate import Unidentified
from adapters.http.asking.places import go_to, local
from adapters.http.asking.tokens import Tokens
from adapters.http.bodies import body_of
from adapters.http.problems import bad_request
from adapters.http.queries import parsed, text

SIGNED_IN: Final = "/signed-in"
"""Where somebody arrives who has signed in beside a page that they go on with."""


def routes(frame: Frame) -> list[BaseRoute]:
    """The pages of a gate by which people sign in, or none."""
    gate = frame.world.gate
    own: list[BaseRoute] = []
    if isinstance(gate, Tokens):
        own = [
            Route("/sign-in", frame.told(_asked(frame)), methods=["GET"]),
            Route("/sign-in", frame.told(_with_token(frame, gate)), methods=["POST"]),
        ]
    theirs = [
        Route(
            each.path,
            frame.told(each.endpoint),
            methods=list(each.methods or ["GET"]),
            name=each.name,
        )
        for each in gate.routes
        if isinstance(each, Route)
    ]
    if not theirs:
        return []
    return [
        *own,
        Route("/sign-in/resume", frame.told(_resumed(frame)), methods=["POST"]),
        Route(SIGNED_IN, frame.told(_signed_in(frame)), methods=["GET"]),
        *theirs,
    ]


def _asked(frame: Frame) -> Endpoint:
    """GET /sign-in: the form, unless who asks has signed in already."""

    async def asked(request: Request) -> Response:
        place = local(parsed(request.query_params, {"next": text}).get("next"))
        try:
            await frame.world.gate.caller(request)
        except Unidentified:
            return frame.sign_in(request, place=place)
        return go_to(place)

    return asked


def _with_token(frame: Frame, gate: Tokens) -> Endpoint:
    """POST /sign-in: begins a session, or shows the form again; it never shows the token. What was
    typed into another form meanwhile comes along, and is shown again.
    """

    async def sign_in(request: Request) -> Response:
        typed = typed_in(await body_of(request))
        place, kept = local(typed.get("next")), read_kept(typed.get("kept", ""))
        response = go_to(place)
        try:
            session = gate.begin(request, response, typed.get("token", ""))
        except Unidentified as wrong:
            return frame.sign_in(request, wrong, kept, place)
        if kept is None:
            return response
        secret = Session(session.csrf, is_signed_in=True)
        shown = frame.resumed(request, session.principal, kept, secret)
        shown.headers.append("Set-Cookie", response.headers["Set-Cookie"])
        return shown

    return sign_in


def _resumed(frame: Frame) -> Endpoint:
    """POST /sign-in/resume: a form that was kept, once its sender has signed in elsewhere."""

    async def resumed(request: Request) -> Response:
        kept = read_kept(typed_in(await body_of(request)).get("kept", ""))
        if kept is None:
            raise bad_request("There is no form to go on with.")
        try:
            caller = await frame.world.gate.caller(request)
        except Unidentified as away:
            return frame.sign_in(request, away, kept)
        return frame.resumed(request, caller.principal, kept)

    return resumed


def _signed_in(frame: Frame) -> Endpoint:
    """GET /signed-in: says so, to somebody whose page waits in another tab."""

    async def signed_in(request: Request) -> Response:
        caller = await frame.world.gate.caller(request)
        parsed(request.query_params, {})
        return frame.response(request, caller.principal, Shown("signed-in.html", {}))

    return signed_in
