"""Operations that anybody may call: they say what the server is, and nothing of what it holds."""

from collections.abc import Mapping
from typing import Any, Final

from adapters.http.answers import JSON
from adapters.http.openapi.common import problems
from adapters.http.openapi.reading import Operation, ids_of

_REFUSED: Final = (400, 500)


def _public(path: str, name: str, tag: str, about: str, *kinds: str, **more: Any) -> Operation:
    schemas = {
        kind: {"schema": {"type": "object" if "json" in kind else "string"}} for kind in kinds
    }
    return {
        "get": {
            "operationId": name,
            "tags": [tag],
            "summary": about,
            "security": [],
            "parameters": ids_of(path),
            "responses": {
                "200": {"description": about, "content": schemas},
                **more,
                **problems(_REFUSED),
            },
        }
    }


_OPENAPI: Final = "/v1/openapi.json"

PUBLIC: Final[Mapping[str, Operation]] = {
    _OPENAPI: _public(_OPENAPI, "get_openapi", "interface", "This document.", JSON),
}
