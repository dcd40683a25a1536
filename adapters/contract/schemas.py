"""The machine-readable contract, made from the code by `make docs`.

docs/contract/ holds a JSON Schema per message, a table of commands and a table of refusal codes.
What would break a program that was written against the schemas there is not written: a message is
changed by giving it a next version, never in place.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from adapters.contract.compatibility import Side, breaks
from domain.catalogue import COMMANDS, EVENTS, NOUNS
from domain.decider.rights import SELF
from domain.engine.outcomes import ACCEPTED, PARKED, REFUSED
from domain.words.data import CommandData, model_of
from domain.words.messages import Attributes
from domain.words.refusals import ABOUT, CODES, WARNINGS, Code
from domain.words.structs import Event

FOLDER: Final = Path("docs/contract")
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
BESIDE: Final = ("openapi.json", "problems.md")
"""What stands in the folder and is made elsewhere, from what HTTP answers."""

_TEXT: Final = {"type": "string"}
_TIME: Final = {"type": "string", "format": "date-time"}


def files() -> dict[str, str]:
    """Every generated file by its path in the folder, with its content."""
    schemas = {f"commands/{name}.v1.json": of_command(kind) for name, kind in COMMANDS.items()}
    schemas |= {f"events/{name}.json": of_event(kind) for name, kind in EVENTS.items()}
    schemas["outcomes/outcome.v1.json"] = of_outcome()
    texts = {path: _json(schema) for path, schema in schemas.items()}
    return texts | {"commands.md": table_of_commands(), "refusals.md": table_of_refusals()}


def broken(folder: Path = FOLDER) -> list[str]:
    """What would break programs written against the schemas in a folder."""
    new = files()
    found: list[str] = []
    for path in sorted(folder.rglob("*.json")):
        name = path.relative_to(folder).as_posix()
        if name in BESIDE:
            continue
        if name not in new:
            found.append(f"{name}: the message was removed")
            continue
        side: Side = "sent to us" if name.startswith("commands/") else "read by others"
        before, after = json.loads(path.read_text(encoding="utf-8")), json.loads(new[name])
        found.extend(f"{name}: {each}" for each in breaks(before, after, side))
    return found


def stale(folder: Path = FOLDER) -> list[str]:
    """The files of a folder that differ from what the code says, are missing, or are left over."""
    new = files()
    there = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.name not in BESIDE
    }
    return sorted(name for name in new.keys() | there.keys() if new.get(name) != there.get(name))


def of_command(kind: type[CommandData]) -> dict[str, Any]:
    """The schema of a command as it is sent: the CloudEvent with its data."""
    context = _quiet(Attributes.model_json_schema()["properties"])
    data, definitions = data_of(kind)
    properties: dict[str, Any] = {
        "id": _TEXT,
        "source": _TEXT,
        "type": {"const": kind.type},
        **{name: schema for name, schema in context.items() if not name.startswith("data")},
        "datacontenttype": _TEXT,
        "subject": {"type": "string", "pattern": f"^(?:{kind.subject.pattern})$"},
        "data": data,
    }
    required = ["specversion", "id", "source", "type", "subject"]
    if data.get("required"):
        required.append("data")
    return _message(kind.type, properties, required, definitions)


def of_event(kind: type[Event]) -> dict[str, Any]:
    """The schema of an event as others read it; a reader passes over fields it does not know."""
    data, definitions = data_of(kind)
    for each in (data, *definitions.values()):
        each.pop("additionalProperties", None)
    head = ("id", "source", "subject", "actor", "correlationid", "causationid")
    properties: dict[str, Any] = {
        "specversion": {"const": "1.0"},
        **dict.fromkeys(head, _TEXT),
        "type": {"const": kind.kind},
        "time": _TIME,
        "datacontenttype": {"const": "application/json"},
        "sequence": {"type": "integer", "minimum": 1},
        "position": {"type": "integer", "minimum": 1},
        "onbehalfof": _TEXT,
        "traceparent": _TEXT,
        "data": data,
    }
    optional = {"onbehalfof", "traceparent"}
    required = [name for name in properties if name not in optional]
    return _message(kind.kind, properties, required, definitions)


def of_outcome() -> dict[str, Any]:
    """The schema of an outcome: accepted, refused, or (not final) parked."""
    refusal = {
        "type": "object",
        "properties": {
            "code": {"type": "string"},
            "message": _TEXT,
            "facts": {"type": "object"},
            "blockers": {
                "type": "array",
                "items": _object({"what": _TEXT, "removed_by": _TEXT}),
            },
        },
        "required": ["code", "message", "facts", "blockers"],
    }
    data = {
        "type": "object",
        "properties": {
            "command_id": {"type": ["string", "null"]},
            "accepted": {"type": "boolean"},
            "events": {"type": "array", "items": _object({"id": _TEXT, "type": _TEXT})},
            "warnings": {"type": "array", "items": _object({"code": _TEXT, "message": _TEXT})},
            "refusal": refusal,
            "error": _TEXT,
        },
        "required": ["command_id", "accepted"],
    }
    properties: dict[str, Any] = {
        "specversion": {"const": "1.0"},
        "id": _TEXT,
        "source": _TEXT,
        "type": {"enum": [ACCEPTED, REFUSED, PARKED]},
        "subject": _TEXT,
        "time": _TIME,
        "datacontenttype": {"const": "application/json"},
        "correlationid": _TEXT,
        "causationid": _TEXT,
        "data": data,
    }
    required = ["specversion", "id", "source", "type", "time", "datacontenttype", "data"]
    return _message("tieline.outcome.v1", properties, required, {})


def table_of_commands() -> str:
    """Every command, with the streams it may address and its fields."""
    rows = [f"| {name} | {_subjects(kind)} | {_fields(kind)} |" for name, kind in COMMANDS.items()]
    head = (
        "# Commands\n\nGenerated by `make docs`. Optional fields are in brackets, with their "
        "default where they have one.\n\n| name | subject | data |\n| --- | --- | --- |\n"
    )
    return head + "\n".join(rows) + "\n"


def table_of_refusals() -> str:
    """Every refusal code with the sentence that its facts are put into, and every warning."""
    lines = [
        "# Refusal codes",
        "",
        "Generated by `make docs`. `{…}` are facts of the refusal, by their names.",
        "",
        "| about | code | message |",
        "| --- | --- | --- |",
        *(
            f"| {each.about} | `{code}` | {'<br>'.join((each.sentence, *each.fuller))} |"
            for code, each in _by_subject()
        ),
        "",
        "## Warnings",
        "",
        "| code | message |",
        "| --- | --- |",
        *(f"| `{code}` | {sentence} |" for code, sentence in WARNINGS.items()),
    ]
    return "\n".join(lines) + "\n"


def _by_subject() -> list[tuple[str, Code]]:
    """Every code, by what it is about; within that, in the order of the nouns."""
    about = list(dict.fromkeys((*ABOUT, *(each.about for each in CODES.values()))))
    return sorted(CODES.items(), key=lambda each: about.index(each[1].about))


def _message(
    title: str, properties: Mapping[str, Any], required: list[str], definitions: Mapping[str, Any]
) -> dict[str, Any]:
    schema: dict[str, Any] = {"$schema": _DIALECT, "title": title, "type": "object"}
    schema |= {"properties": properties, "required": required}
    return schema | ({"$defs": definitions} if definitions else {})


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def data_of(kind: type[CommandData] | type[Event]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of a message's data, and the definitions that it refers to."""
    model = kind if issubclass(kind, CommandData) else model_of(kind)
    schema = _quiet(model.model_json_schema())
    return schema, schema.pop("$defs", {})


