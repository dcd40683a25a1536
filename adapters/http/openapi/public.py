"""Operations that anybody may call: they say what the server is, and nothing of what it holds."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from adapters.http.answers import JSON
from adapters.http.openapi.common import header, parameter, problems
from adapters.http.openapi.reading import Operation, ids_of

SCHEMA_JSON: Final = "application/schema+json"
HTML: Final = "text/html"
CSS: Final = "text/css"
PLAIN: Final = "text/plain"

_OBJECT: Final = {"type": "object"}
_TEXT: Final = {"type": "string"}
_LASTING: Final = (400, 421, 500)
_HEALTH: Final = {
    "type": "object",
    "properties": {"part": _TEXT, "ok": {"type": "boolean"}},
}
_UNFIT: Final = {"503": {"description": "It is not.", "content": {JSON: {"schema": _HEALTH}}}}
_EXPLAINED: Final = {
    "type": "object",
    "properties": {
        "code": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "about": _TEXT,
        "sentences": {"type": "array", "items": _TEXT},
        "facts": {"type": "array", "items": _TEXT},
    },
    "required": ["code", "title", "status", "about", "sentences", "facts"],
}


def public() -> Mapping[str, Operation]:
    """The operation of each path."""
    return {
        "/v1/openapi.json": _lasting("get_openapi", "This document.", {JSON: _OBJECT}),
        "/v1/docs": _lasting("get_docs", "This document as a page.", {HTML: _TEXT}),
        "/v1/docs.css": _lasting("get_docs_style", "How the pages look.", {CSS: _TEXT}),
        "/v1/problems/{code}": _lasting(
            "get_problem",
            "What the code of a problem means.",
            {JSON: _EXPLAINED, HTML: _TEXT},
            ids_of("/v1/problems/{code}"),
        ),
        "/v1/schemas/{type}": _lasting(
            "get_schema",
            "The JSON Schema of a message: of a command, an event, an outcome.",
            {SCHEMA_JSON: _OBJECT},
            ids_of("/v1/schemas/{type}"),
        ),
        "/healthz": _watched("get_health", "Whether the process turns.", {JSON: _HEALTH}, _UNFIT),
        "/readyz": _watched("get_ready", "Whether it can answer.", {JSON: _HEALTH}, _UNFIT),
        "/metrics": _watched("get_metrics", "Its metrics, for Prometheus.", {PLAIN: _TEXT}, {}),
    }


def _lasting(
    name: str, about: str, schemas: Mapping[str, Any], ids: Iterable[Operation] = ()
) -> Operation:
    """What stays the same until the next release."""
    ids = list(ids)
    answers = {
        "200": {
            "description": about,
            "headers": {"ETag": header("ETag")},
            "content": _content(schemas),
        },
        "304": {"description": "The caller has it already."},
        **problems([404] if ids else []),
    }
    return _operation(name, "interface", about, [*ids, parameter("IfNoneMatch")], answers)


def _watched(
    name: str, about: str, schemas: Mapping[str, Any], more: Mapping[str, Any]
) -> Operation:
    answers = {"200": {"description": about, "content": _content(schemas)}, **more}
    return _operation(name, "operations", about, [], answers)


def _operation(
    name: str, tag: str, about: str, parameters: list[Operation], answers: Operation
) -> Operation:
    return {
        "get": {
            "operationId": name,
            "tags": [tag],
            "summary": about,
            "security": [],
            "parameters": parameters,
            "responses": {**answers, **problems(_LASTING)},
        }
    }


def _content(schemas: Mapping[str, Any]) -> Operation:
    return {kind: {"schema": schema} for kind, schema in schemas.items()}
