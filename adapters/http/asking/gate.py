"""What every way to prove who one is has in common: it names a caller, or says why not."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import ClassVar, Final, NamedTuple, Protocol

from starlette.requests import Request
from starlette.routing import BaseRoute

REALM: Final = "tieline"


class Caller(NamedTuple):
    """Who asks, and until when that holds."""

    principal: str
    until: float | None = None
    """Seconds since the epoch at which the credential ends; None if it does not by itself."""


class TurnedAway(Exception):
    """A request whose caller is not named; each kind has its status and its code."""

    status: ClassVar[HTTPStatus]
    code: ClassVar[str]

    def __init__(self, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = dict(headers or {})


class Unidentified(TurnedAway):
    """There is no credential, or none that holds."""

    status = HTTPStatus.UNAUTHORIZED
    code = "unidentified"

    def __init__(self, detail: str, challenge: str) -> None:
        """`challenge` is what WWW-Authenticate says."""
        super().__init__(detail, {"WWW-Authenticate": challenge})
        self.challenge = challenge


class Misdirected(TurnedAway):
    """The request names a host that this server does not answer for."""

    status = HTTPStatus.MISDIRECTED_REQUEST
    code = "misdirected"


class Forged(TurnedAway):
    """A page of another site sent it, with what the browser adds by itself."""

    status = HTTPStatus.FORBIDDEN
    code = "cross-site"


class GateDown(TurnedAway):
    """Who asks can't be told now: what it takes is away."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "issuer-unavailable"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, {"Retry-After": "5"})


class GateUnusable(Exception):
    """The settings open no safe gate; the text says what to change. Raised at start."""


class Gate(Protocol):
    """A way to prove who one is."""

    async def caller(self, request: Request) -> Caller:
        """Who asks. Raises TurnedAway.

        It may be asked again for the same request: what was revoked since is gone.
        """
        ...

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Its own paths: signing in and out."""
        ...

    async def close(self) -> None:
        """Let go of what it holds."""
        ...
