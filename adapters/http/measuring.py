"""Counts requests and measures how long they take, by the route that they took."""

from time import perf_counter
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.observe.metrics import HTTP_REQUESTS

NOWHERE: Final = "none"
"""The route of a request for which there is none: its path could be anything."""

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})


class Measuring:
    """The application, watched. A stream counts when it has begun."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = perf_counter()

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", NOWHERE)
                method = scope["method"] if scope["method"] in _METHODS else "other"
                seconds = perf_counter() - begun
                HTTP_REQUESTS.labels(route, method, str(message["status"])).observe(seconds)
            await send(message)

        await self._app(scope, receive, noted)
