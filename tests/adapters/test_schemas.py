"""The machine-readable contract: up to date, true of what is written, and never broken."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from adapters.contract import groups, schemas
from adapters.contract.compatibility import breaks
from domain.catalogue import COMMANDS, EVENTS
from domain.words.refusals import CODES
from tests.running import STORY, Tieline, story

FOLDER = Path(__file__).parents[2] / schemas.FOLDER
FILES = schemas.files()


def test_the_groups_of_the_command_line_are_the_nouns() -> None:
    assert not groups.is_stale(), "run 'make docs'"


def test_nothing_is_stale():
    assert schemas.stale(FOLDER) == [], "run `make docs` and commit what it writes"


def test_no_reader_of_an_older_version_is_broken():
    assert schemas.broken(FOLDER) == []


def test_every_message_has_a_schema_and_every_code_a_line():
    assert len(FILES) == len(COMMANDS) + len(EVENTS) + 3
    assert all(f"| `{code}` |" in FILES["refusals.md"] for code in CODES)
    assert all(f"| {name} |" in FILES["commands.md"] for name in COMMANDS)


@pytest.mark.parametrize("name", sorted(FILES))
def test_schemas_are_schemas(name: str):
    if name.endswith(".json"):
        jsonschema.Draft202012Validator.check_schema(json.loads(FILES[name]))


def schema_of(message: Any) -> Any:
    kind = message["type"]
    if kind.startswith("tieline.command."):
        return json.loads(FILES[f"commands/{kind.removeprefix('tieline.command.')}.json"])
    name = "outcomes/outcome.v1.json" if ".outcome." in kind else f"events/{kind}.json"
    return json.loads(FILES[name])


def test_what_the_story_writes_is_of_the_schemas(tieline: Tieline):
    outcomes = tieline.run("submit", "--settle", str(STORY)).lines
    outcomes += tieline.submit(story()[0] | {"id": "again"}).lines
    subjects = (
        "circuit/acme-fra-1",
        "circuit/acme-fra-1.r2",
        "customer/acme",
        "location/frankfurt",
    )
    events = [each for subject in subjects for each in tieline.ask_list("audit", "trail", subject)]
    assert len(events) > 25
    for message in (*story(), *outcomes, *events):
        jsonschema.validate(message, schema_of(message))


@pytest.mark.parametrize(
    "spoil", [{"bandwidth_mbps": "500"}, {"tier": "gold"}, {"colour": "red"}, {"provider": "a/b"}]
)
def test_what_is_malformed_is_not_of_the_schema(spoil: dict[str, Any]):
    order = next(each for each in story() if each["id"] == "c-004")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**order, "data": order["data"] | spoil}, schema_of(order))


OLD: dict[str, Any] = {
    "type": "object",
    "properties": {
        "kind": {"enum": ["a", "b"]},
        "name": {"type": "string", "maxLength": 10},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "things": {"type": "array", "items": {"$ref": "#/$defs/Thing"}},
    },
    "required": ["kind", "name"],
    "$defs": {
        "Thing": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
    },
}


def changed(at: str, value: Any) -> dict[str, Any]:
    """The old schema with another value at a place; None removes it."""
    new = deepcopy(OLD)
    *way, last = at.split("/")
    place: Any = new
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return new


BOTH, SENT, READ = {"sent to us", "read by others"}, {"sent to us"}, {"read by others"}


@pytest.mark.parametrize(
    ("new", "broken_for"),
    [
        (deepcopy(OLD), set[str]()),
        (changed("properties/name/description", "said better"), set[str]()),
        (changed("properties/more", {"type": "string"}), set[str]()),
        (changed("properties/note", None), BOTH),
        (changed("properties/name/type", "integer"), BOTH),
        (changed("properties/name/maxLength", 5), SENT),
        (changed("properties/name/maxLength", 20), READ),
        (changed("properties/name/maxLength", None), READ),
        (changed("properties/name/minLength", 1), SENT),
        (changed("properties/name/pattern", "^a"), SENT),
        (changed("required", ["kind", "name", "note"]), SENT),
        (changed("required", ["kind"]), READ),
        (changed("properties/kind/enum", ["a", "b", "c"]), READ),
        (changed("properties/kind/enum", ["a"]), SENT),
        (changed("properties/note/anyOf", [{"type": "string"}]), SENT),
        (changed("properties/things/items", {"type": "string"}), BOTH),
        (changed("$defs/Thing/required", []), READ),
        (changed("$defs/Thing/properties/id/type", "integer"), BOTH),
    ],
)
def test_what_breaks_whom(new: dict[str, Any], broken_for: set[str]):
    found = {side for side in ("sent to us", "read by others") if breaks(OLD, new, side)}
    assert found == broken_for


def test_a_break_is_named_by_its_file(tmp_path: Path):
    for name, text in schemas.files().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert (schemas.broken(tmp_path), schemas.stale(tmp_path)) == ([], [])
    file = tmp_path / "commands" / "delete-circuit.v1.json"
    old = json.loads(file.read_text(encoding="utf-8"))
    old["properties"]["data"]["properties"] = {"gently": {"type": "boolean"}}
    file.write_text(json.dumps(old), encoding="utf-8")
    (tmp_path / "events" / "tieline.circuit.exploded.v1.json").write_text("{}", encoding="utf-8")
    assert schemas.broken(tmp_path) == [
        "commands/delete-circuit.v1.json: message.data.gently was removed",
        "events/tieline.circuit.exploded.v1.json: the message was removed",
    ]
    assert len(schemas.stale(tmp_path)) == 2
