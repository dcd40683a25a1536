"""The secret by which a page's forms are known again: what another site sends does not have it.

Until there are sessions to sign in to, a cookie holds the secret and nothing else. A session with a
secret of its own takes the cookie's place by being a `Sessions`.
"""

import hmac
from hashlib import sha256
from re import fullmatch
from secrets import token_urlsafe
from typing import Final, NamedTuple, Protocol

from starlette.requests import Request
from starlette.responses import Response

FIELD: Final = "csrf"
"""The field of every form that changes something."""

COOKIE: Final = "tieline-console"
_BEYOND_LOOPBACK: Final = "__Host-tieline-console"
"""Browsers let nobody but this very host set a cookie of such a name, and over TLS alone."""


class Session(NamedTuple):
    """A browser that looks at pages."""

    secret: str
    is_new: bool = False


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


def token_of(session: Session, principal: str) -> str:
    """What the forms of somebody's pages carry."""
    said = f"console form of {principal}".encode()
    return hmac.new(session.secret.encode(), said, sha256).hexdigest()


def is_token_of(session: Session, principal: str, token: str) -> bool:
    """Whether a form comes from a page of this session and this person."""
    return hmac.compare_digest(token_of(session, principal).encode(), token.encode())


def _name(request: Request) -> str:
    return _BEYOND_LOOPBACK if request.url.scheme == "https" else COOKIE
