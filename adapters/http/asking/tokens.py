"""Opaque bearer tokens out of a file, for services and small teams.

A token is looked up by its SHA-256. How long a look-up takes tells at most something about the
digest of what was presented, which leads to no token: comparing in constant time would hide
nothing. Nor does the digest need salt or slowness, as tokens are 256 random bits.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from time import time
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.http.asking import bearer
from adapters.http.asking.gate import Caller
from adapters.http.asking.kept_lines import KeptLines
from adapters.http.asking.places import go_to, local, sign_out
from adapters.http.asking.sessions import Session, Sessions
from adapters.http.asking.token_file import Held, digest_of, parsed

_LARGEST_FORM: Final = 4096
"""Bytes of a form by which somebody signs in: anybody can send one."""


class Tokens:
    """The gate for callers that bring a token of a file, or have signed in with one."""

    def __init__(self, path: Path, sessions: Sessions, clock: Callable[[], float] = time) -> None:
        self._held = KeptLines(path, parsed)
        self._clock = clock
        self.sessions = sessions

    async def caller(self, request: Request) -> Caller:
        """Whose token it is. Raises Unidentified, Forged."""
        token = bearer.presented(request)
        if token is None:
            return self._signed_in(request)
        held = self._held_by(digest_of(token))
        return Caller(held.principal, held.until)

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Signing in and out."""
        sign_in = Route("/sign-in", self._sign_in, methods=["POST"], name="sign-in")
        return (sign_in, sign_out(self.sessions))

    def begin(self, request: Request, response: Response, token: str) -> Session:
        """A session of whoever holds a token. Raises Unidentified, Forged."""
        held = self._held_by(digest_of(token.strip()))
        return self.sessions.begin(request, response, held.principal, held.digest)

    async def close(self) -> None:
        """There is nothing to let go of."""

    def _signed_in(self, request: Request) -> Caller:
        """A session holds no longer than the token with which it began."""
        session = self.sessions.required(request)
        held = self._held_by(session.rests_on)
        if held.principal != session.principal:
            raise bearer.bad("The token of this session is somebody else's now.")
        return Caller(held.principal, min(session.until, held.until or session.until))

    def _held_by(self, digest: str) -> Held:
        held = self._held.get(digest)
        if held is None:
            raise bearer.bad("This token is not known, or was revoked.")
        if held.until is not None and held.until <= self._clock():
            raise bearer.bad("This token has expired.")
        return held

    async def _sign_in(self, request: Request) -> Response:
        """Begin a session by a form with the fields `token` and `next`."""
        if not 0 < int(request.headers.get("content-length", "0")) <= _LARGEST_FORM:
            raise bearer.bad("Send a form with the field token.")
        async with request.form() as form:
            token, place = str(form.get("token", "")), str(form.get("next", ""))
        response = go_to(local(place))
        self.begin(request, response, token)
        return response
