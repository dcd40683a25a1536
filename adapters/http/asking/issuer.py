"""An OIDC issuer: what it says of itself, and the keys that it signs with.

Both are fetched when they are first needed and kept. A key that is not known is looked for again,
as issuers rotate theirs, but only every few seconds: anybody can present a token that names some
key. While the issuer is away, what was fetched goes on.
"""

import asyncio
from collections.abc import Callable, Mapping
from math import inf
from time import monotonic
from typing import Any, Final, NamedTuple, TypeVar

import httpx
import msgspec

from adapters.http.asking.gate import GateDown
from adapters.http.asking.issuer_keys import Key, usable
from adapters.observe.logs import logger

PAUSE: Final = 5.0
"""Seconds between two fetches for keys that are not known, or after a failure."""

STALE: Final = 600.0
"""Seconds after which what was fetched is fetched again: a key that was withdrawn must go."""

_PATIENCE: Final = 5.0
_DISCOVERY: Final = "/.well-known/openid-configuration"


class UnknownKey(Exception):
    """The issuer has no such key."""


class Endpoints(msgspec.Struct, frozen=True):
    """What an issuer says of itself (OpenID Connect Discovery), as far as it concerns us."""

    issuer: str
    jwks_uri: str
    authorization_endpoint: str = ""
    token_endpoint: str = ""


class _KeySet(msgspec.Struct):
    keys: list[dict[str, Any]]


class _Said(NamedTuple):
    endpoints: Endpoints
    keys: Mapping[str, Key]


S = TypeVar("S", bound=msgspec.Struct)


class Issuer:
    """The issuer at an address. For use in one event loop."""

    def __init__(self, url: str, clock: Callable[[], float] = monotonic) -> None:
        self.url = url
        self._clock = clock
        self._client = httpx.AsyncClient(timeout=_PATIENCE)
        self._said: _Said | None = None
        self._asked_at: float | None = None
        self._fault = ""
        self._asking: asyncio.Task[None] | None = None

    async def key(self, kid: str | None) -> Key:
        """The key of that id; without an id, the only one. Raises UnknownKey, GateDown."""
        said = await self._present()
        if (found := _found(said.keys, kid)) is None and self._may_ask():
            await self._ask()
            said = await self._present()
            found = _found(said.keys, kid)
        if found is not None:
            return found
        if self._fault:
            raise GateDown(f"The token's key is not known, and its issuer is away: {self._fault}")
        raise UnknownKey(kid)

    async def endpoints(self) -> Endpoints:
        """Where it answers. Raises GateDown."""
        return (await self._present()).endpoints

    async def close(self) -> None:
        """Let go of connections."""
        if self._asking:
            self._asking.cancel()
        await self._client.aclose()

    async def _present(self) -> _Said:
        """What it said, asked in the background where that was long ago. Raises GateDown."""
        if self._said is None and self._may_ask():
            await self._ask()
        elif self._is_stale() and self._may_ask():
            self._start()
        if self._said is None:
            raise GateDown(f"The issuer of tokens is away: {self._fault}")
        return self._said

    def _is_stale(self) -> bool:
        return bool(self._fault) or self._since_asked() >= STALE

    def _may_ask(self) -> bool:
        is_asking = self._asking is not None and not self._asking.done()
        return is_asking or self._since_asked() >= PAUSE

    def _since_asked(self) -> float:
        return inf if self._asked_at is None else self._clock() - self._asked_at

    async def _ask(self) -> None:
        """Ask once, however many wait for it; whoever stops waiting stops nobody else."""
        await asyncio.shield(self._start())

    def _start(self) -> asyncio.Task[None]:
        if self._asking is None or self._asking.done():
            self._asked_at = self._clock()
            self._asking = asyncio.create_task(self._fetch())
        return self._asking

    async def _fetch(self) -> None:
        try:
            said = await self._discover()
        except (httpx.HTTPError, httpx.InvalidURL, msgspec.MsgspecError, ValueError) as fault:
            self._fault = str(fault) or type(fault).__name__
            logger(__name__).warning("issuer-away", issuer=self.url, why=self._fault)
            return
        if self._said is None or set(said.keys) != set(self._said.keys):
            logger(__name__).info("issuer-keys", issuer=self.url, keys=sorted(said.keys))
        self._said, self._fault = said, ""

    async def _discover(self) -> _Said:
        endpoints = await self._get(f"{self.url.rstrip('/')}{_DISCOVERY}", Endpoints)
        if endpoints.issuer != self.url:
            raise ValueError(f"it calls itself {endpoints.issuer}, not {self.url}")
        for address in filter(None, (endpoints.authorization_endpoint, endpoints.token_endpoint)):
            refuse_downgrade(self.url, address)
        listed = await self._get(endpoints.jwks_uri, _KeySet)
        return _Said(endpoints, usable(listed.keys))

    async def _get(self, address: str, kind: type[S]) -> S:
        refuse_downgrade(self.url, address)
        answer = await self._client.get(address)
        return msgspec.json.decode(answer.raise_for_status().content, type=kind)


def refuse_downgrade(issuer: str, address: str) -> None:
    """Raise ValueError where an issuer at https:// leads to an address that is not."""
    if issuer.startswith("https://") and not address.startswith("https://"):
        raise ValueError(f"{address} is not at https://")


def _found(keys: Mapping[str, Key], kid: str | None) -> Key | None:
    if kid is None:
        return next(iter(keys.values())) if len(keys) == 1 else None
    return keys.get(kid)
