"""Signing in to the console by OIDC: the authorization code flow with PKCE (RFC 7636).

What must be remembered while a browser is at the issuer lies in a cookie of that browser,
encrypted, for ten minutes. Afterwards the id token says who it is, and a session begins.
"""

from collections.abc import Sequence
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any, Final, NamedTuple
from warnings import catch_warnings

import httpx
import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.http.asking import bearer
from adapters.http.asking.claims import Naming, person_of
from adapters.http.asking.cookies import SealedCookie
from adapters.http.asking.gate import GateDown
from adapters.http.asking.issuer import Issuer
from adapters.http.asking.places import go_to, local, sign_out
from adapters.http.asking.sessions import Sessions
from adapters.http.asking.signed import BadToken, signed

with catch_warnings(record=True):  # it says, to nobody who could do something, that it likes httpx2
    from authlib.common.errors import AuthlibBaseError
    from authlib.integrations.httpx_client import AsyncOAuth2Client

AWAY: Final = 600
"""Seconds that signing in may take."""

_SCOPE: Final = "openid profile email"
_PATIENCE: Final = 5.0


class Client(NamedTuple):
    """What the console is to the issuer."""

    id: str
    secret: str = ""


class Away(msgspec.Struct, frozen=True, tag="sign-in"):
    """A browser that is at the issuer: what its answer is held against."""

    state: str
    nonce: str
    verifier: str
    next: str


class SignIn:
    """Signing in with an issuer."""

    def __init__(self, issuer: Issuer, client: Client, naming: Naming, sessions: Sessions) -> None:
        self._issuer = issuer
        self._client = client
        self._naming = naming
        self._sessions = sessions
        self._away = SealedCookie("tieline-sign-in", Away, AWAY, sessions.key)

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Signing in, coming back, and signing out."""
        return (
            Route("/sign-in", self.leave, name="sign-in"),
            Route("/sign-in/callback", self.come_back, name="sign-in-callback"),
            sign_out(self._sessions),
        )

    async def leave(self, request: Request) -> Response:
        """GET /sign-in: off to the issuer; `next` is where to go on afterwards."""
        endpoints = await self._issuer.endpoints()
        away = Away(
            token_urlsafe(),
            token_urlsafe(),
            token_urlsafe(48),
            local(request.query_params.get("next")),
        )
        async with self._speaking(request) as client:
            address, _ = client.create_authorization_url(
                endpoints.authorization_endpoint,
                state=away.state,
                nonce=away.nonce,
                code_verifier=away.verifier,
            )
        response = go_to(address)
        self._away.give(request, response, away)
        return response

    async def come_back(self, request: Request) -> Response:
        """GET /sign-in/callback: back from the issuer with a code, which gives an id token."""
        away = self._away.of(request)
        if away is None or not _is_answer_to(away, request):
            raise bearer.bad("This is no answer to a sign-in of this browser: sign in again.")
        try:
            principal = await self._named(await self._fetched(request, away), away)
        except BadToken as fault:
            raise bearer.bad(str(fault)) from fault
        response = go_to(away.next)
        self._sessions.begin(request, response, principal, self._issuer.url)
        self._away.take_back(request, response)
        return response

    async def _fetched(self, request: Request, away: Away) -> str:
        """The id token for the code that the issuer gave."""
        endpoints = await self._issuer.endpoints()
        try:
            async with self._speaking(request) as client:
                answer: dict[str, Any] = await client.fetch_token(
                    endpoints.token_endpoint,
                    grant_type="authorization_code",
                    code=request.query_params.get("code", ""),
                    code_verifier=away.verifier,
                )
        except httpx.HTTPError as fault:
            raise GateDown("The issuer is away: sign in again later.") from fault
        except (AuthlibBaseError, ValueError) as fault:
            raise BadToken("The issuer did not sign you in.") from fault
        return str(answer.get("id_token", ""))

    async def _named(self, id_token: str, away: Away) -> str:
        """Whom an id token names, if it was made for this sign-in."""
        claims = (await signed(id_token, self._issuer, self._client.id)).claims
        if not compare_digest(str(claims.get("nonce")).encode(), away.nonce.encode()):
            raise BadToken("The id token was made for another sign-in.")
        if claims.get("azp", self._client.id) != self._client.id:
            raise BadToken("The id token was made for another client.")
        return person_of(claims, self._naming)

    def _speaking(self, request: Request) -> Any:
        return AsyncOAuth2Client(
            self._client.id,
            self._client.secret or None,
            scope=_SCOPE,
            redirect_uri=str(request.url_for("sign-in-callback")),
            code_challenge_method="S256",
            timeout=_PATIENCE,
        )


def _is_answer_to(away: Away, request: Request) -> bool:
    state = request.query_params.get("state", "")
    return compare_digest(state.encode(), away.state.encode())
