"""The description of the interface, as a whole."""

from collections.abc import Sequence
from typing import Any, Final

from adapters.http.asked import Question
from adapters.http.openapi import reading, sending
from adapters.http.openapi.common import HEADERS, PARAMETERS, SECURITY, WAYS_IN, responses
from adapters.http.openapi.public import public
from adapters.http.openapi.schemas import Schemas
from domain.catalogue import NOUNS

_ABOUT: Final = (
    "Commands in, questions answered. Every error is a problem (RFC 9457) with a code, which "
    "`/v1/problems/{code}` explains. What one may not see does not exist."
)
_VERSION: Final = "1"
"""Of the interface: a path that is there stays, and answers what it answered."""


def document(questions: Sequence[Question]) -> dict[str, Any]:
    """OpenAPI 3.1, of these questions and of every command of the catalogue."""
    schemas = Schemas()
    names = [reading.name_of(each) for each in questions]
    paths: dict[str, Any] = {}
    for found in (
        reading.reading(questions, schemas),
        sending.sending(schemas, names),
        public(),
    ):
        for path, operation in found.items():
            paths.setdefault(path, {}).update(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "tieline", "version": _VERSION, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": WAYS_IN,
        "tags": _tags(paths),
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.named.items())),
            "responses": responses({*reading.REFUSED, *sending.REFUSED}),
            "parameters": dict(PARAMETERS),
            "headers": dict(HEADERS),
            "securitySchemes": dict(SECURITY),
        },
    }


def _tags(paths: dict[str, Any]) -> list[dict[str, str]]:
    """The headings in the order of the paths, each noun with what people do with it."""
    about = {noun.plural: noun.about for noun in NOUNS.values()}
    names = dict.fromkeys(
        tag for path in paths.values() for operation in path.values() for tag in operation["tags"]
    )
    return [
        {"name": each} | ({"description": about[each]} if each in about else {}) for each in names
    ]
