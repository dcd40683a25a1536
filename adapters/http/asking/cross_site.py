"""Requests that a page of another site has a browser send.

What a browser adds by itself (a cookie, a client certificate, its place on loopback) proves who
sits before it, not that they meant it. Browsers say where a request comes from, in Sec-Fetch-Site
and, older ones, in Origin; what is no browser says nothing, and is no danger.
"""

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from adapters.http.asking.gate import Forged

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_cross_site(request: Request, trusted: Collection[str]) -> None:
    """Raise Forged for what changes something and comes from another site; `trusted` are origins
    that may: `https://portal.example`.
    """
    origin = request.headers.get("origin")
    if request.method in _SAFE or origin in trusted or _is_own(request, origin):
        return
    raise Forged(
        "A page of another site sent this, and the browser answered for you. Send a bearer token, "
        "or name the page's origin in TIELINE_CORS."
    )


def _is_own(request: Request, origin: str | None) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
