"""No proof at all, on loopback alone: for trying out."""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from starlette.requests import Request
from starlette.routing import BaseRoute

from adapters.http.asking.cross_site import refuse_cross_site
from adapters.http.asking.gate import (
    REALM,
    Caller,
    GateUnusable,
    Misdirected,
    Unidentified,
)
from adapters.http.asking.principals import is_principal

ACTOR: Final = "Tieline-Actor"
"""The header that names the principal to be."""

_PORT: Final = re.compile(r":[0-9]*$")


def refuse_beyond_loopback(address: str, proxies: str) -> None:
    """Raise GateUnusable for an address that others reach; `proxies` are those that are trusted,
    behind which everybody is on loopback.
    """
    if not is_loopback(address):
        raise GateUnusable(
            f"TIELINE_HTTP is {address}, which others reach, and nobody has to prove who they are: "
            "set TIELINE_AUTH to tokens:FILE, oidc:ISSUER or mtls, or listen on 127.0.0.1"
        )
    if proxies:
        raise GateUnusable(
            "TIELINE_TRUSTED_PROXY brings others in, and nobody has to prove who they are: set "
            "TIELINE_AUTH to tokens:FILE or oidc:ISSUER"
        )


@lru_cache(maxsize=1024)
def is_loopback(host: str) -> bool:
    """Whether a host, with or without a port, is this machine for itself alone."""
    name = _PORT.sub("", host)
    if name.lower() == "localhost":
        return True
    in_brackets = name.startswith("[") and name.endswith("]")
    try:
        return ip_address(name[1:-1] if in_brackets else name).is_loopback
    except ValueError:
        return False


class Loopback:
    """Everybody who reaches this machine's loopback is its owner, or whom they say they are."""

    def __init__(self, owner: str, trusted: Collection[str] = ()) -> None:
        """`trusted` are origins whose pages may send commands."""
        self._owner = owner
        self._trusted = trusted

    async def caller(self, request: Request) -> Caller:
        """The owner, or the principal named. Raises Misdirected, Forged, Unidentified."""
        host = request.headers.get("host", "")
        if not is_loopback(host):  # a name of somebody else's that leads here: DNS rebinding
            raise Misdirected(
                f"This server answers for localhost alone, not for {host[:100]!r}: nobody has to "
                "prove who they are here."
            )
        refuse_cross_site(request, self._trusted)
        named = request.headers.get(ACTOR)
        if named is None:
            return Caller(self._owner)
        if not is_principal(named):
            raise Unidentified(
                f"{ACTOR} must be user:NAME, service:NAME or provider:NAME, and not the engine's "
                "own service:tieline.",
                f'{ACTOR} realm="{REALM}"',
            )
        return Caller(named)

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Nobody signs in."""
        return ()

    async def close(self) -> None:
        """There is nothing to let go of."""
