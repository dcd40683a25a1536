"""Operations that send commands: in an envelope, or each by a path of its own."""

import json
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from adapters.http import openapi
from adapters.http.answers import CLOUDEVENT, CLOUDEVENTS, JSON
from adapters.http.commands import DRY_RUN, SOURCE
from adapters.http.openapi.common import header, parameter, problems
from adapters.http.openapi.reading import Operation, ids_of, tag_of
from adapters.http.openapi.schemas import Schemas, named
from adapters.http.queries import schema_of
from adapters.http.verbs import VERBS, Verb

REFUSED: Final = (400, 401, 403, 404, 409, 412, 413, 415, 421, 422, 429, 500, 503)
"""The statuses of problems that a command can have."""

EXAMPLES: Final = "examples.json"
_LATER: Final = "The outcome will be at `Location`: it was not waited for, or not decided yet."
_OF_LATER: Final = ("Location", "Preference-Applied", "Retry-After", "Link")
_BINARY: Final = ("specversion", "id", "source", "type", "subject")


@cache
def examples() -> Mapping[str, Mapping[str, Any]]:
    """An example of the data of every command, with its subject."""
    return json.loads(files(openapi).joinpath(EXAMPLES).read_text(encoding="utf-8"))


def sending(schemas: Schemas, names: Collection[str]) -> dict[str, Operation]:
    """The operation of each path; `names` are those of the questions to go on with."""
    verbs = {each.path: _verb(each, schemas, names) for each in VERBS}
    return {"/v1/commands": _envelopes(), **verbs}


def _verb(verb: Verb, schemas: Schemas, names: Collection[str]) -> Operation:
    name, about = verb.kind.verb, _about(verb)
    data = schemas.of_data(verb.kind)
    body: Operation = {"schema": data}
    if example := examples().get(name):
        body["example"] = example["data"]
    return {
        "post": {
            "operationId": _name_of(verb),
            "tags": [tag_of(verb.path)],
            "summary": about,
            "parameters": [
                *ids_of(verb.path),
                *_asked(),
                *(parameter(each) for each in ("IdempotencyKey", "IfMatch", "Prefer", "Actor")),
            ],
            "requestBody": {"required": bool(verb.kind.model_fields), "content": {JSON: body}},
            "responses": _answers(_outcome(verb, names), "Idempotency-Key"),
        }
    }


def _name_of(verb: Verb) -> str:
    """What generated clients call a command; those about the CSP are about customers as well."""
    name = verb.kind.verb if verb.noun != "csp" else f"{verb.kind.verb}-at-csp"
    return name.replace("-", "_")


def _about(verb: Verb) -> str:
    """The first sentence of a command's docstring, or its name."""
    said = " ".join((verb.kind.__doc__ or "").split("\n\n")[0].split())
    return said or f"{verb.kind.verb.replace('-', ' ').capitalize()}."


def _asked() -> list[Operation]:
    return [
        {
            "name": name,
            "in": "query",
            "description": "Answer what would be written, and write nothing.",
            "schema": dict(schema_of(parse)),
        }
        for name, parse in DRY_RUN.items()
    ]


def _outcome(verb: Verb, names: Collection[str]) -> Operation:
    """The answer to a command, with the address of what it was about."""
    answer: Operation = {
        "content": {
            CLOUDEVENT: {"schema": named("Outcome")},
            JSON: {"schema": named("DryRun")},
        }
    }
    one = f"get_{verb.noun}".replace("-", "_")
    if one in names and "{id}" in verb.path:
        answer["links"] = {
            "shown": {"operationId": one, "parameters": {"path.id": "$request.path.id"}}
        }
    return answer


_UNDER_WAY: Final[Operation] = {
    "type": "object",
    "properties": {
        "outcome": {"type": "string", "description": "Where the outcome will be."},
        "outcomes": {
            "type": "array",
            "items": {"type": ["string", "null"]},
            "description": "Of a batch, in its order; null for what gets none.",
        },
    },
}


def _answers(answer: Operation, *headers: str) -> Operation:
    told = {name: header(name) for name in ("Tieline-Written", "Link", *headers)}
    later = {name: header(name) for name in (*_OF_LATER, *headers)}
    return {
        "200": {
            "description": "The outcome; of a dry run, what would be written.",
            "headers": told,
            **answer,
        },
        "202": {
            "description": _LATER,
            "headers": later,
            "content": {
                CLOUDEVENT: {"schema": named("Outcome")},
                JSON: {"schema": _UNDER_WAY},
            },
        },
        **problems(REFUSED),
    }


def _envelopes() -> Operation:
    example = examples()["order-circuit"]
    command = {
        "specversion": "1.0",
        "id": "order-4711",
        "source": "/portal",
        "type": "tieline.command.order-circuit.v1",
        **example,
    }
    return {
        "post": {
            "operationId": "send_commands",
            "tags": ["commands"],
            "summary": "Send one command as a CloudEvent, structured or binary, or a batch.",
            "description": "Without an envelope, a command has a path of its own, and the source "
            f"`{SOURCE}`.",
            "parameters": [
                *_asked(),
                *(parameter(each) for each in ("IfMatch", "Prefer", "Actor")),
                *(_attribute(name) for name in _BINARY),
            ],
            "requestBody": {
                "required": True,
                "content": {
                    CLOUDEVENT: {"schema": named("Command"), "example": command},
                    CLOUDEVENTS: {"schema": named("Commands"), "example": [command]},
                    JSON: {"schema": {"type": "object"}, "example": example["data"]},
                },
            },
            "responses": _answers(
                {
                    "content": {
                        CLOUDEVENT: {"schema": named("Outcome")},
                        CLOUDEVENTS: {"schema": named("Outcomes")},
                        JSON: {"schema": {"anyOf": [named("DryRun"), named("DryRuns")]}},
                    }
                }
            ),
        }
    }


def _attribute(name: str) -> Operation:
    return {
        "name": f"ce-{name}",
        "in": "header",
        "description": "In binary mode, an attribute of the CloudEvent.",
        "schema": {"type": "string"},
    }