def _quiet(schema: Any) -> Any:
    """A schema without titles that repeat a name, and without a default of null."""
    if isinstance(schema, list):
        return [_quiet(each) for each in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    items = cast("dict[str, Any]", schema).items()
    return {
        key: _quiet(value)
        for key, value in items
        if not (key == "title" and isinstance(value, str))
        and not (key == "default" and value is None)
    }


def _subjects(kind: type[CommandData]) -> str:
    nouns = [f"{noun}/ID" for noun in NOUNS if kind.subject.fullmatch(f"{noun}/x")]
    return ", ".join([*nouns, *([SELF] if kind.subject.fullmatch(SELF) else [])])


def _fields(kind: type[CommandData]) -> str:
    told: list[str] = []
    for name, info in kind.model_fields.items():
        if info.is_required():
            told.append(name)
        else:
            default = info.get_default(call_default_factory=True, validated_data={})
            told.append(
                f"[{name}]" if default in (None, []) else f"[{name}: {json.dumps(default)}]"
            )
    return ", ".join(told) or "–"


def _json(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the folder anew, unless that would break somebody."""
    if found := broken():
        told = "\n".join(f"  {each}" for each in found)
        sys.stderr.write(
            f"Not written, as programs written against docs/contract/ would break:\n{told}\n"
            "Give the message a next version instead.\n"
        )
        return 1
    new = files()
    for name in stale():
        path = FOLDER / name
        if name in new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(new[name], encoding="utf-8", newline="\n")
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
