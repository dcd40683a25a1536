"""Access tokens that an OIDC issuer signed."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.routing import BaseRoute

from adapters.http.asking import bearer
from adapters.http.asking.claims import Naming, principal_of, refuse_other_kinds
from adapters.http.asking.gate import Caller
from adapters.http.asking.issuer import Issuer
from adapters.http.asking.places import sign_out
from adapters.http.asking.sessions import Sessions
from adapters.http.asking.sign_in import Client, SignIn
from adapters.http.asking.signed import BadToken, signed


class AccessTokens:
    """The gate for callers that bring an access token of an issuer, or have signed in with it."""

    def __init__(
        self,
        issuer: Issuer,
        audience: str,
        naming: Naming,
        sessions: Sessions,
        client: Client | None = None,
    ) -> None:
        """`client` is what the console is to the issuer; without one nobody signs in."""
        self._issuer = issuer
        self._audience = audience
        self._naming = naming
        self._client = client
        self.sessions = sessions

    async def caller(self, request: Request) -> Caller:
        """Whom the token speaks for. Raises Unidentified, Forged, GateDown."""
        token = bearer.presented(request)
        if token is None:
            return self._signed_in(request)
        try:
            found = await signed(token, self._issuer, self._audience)
            refuse_other_kinds(found)
            return Caller(principal_of(found.claims, self._naming), found.until)
        except BadToken as fault:
            raise bearer.bad(str(fault)) from fault

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Signing in and out."""
        if self._client is None:
            return (sign_out(self.sessions),)
        return SignIn(self._issuer, self._client, self._naming, self.sessions).routes

    @property
    def has_client(self) -> bool:
        """Whether people can sign in."""
        return self._client is not None

    async def close(self) -> None:
        """Let go of connections to the issuer."""
        await self._issuer.close()

    def _signed_in(self, request: Request) -> Caller:
        session = self.sessions.required(request)
        if session.rests_on != self._issuer.url:
            raise bearer.bad("This session began otherwise: sign in again.")
        return Caller(session.principal, session.until)
