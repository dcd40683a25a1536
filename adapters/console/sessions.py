"""The secret by which a page's forms are known again: what another site sends does not have it.

Who has signed in has it in their session; for others a cookie holds it and nothing else.
"""

import hmac
from hashlib import sha256
from re import fullmatch
from secrets import token_urlsafe
from typing import Final, Literal, NamedTuple, Protocol

from starlette.requests import Request
from starlette.responses import Response

from adapters.http.asking.gate import Gate
from adapters.http.asking.oidc import AccessTokens
from adapters.http.asking.sessions import Sessions as Begun
from adapters.http.asking.tokens import Tokens

FIELD: Final = "csrf"
"""The field of every form that changes something."""

COOKIE: Final = "tieline-console"
_BEYOND_LOOPBACK: Final = "__Host-tieline-console"
"""Browsers let nobody but this very host set a cookie of such a name, and over TLS alone."""


class Session(NamedTuple):
    """A browser that looks at pages."""

    secret: str
    is_new: bool = False
    is_signed_in: bool = False
    """Whether somebody has signed in, and so can sign out."""


class Sessions(Protocol):
    """Where browsers' secrets are kept."""

    def of(self, request: Request) -> Session:
        """The session of a request, or a new one."""
        ...

    def keep(self, request: Request, response: Response, session: Session) -> None:
        """Have the browser keep a session."""
        ...


class Cookies:
    """A secret in a cookie of its own."""

    def of(self, request: Request) -> Session:
        """The session of a request, or a new one."""
        kept = request.cookies.get(_name(request), "")
        if fullmatch(r"[A-Za-z0-9_-]{43}", kept):
            return Session(kept)
        return Session(token_urlsafe(32), is_new=True)

    def keep(self, request: Request, response: Response, session: Session) -> None:
        """Have the browser keep a session until it is closed."""
        if session.is_new:
            response.set_cookie(
                _name(request),
                session.secret,
                path="/",
                httponly=True,
                samesite="lax",
                secure=request.url.scheme == "https",
            )


class SignedIn:
    """The secrets of those who have signed in; of others, as of anybody."""

    def __init__(self, begun: Begun) -> None:
        self._begun = begun
        self._others = Cookies()

    def of(self, request: Request) -> Session:
        """The session of a request, or a new one."""
        session = self._begun.of(request)
        return Session(session.csrf, is_signed_in=True) if session else self._others.of(request)

    def keep(self, request: Request, response: Response, session: Session) -> None:
        """Have the browser keep a session; what began by signing in is kept already."""
        self._others.keep(request, response, session)


Way = Literal["token", "issuer"]
"""How people sign in: with a token that they type, or at an issuer."""


def way_of(gate: Gate) -> Way | None:
    """How people sign in; None where a certificate or the machine says who they are."""
    if isinstance(gate, Tokens):
        return "token"
    return "issuer" if isinstance(gate, AccessTokens) and gate.has_client else None


def sessions_of(gate: Gate) -> Sessions:
    """The sessions of a console behind a gate."""
    if isinstance(gate, Tokens | AccessTokens):
        return SignedIn(gate.sessions)
    return Cookies()


def token_of(session: Session, principal: str) -> str:
    """What the forms of somebody's pages carry."""
    said = f"console form of {principal}".encode()
    return hmac.new(session.secret.encode(), said, sha256).hexdigest()


def is_token_of(session: Session, principal: str, token: str) -> bool:
    """Whether a form comes from a page of this session and this person."""
    return hmac.compare_digest(token_of(session, principal).encode(), token.encode())


def _name(request: Request) -> str:
    return _BEYOND_LOOPBACK if request.url.scheme == "https" else COOKIE
