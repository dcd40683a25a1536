"""The description of the interface as a page for people, without a script and from this server
alone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER: Final = Path(__file__).parent / "pages"
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined
)

Part = Mapping[str, Any]


class Field(NamedTuple):
    """A parameter, or a field of a body."""

    name: str
    place: str
    values: str
    about: str
    required: bool


class Shown(NamedTuple):
    """An operation as people read it."""

    method: str
    path: str
    name: str
    about: str
    parameters: Sequence[Field]
    fields: Sequence[Field]
    examples: Sequence[tuple[str, str]]
    answers: Sequence[tuple[str, str]]


class Heading(NamedTuple):
    """The operations of one tag."""

    name: str
    about: str
    operations: Sequence[Shown]


def page(document: Part) -> str:
    """The page of a document."""
    shown = [
        (operation["tags"][0], _shown(document, path, method, operation))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    headings = [
        Heading(
            tag["name"],
            tag.get("description", ""),
            [each for name, each in shown if name == tag["name"]],
        )
        for tag in document["tags"]
    ]
    told = {"title": document["info"]["title"], "about": document["info"]["description"]}
    return _TEMPLATES.get_template("docs.html").render(headings=headings, **told)


def problem_page(problem: Part) -> str:
    """A page that explains a problem's code."""
    return _TEMPLATES.get_template("problem.html").render(problem=problem)


def _shown(document: Part, path: str, method: str, operation: Part) -> Shown:
    parameters = [_resolved(document, each) for each in operation["parameters"]]
    content: Part = operation.get("requestBody", {}).get("content", {})
    answers = {status: _resolved(document, each) for status, each in operation["responses"].items()}
    return Shown(
        method.upper(),
        path,
        operation["operationId"],
        operation["summary"],
        [
            _field(document, each["name"], each["in"], each, required=each.get("required", False))
            for each in parameters
        ],
        [field for kind in list(content)[:1] for field in _fields(document, content[kind])],
        [
            (kind, json.dumps(each["example"], indent=2, ensure_ascii=False))
            for kind, each in content.items()
        ],
        [(status, each["description"]) for status, each in answers.items()],
    )


def _fields(document: Part, body: Part) -> Iterator[Field]:
    schema = _resolved(document, body["schema"])
    for name, each in schema.get("properties", {}).items():
        is_required = name in schema.get("required", ())
        yield _field(document, name, "body", {"schema": each}, required=is_required)


def _field(document: Part, name: str, place: str, said: Part, *, required: bool) -> Field:
    schema = _resolved(document, said["schema"])
    about = said.get("description") or schema.get("description", "")
    return Field(name, place, _values(document, schema), about, required)


def _values(document: Part, schema: Part) -> str:
    """What a schema takes, in short."""
    schema = _resolved(document, schema)
    if "anyOf" in schema:
        return " or ".join(_values(document, each) for each in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "items" in schema:
        return f"a list of {_values(document, schema['items'])}"
    kinds = schema.get("type", "anything")
    said = " or ".join(cast("list[str]", kinds)) if isinstance(kinds, list) else str(kinds)
    return f"{said} ({schema['format']})" if "format" in schema else said


def _resolved(document: Part, part: Part) -> Part:
    """What a reference refers to."""
    while "$ref" in part:
        found: Any = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part
