"""Access tokens that an OIDC issuer signed."""

from starlette.requests import Request

from adapters.http.asking import bearer
from adapters.http.asking.claims import Naming, principal_of, refuse_other_kinds
from adapters.http.asking.gate import Caller
from adapters.http.asking.issuer import Issuer
from adapters.http.asking.signed import BadToken, signed


class AccessTokens:
    """The gate for callers that bring an access token of an issuer."""

    def __init__(self, issuer: Issuer, audience: str, naming: Naming) -> None:
        self._issuer = issuer
        self._audience = audience
        self._naming = naming

    async def caller(self, request: Request) -> Caller:
        """Whom the token speaks for. Raises Unidentified, GateDown."""
        token = bearer.presented(request)
        if token is None:
            raise bearer.missing()
        try:
            found = await signed(token, self._issuer, self._audience)
            refuse_other_kinds(found)
            return Caller(principal_of(found.claims, self._naming), found.until)
        except BadToken as fault:
            raise bearer.bad(str(fault)) from fault

    async def close(self) -> None:
        """Let go of connections to the issuer."""
        await self._issuer.close()
