"""A small OIDC issuer on a real server: discovery, keys that rotate, sign-in by code with PKCE."""

import base64
import hashlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from secrets import token_urlsafe
from time import time
from typing import Any
from urllib.parse import urlencode

from joserfc import jws, jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.http.asking import serving

AUDIENCE = "api://tieline"
CLIENT = "console"
SECRET = "s3cret"
PUBLIC = "public"
"""A client without a secret."""


def rsa(kid: str, size: int = 2048) -> RSAKey:
    return RSAKey.generate_key(size, {"kid": kid, "use": "sig"})


def ec(kid: str, curve: Any = "P-256") -> ECKey:
    return ECKey.generate_key(curve, {"kid": kid})


def ed(kid: str) -> OKPKey:
    return OKPKey.generate_key("Ed25519", {"kid": kid})


_ONE = rsa("one")


class _Anything(jws.JWSRegistry):
    """Signs under any header."""

    def check_header(self, header: Any) -> None:
        pass


class AnIssuer:
    """An issuer: what it signs, what it publishes, and what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.named = ""
        """What it calls itself where that is another than its address."""
        self.key: Key = _ONE
        self.published: list[Mapping[str, Any]] = []
        self.publish(self.key)
        self.is_away = False
        self.is_failing = False
        """Whether it gives no tokens."""
        self.fetched = 0
        self.user: dict[str, Any] = {"sub": "anna"}
        """Who signs in."""
        self.id_token: dict[str, Any] = {}
        """Claims of id tokens that are other than they should be."""
        self._codes: dict[str, Mapping[str, str]] = {}

    def publish(self, *keys: Key) -> None:
        self.published = [each.as_dict(private=False) for each in keys]

    def rotate(self, key: Key) -> None:
        """Sign with a new key, and publish it alone."""
        self.key = key
        self.publish(key)

    def claims(self, **claims: Any) -> dict[str, Any]:
        """Those of an access token; None leaves one out."""
        now = int(time())
        usual = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "anna",
            "azp": CLIENT,
            "iat": now,
            "exp": now + 300,
        }
        return {name: each for name, each in (usual | claims).items() if each is not None}

    def token(self, alg: str = "RS256", key: Key | None = None, **claims: Any) -> str:
        return self.signed(self.claims(**claims), {"alg": alg, "typ": "at+jwt"}, key)

    def signed(
        self, claims: Mapping[str, Any], header: Mapping[str, Any], key: Key | None = None
    ) -> str:
        """Any claims under any header, signed by its key or another."""
        by = key or self.key
        full = {"kid": by.kid, **header}
        full = {name: each for name, each in full.items() if each is not None}
        registry = _Anything(algorithms=[str(header["alg"])])
        return jwt.encode(full, dict(claims), by, registry=registry, default_type=None)

    # --- what it answers

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/csp/.well-known/openid-configuration", self._discovery),
                Route("/csp/keys", self._keys),
                Route("/csp/authorize", self._authorize),
                Route("/csp/token", self._token, methods=["POST"]),
            ]
        )

    async def _discovery(self, _: Request) -> Response:
        self.fetched += 1
        if self.is_away:
            return Response(status_code=503)
        return JSONResponse(
            {
                "issuer": self.named or self.url,
                "jwks_uri": f"{self.url}/keys",
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
            }
        )

    async def _keys(self, _: Request) -> Response:
        return JSONResponse({"keys": self.published})

    async def _authorize(self, request: Request) -> Response:
        """Whoever is asked agrees at once."""
        code = token_urlsafe()
        asked = dict(request.query_params)
        self._codes[code] = asked
        answer = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{answer}", 303)

    async def _token(self, request: Request) -> Response:
        if self.is_failing:
            return Response(status_code=502)
        form = {name: str(each) for name, each in (await request.form()).items()}
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or not self._may(request, form, asked):
            return JSONResponse({"error": "invalid_grant"}, 400)
        claims = self.claims(
            aud=asked["client_id"], azp=asked["client_id"], nonce=asked["nonce"], **self.user
        )
        told = {name: each for name, each in (claims | self.id_token).items() if each is not None}
        id_token = self.signed(told, {"alg": "RS256", "typ": "JWT"})
        body = {"access_token": self.token(), "token_type": "Bearer", "id_token": id_token}
        return JSONResponse(body)

    @staticmethod
    def _may(request: Request, form: Mapping[str, str], asked: Mapping[str, str]) -> bool:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        is_public = "authorization" not in request.headers and form.get("client_id") == PUBLIC
        return (
            (is_public or request.headers.get("authorization") == f"Basic {basic}")
            and asked["code_challenge_method"] == "S256"
            and asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
            and form.get("redirect_uri") == asked["redirect_uri"]
            and "openid" in asked["scope"].split()
        )


@contextmanager
def issuing() -> Generator[AnIssuer]:
    """An issuer that answers on loopback."""
    issuer = AnIssuer()
    with serving(issuer.app) as address:
        issuer.url = f"http://{address}/csp"
        yield issuer
