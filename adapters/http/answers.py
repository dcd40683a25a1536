"""Answers as they are sent: compact JSON, and what tells a cache whose they are."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import orjson
from starlette.requests import Request
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


def page_answer(request: Request, items: Sequence[Any], **following: Any) -> Response:
    """A page of a list; `following` is the parameter by which the next page is asked for, with its
    value, which is None on the last page.
    """
    ((name, value),) = following.items()
    headers: dict[str, str] = {}
    if value is not None:
        url = request.url.include_query_params(**{name: value})
        headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return answer({"items": items, "next": value}, headers=headers)
