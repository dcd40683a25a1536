"""`/healthz`, `/readyz` and `/metrics`, for whoever watches; they need no credential."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.http.answers import json_of
from adapters.http.queries import parsed
from adapters.observe.health import Health, HealthVerdict

_FRESH: Final = {"Cache-Control": "no-store"}
_METRICS: Final = "text/plain; version=0.0.4; charset=utf-8"


def watched(health: Health, registry: CollectorRegistry) -> list[Route]:
    """The paths of whoever watches."""

    def metrics(request: Request) -> Response:
        parsed(request.query_params, {})
        return Response(generate_latest(registry), headers=_FRESH, media_type=_METRICS)

    return [
        Route("/healthz", _told(health, health.alive)),
        Route("/readyz", _told(health, health.ready)),
        Route("/metrics", metrics),
    ]


def _told(health: Health, verdict: Callable[[], HealthVerdict]) -> Callable[[Request], Response]:
    def tell(request: Request) -> Response:
        parsed(request.query_params, {})
        found = verdict()
        status = HTTPStatus.OK if found.ok else HTTPStatus.SERVICE_UNAVAILABLE
        body = json_of(health.report(found))
        return Response(body, status, _FRESH, "application/json")

    return tell
