"""What describes the interface, served to anybody: the document, its page, codes and schemas."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from hashlib import blake2b
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.contract.schemas import of_command, of_event, of_outcome
from adapters.http.answers import JSON, json_of
from adapters.http.asked import Question
from adapters.http.codes import coded
from adapters.http.openapi.document import document
from adapters.http.openapi.page import FOLDER, page, problem_page
from adapters.http.openapi.public import CSS, HTML, SCHEMA_JSON
from adapters.http.problems import missing
from adapters.http.queries import parsed
from domain.catalogue import COMMANDS, EVENTS
from domain.engine.outcomes import ACCEPTED, PARKED, REFUSED

_HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "public, max-age=300",
    "X-Content-Type-Options": "nosniff",
}
"""Of what is the same for everybody until the next release."""

_STRICT: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
"""Of pages: nothing runs in them, and nothing is loaded from elsewhere."""


def routes(questions: Sequence[Question]) -> list[Route]:
    """The paths of the description."""
    described = cache(lambda: document(questions))
    fixed: Mapping[str, tuple[str, Callable[[], bytes]]] = {
        "/v1/openapi.json": (JSON, cache(lambda: json_of(described()))),
        "/v1/docs": (HTML, cache(lambda: page(described()).encode())),
        "/v1/docs.css": (CSS, cache(FOLDER.joinpath("docs.css").read_bytes)),
    }
    return [
        *(Route(path, partial(_fixed, kind, made)) for path, (kind, made) in fixed.items()),
        Route("/v1/problems/{code}", _problem),
        Route("/v1/schemas/{type}", _schema),
    ]


def schema_of_message(kind: str) -> dict[str, Any] | None:
    """The JSON Schema of a message by its type; None if there is no such message."""
    if kind in (ACCEPTED, REFUSED, PARKED):
        return of_outcome()
    if event := EVENTS.get(kind):
        return of_event(event)
    commands = {each.type: each for each in COMMANDS.values()}
    return of_command(commands[kind]) if kind in commands else None


def _fixed(kind: str, made: Callable[[], bytes], request: Request) -> Response:
    parsed(request.query_params, {})
    return _lasting(request, made(), kind)


def _problem(request: Request) -> Response:
    parsed(request.query_params, {})
    found = coded().get(code := request.path_params["code"])
    if found is None:
        raise missing(f"code {code}")
    told = found.as_json()
    is_browser = HTML in request.headers.get("accept", "")
    answer = (problem_page(told).encode(), HTML) if is_browser else (json_of(told), JSON)
    answered = _lasting(request, *answer)
    answered.headers["Vary"] = "Accept"
    return answered


def _schema(request: Request) -> Response:
    parsed(request.query_params, {})
    found = schema_of_message(kind := request.path_params["type"])
    if found is None:
        raise missing(f"message {kind}")
    return _lasting(request, json_of(found), SCHEMA_JSON)


def _lasting(request: Request, body: bytes, kind: str) -> Response:
    """An answer that everybody may keep, or that the caller has it already."""
    tag = f'"{blake2b(body, digest_size=9).hexdigest()}"'
    headers = {**_HEADERS, **(_STRICT if kind == HTML else {}), "ETag": tag}
    known = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    if tag in (each.removeprefix("W/") for each in known) or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=kind)
