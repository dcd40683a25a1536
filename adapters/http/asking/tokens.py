"""Opaque bearer tokens out of a file, for services and small teams.

A token is looked up by its SHA-256. How long a look-up takes tells at most something about the
digest of what was presented, which leads to no token: comparing in constant time would hide
nothing. Nor does the digest need salt or slowness, as tokens are 256 random bits.
"""

from collections.abc import Callable
from pathlib import Path
from time import time

from starlette.requests import Request

from adapters.http.asking import bearer
from adapters.http.asking.gate import Caller
from adapters.http.asking.kept_lines import KeptLines
from adapters.http.asking.token_file import digest_of, parsed


class Tokens:
    """The gate for callers that bring a token of a file."""

    def __init__(self, path: Path, clock: Callable[[], float] = time) -> None:
        self._held = KeptLines(path, parsed)
        self._clock = clock

    async def caller(self, request: Request) -> Caller:
        """Whose token it is. Raises Unidentified."""
        token = bearer.presented(request)
        if token is None:
            raise bearer.missing()
        held = self._held.get(digest_of(token))
        if held is None:
            raise bearer.bad("This token is not known, or was revoked.")
        if held.until is not None and held.until <= self._clock():
            raise bearer.bad("This token has expired.")
        return Caller(held.principal, held.until)

    async def close(self) -> None:
        """There is nothing to let go of."""
