"""The files that pages are made with: script, style, pictures. Each address names its content, so
that browsers keep it for good.
"""

from functools import cache
from hashlib import blake2b
from http import HTTPStatus
from importlib.resources import files
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_TYPES: Final = {
    "console.css": "text/css; charset=utf-8",
    "console.js": "text/javascript; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_FOR_GOOD: Final = "public, max-age=31536000, immutable"


def address_of(name: str) -> str:
    """Where a file is, in its present content."""
    return f"/console/{_tag(name)}/{name}"


def routes() -> list[Route]:
    """Where files are fetched from."""
    return [Route("/console/{tag}/{name}", _file, methods=["GET"])]


def _file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _TYPES:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    headers = {"Cache-Control": _FOR_GOOD, "X-Content-Type-Options": "nosniff"}
    return Response(_content(name), headers=headers, media_type=_TYPES[name])


@cache
def _content(name: str) -> bytes:
    return (files("adapters.console") / "static" / name).read_bytes()


@cache
def _tag(name: str) -> str:
    return blake2b(_content(name), digest_size=6).hexdigest()
