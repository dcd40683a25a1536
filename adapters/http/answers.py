"""Answers as they are sent: compact JSON, and what tells a cache whose they are."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import orjson
from starlette.responses import Response

JSON: Final = "application/json"
CLOUDEVENT: Final = "application/cloudevents+json"
CLOUDEVENTS: Final = "application/cloudevents-batch+json"

PRIVATE: Final[Mapping[str, str]] = {
    "Vary": "Authorization, Cookie",
    "Cache-Control": "private, no-cache",
}
"""Headers of what depends on who asks."""


def json_of(value: Any) -> bytes:
    """A value as JSON."""
    return orjson.dumps(value)


def answer(
    value: Any,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    kind: str = JSON,
) -> Response:
    """An answer that nobody but the caller may keep."""
    return Response(json_of(value), status, {**PRIVATE, **(headers or {})}, kind)
