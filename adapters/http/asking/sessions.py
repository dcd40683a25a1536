"""Sessions of the console: who has signed in with this browser, for eight hours."""

from collections.abc import Callable, Collection
from hmac import compare_digest
from secrets import token_urlsafe
from time import time
from typing import Final

import msgspec
from cryptography.fernet import MultiFernet
from starlette.requests import Request
from starlette.responses import Response

from adapters.http.asking import bearer
from adapters.http.asking.cookies import SealedCookie
from adapters.http.asking.cross_site import refuse_cross_site

LENGTH: Final = 8 * 3600
"""Seconds that a session lasts."""


class Session(msgspec.Struct, frozen=True, tag="session"):
    """Somebody who has signed in."""

    principal: str
    rests_on: str
    """What they signed in with: a token's digest, or the issuer. Without it there is no session."""
    csrf: str
    """What the session's own forms carry, and no other site knows."""
    begun: float

    @property
    def until(self) -> float:
        """Seconds since the epoch at which it ends."""
        return self.begun + LENGTH

    def sent(self, csrf: str) -> bool:
        """Whether a form that carries this is the session's own."""
        return compare_digest(self.csrf.encode(), csrf.encode())


class Sessions:
    """The sessions under one key."""

    def __init__(
        self,
        key: MultiFernet,
        trusted: Collection[str] = (),
        clock: Callable[[], float] = time,
    ) -> None:
        """`trusted` are origins whose pages may send commands."""
        self.key = key
        self._clock = clock
        self._trusted = trusted
        self._cookie = SealedCookie("tieline-session", Session, LENGTH, key, clock)

    def begin(self, request: Request, response: Response, principal: str, rests_on: str) -> Session:
        """A session for the browser that asks, in place of any it had. Raises Forged where another
        site signs somebody in.
        """
        refuse_cross_site(request, self._trusted)
        session = Session(principal, rests_on, token_urlsafe(), self._clock())
        self._cookie.give(request, response, session)
        return session

    def of(self, request: Request) -> Session | None:
        """The session of a request; what it rests on is another question."""
        return self._cookie.of(request)

    def required(self, request: Request) -> Session:
        """The session of a request that has no other credential. Raises Unidentified, and Forged
        where another site has sent it.
        """
        session = self.of(request)
        if session is None:
            raise bearer.missing()
        refuse_cross_site(request, self._trusted)
        return session

    def end(self, request: Request, response: Response) -> None:
        """Sign out. Raises Forged."""
        refuse_cross_site(request, self._trusted)
        self._cookie.take_back(request, response)
