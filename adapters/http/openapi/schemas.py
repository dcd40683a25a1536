"""The schemas that the description of the interface refers to by name."""

from collections.abc import Mapping
from typing import Any, Final, cast

from msgspec.json import schema_components

from adapters.contract.schemas import data_of, of_outcome
from adapters.http.bodies import MOST
from domain.words.data import CommandData
from domain.words.messages import Attributes

Schema = dict[str, Any]

TEMPLATE: Final = "#/components/schemas/{name}"
_TEXT: Final = {"type": "string"}


def named(name: str) -> Schema:
    """A reference to a schema."""
    return {"$ref": TEMPLATE.format(name=name)}


class Schemas:
    """The schemas of a document while it is written; each name stands for one schema."""

    def __init__(self) -> None:
        self.named: dict[str, Schema] = {}
        for name, schema in _fixed().items():
            self.add(name, schema)

    def add(self, name: str, schema: Schema) -> Schema:
        """Keep a schema under its name, and refer to it. Raises ValueError where the name stands
        for another.
        """
        if self.named.setdefault(name, schema) != schema:
            raise ValueError(f"two schemas are called {name}")
        return named(name)

    def of_type(self, kind: Any) -> Schema:
        """The schema of a type of answers."""
        if kind is Any:
            return {}
        if isinstance(kind, str):
            return named(kind)
        (schema,), found = schema_components([kind], ref_template=TEMPLATE)
        for name, each in found.items():
            self.add(name, _typed(each))
        return dict(schema)

    def page_of(self, kind: Any) -> Schema:
        """The schema of a page of a list."""
        items = {"type": "array", "items": self.of_type(kind)}
        properties = {"items": items, "next": {"type": ["string", "null"]}}
        return _object(properties)

    def of_data(self, kind: type[CommandData]) -> Schema:
        """The schema of a command's data."""
        schema, definitions = data_of(kind)
        for name, each in definitions.items():
            self.add(name, _hoisted(each))
        return self.add(kind.__name__, _hoisted(schema))


def _hoisted(schema: Any) -> Any:
    """A schema that refers to the document's schemas instead of its own definitions."""
    if isinstance(schema, list):
        return [_hoisted(each) for each in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    members = cast("Schema", schema)
    if "$ref" in members:
        return named(members["$ref"].rpartition("/")[2])
    return {key: _hoisted(value) for key, value in members.items()}


def _typed(schema: Any) -> Any:
    """A schema in which a list of words says that they are texts: generators of clients ask."""
    if isinstance(schema, list):
        return [_typed(each) for each in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    members = {key: _typed(value) for key, value in cast("Schema", schema).items()}
    return {"type": "string", **members} if isinstance(members.get("enum"), list) else members


def _object(properties: Mapping[str, Any]) -> Schema:
    return {"type": "object", "properties": dict(properties), "required": list(properties)}


def _fixed() -> Mapping[str, Schema]:
    """What is not made of a class."""
    outcome = of_outcome()
    del outcome["$schema"]
    event = _object({"id": _TEXT, "type": _TEXT})
    event["properties"]["data"] = {"type": "object"}
    blocker = _object({"what": _TEXT, "removed_by": _TEXT})
    warning = _object({"code": _TEXT, "message": _TEXT})
    refusal: Schema = outcome["properties"]["data"]["properties"]["refusal"]
    refusal["properties"]["blockers"]["items"] = named("Blocker")
    outcome["properties"]["data"]["properties"]["warnings"]["items"] = named("Warning")
    outcome["properties"]["data"]["properties"]["refusal"] = named("Refusal")
    return {
        "Blocker": blocker,
        "Warning": warning,
        "Refusal": refusal,
        "Outcome": outcome,
        "Outcomes": {"type": "array", "items": named("Outcome")},
        "Command": _command(),
        "Commands": {"type": "array", "items": named("Command"), "maxItems": MOST},
        "DryRun": _dry_run(event),
        "DryRuns": {"type": "array", "items": named("DryRun")},
        "Problem": _problem(),
    }


def _command() -> Schema:
    context = Attributes.model_json_schema()["properties"]
    head = ("specversion", "subject", "time", "actor", "onbehalfof")
    more = ("correlationid", "causationid", "traceparent", "ifversion")
    name = {"type": "string", "minLength": 1, "maxLength": 1000}
    properties: Schema = {"id": name, "source": name, "type": name}
    properties |= {each: _bare(context[each]) for each in (*head, *more)}
    properties["data"] = {"type": "object"}
    return {
        "type": "object",
        "description": "A command in its envelope, a CloudEvent; the schema of its data is that of "
        "the path of the same command.",
        "properties": properties,
        "required": ["specversion", "id", "source", "type", "subject"],
    }


def _bare(schema: Mapping[str, Any]) -> Schema:
    """Without titles that repeat a name, and a default of null."""
    return {key: value for key, value in schema.items() if key not in ("title", "default")}


def _dry_run(event: Schema) -> Schema:
    anything = {"type": ["object", "null"]}
    return _object(
        {
            "would_write": {"type": "array", "items": event},
            "plan": anything,
            "blockers": {"type": "array", "items": named("Blocker")},
            "warnings": {"type": "array", "items": named("Warning")},
            "holds_for": {"type": "object", "additionalProperties": {"type": "integer"}},
            "refusal": {"anyOf": [named("Refusal"), {"type": "null"}]},
            "again": {"type": "boolean"},
            "error": {"type": ["string", "null"]},
        }
    )


def _problem() -> Schema:
    problem = _object(
        {
            "type": {"type": "string", "format": "uri"},
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
            "code": _TEXT,
        }
    )
    problem["description"] = "What is wrong (RFC 9457); a refused command has its whole outcome."
    problem["properties"] |= {
        "facts": {"type": "object"},
        "blockers": {"type": "array", "items": named("Blocker")},
        "outcome": named("Outcome"),
        "defect": _TEXT,
    }
    return problem
