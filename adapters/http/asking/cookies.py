"""Encrypted cookies: what a browser keeps for us, and can neither read nor change.

One that was tampered with, that is too old, or that is of another key or purpose, is no cookie.
"""

from collections.abc import Callable
from time import time
from typing import Generic, TypeVar

import msgspec
from cryptography.fernet import InvalidToken, MultiFernet
from starlette.requests import Request
from starlette.responses import Response

from adapters.http.asking.loopback import is_loopback

S = TypeVar("S", bound=msgspec.Struct)


class SealedCookie(Generic[S]):
    """A cookie that holds a value of one kind, which has a tag: keys are shared by several."""

    def __init__(
        self,
        name: str,
        kind: type[S],
        seconds: int,
        key: MultiFernet,
        clock: Callable[[], float] = time,
    ) -> None:
        self._name = name
        self._kind = kind
        self._seconds = seconds
        self._key = key
        self._clock = clock

    def of(self, request: Request) -> S | None:
        """The value that a request brings; None if it brings none that holds."""
        sealed = request.cookies.get(self._name_for(request))
        if sealed is None:
            return None
        try:
            now = int(self._clock())
            opened = self._key.decrypt_at_time(sealed.encode(), self._seconds, now)
            return msgspec.json.decode(opened, type=self._kind)
        except (InvalidToken, msgspec.MsgspecError):
            return None

    def give(self, request: Request, response: Response, value: S) -> None:
        """Have the browser that asks keep a value."""
        written = msgspec.json.encode(value)
        sealed = self._key.encrypt_at_time(written, int(self._clock())).decode()
        self._set(request, response, sealed, self._seconds)

    def take_back(self, request: Request, response: Response) -> None:
        """Have the browser that asks forget it."""
        self._set(request, response, "", 0)

    def _set(self, request: Request, response: Response, value: str, seconds: int) -> None:
        response.set_cookie(
            self._name_for(request),
            value,
            max_age=seconds,
            path="/",
            secure=not _is_here(request),
            httponly=True,
            samesite="lax",
        )

    def _name_for(self, request: Request) -> str:
        """Off loopback browsers keep what is so called only for this very host, over TLS."""
        return self._name if _is_here(request) else f"__Host-{self._name}"


def _is_here(request: Request) -> bool:
    return is_loopback(request.headers.get("host", ""))
