"""Operations that read: one for each question of the server."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from adapters.http.asked import Question
from adapters.http.openapi.common import header, parameter, problems
from adapters.http.openapi.schemas import Schemas
from adapters.http.queries import schema_of
from domain.catalogue import NOUNS

Operation = dict[str, Any]

REFUSED: Final = (400, 401, 404, 421, 429, 500, 503)
"""The statuses of problems that any question can have."""

_SINGULAR: Final[Mapping[str, str]] = {noun.plural: noun.name for noun in NOUNS.values()}


def reading(questions: Sequence[Question], schemas: Schemas) -> dict[str, Operation]:
    """The operation of each path."""
    names = {name_of(each): each for each in questions}
    return {shown_path(each): _operation(each, schemas, names) for each in questions}


def shown_path(question: Question) -> str:
    """The path of a question as it is described, whatever an id in it may hold."""
    return question.path.replace(":path}", "}")


def name_of(question: Question) -> str:
    """What generated clients call a question: `list_circuits`, `get_circuit`."""
    if question.name:
        return question.name
    parts = question.path.removeprefix("/v1/").split("/")
    said = [part for part in parts if not part.startswith("{")]
    before_id = {one for one, other in pairwise(parts) if _is_id(other)}
    words = [_singular(part) if part in before_id else part for part in said]
    verb = "list" if is_list(question) else "get"
    return "_".join([verb, *words]).replace("-", "_")


def is_list(question: Question) -> bool:
    """Whether it is read in pages."""
    return "cursor" in question.parameters


def tag_of(path: str) -> str:
    """The heading under which a path stands: its noun, or what it is about."""
    return path.removeprefix("/v1/").partition("/")[0]


def ids_of(path: str) -> list[Operation]:
    """The parameters in a path."""
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in re.findall(r"{(\w+)(?::path)?}", path)
    ]


def _is_id(part: str) -> bool:
    return part.startswith("{")


def _singular(plural: str) -> str:
    return _SINGULAR.get(plural, plural.removesuffix("s"))


def _operation(question: Question, schemas: Schemas, names: Mapping[str, Question]) -> Operation:
    asked = [
        {"name": name, "in": "query", **_need(question, name), "schema": dict(schema_of(parse))}
        for name, parse in question.parameters.items()
    ]
    headers = [parameter(name) for name in ("AtLeast", "IfNoneMatch", "Actor")]
    return {
        "get": {
            "operationId": name_of(question),
            "tags": [tag_of(question.path)],
            "summary": question.about,
            "parameters": [*ids_of(question.path), *asked, *headers],
            "responses": {
                "200": _answer(question, schemas, names),
                "304": {"description": "The caller has it already."},
                **problems(REFUSED),
            },
        }
    }


def _need(question: Question, name: str) -> Operation:
    return {"required": True} if name in question.needed else {}


def _answer(question: Question, schemas: Schemas, names: Mapping[str, Question]) -> Operation:
    schema = schemas.of_type(question.answers)
    if is_list(question):
        schema = schemas.page_of(question.answers)
    found: Operation = {
        "description": question.about,
        "headers": {"Link" if is_list(question) else "ETag": header(_head(question))},
        "content": {
            kind: {"schema": schema if kind.endswith("json") else {"type": "string"}}
            for kind in question.media_types
        },
    }
    if links := _links(question, names):
        found["links"] = links
    return found


def _head(question: Question) -> str:
    return "Link" if is_list(question) else "ETag"


def _links(question: Question, names: Mapping[str, Question]) -> Operation:
    """From a page to the next one, and to the first of its things."""
    if not is_list(question):
        return {}
    own = name_of(question)
    same = {
        f"path.{each['name']}": f"$request.path.{each['name']}" for each in ids_of(question.path)
    }
    links: Operation = {
        "next": {
            "operationId": own,
            "parameters": {**same, "query.cursor": "$response.body#/next"},
            "description": "The next page, unless `next` is null.",
        }
    }
    noun = _SINGULAR.get(tag_of(question.path))
    if noun and own == f"list_{tag_of(question.path)}".replace("-", "_"):
        one = f"get_{noun}".replace("-", "_")
        key = f"$response.body#/items/0/{noun.replace('-', '_')}_id"
        if one in names:
            links["first"] = {"operationId": one, "parameters": {"path.id": key}}
    return links
