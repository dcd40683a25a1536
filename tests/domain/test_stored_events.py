"""A stored event is published for ever: every version ever written is still read.

`stored/` holds one example of each type as it was written; its lines are never changed, only added.
"""

import json
from typing import Any

import orjson
import pytest
from pydantic import TypeAdapter

from domain.catalogue import EVENTS
from domain.engine.records import encoded, event_of, recorded
from tests.stored import missing, stored

EXAMPLES = stored()


def test_every_type_has_a_stored_example() -> None:
    advice = "'make docs' adds each one that an example command writes; add the others by hand"
    assert not missing(), f"{sorted(missing())} have no stored example: {advice}"


@pytest.mark.parametrize("example", EXAMPLES, ids=[each["type"] for each in EXAMPLES])
def test_what_was_stored_is_read_and_written_the_same(example: dict[str, Any]) -> None:
    state, kind = example["state"], example["type"]
    read = recorded(7, example["stream"], 3, kind, orjson.dumps(state))
    assert (read.time, read.actor, read.event.kind) == (state["time"], state["actor"], kind)
    assert json.loads(encoded(b'{"data":', read.event))["data"] == state["data"]


@pytest.mark.parametrize("example", EXAMPLES, ids=[each["type"] for each in EXAMPLES])
def test_what_is_read_as_it_stands_is_what_a_check_would_give(example: dict[str, Any]) -> None:
    data, kind = json.dumps(example["state"]["data"]), example["type"]
    checked: Any = TypeAdapter(EVENTS[kind]).validate_json(data)
    assert event_of(kind, data) == checked


def test_a_field_that_is_missing_or_unknown_is_an_error() -> None:
    kind = "tieline.circuit.deprovisioning-rejected.v1"
    for data in ("{}", '{"reason": "x", "colour": "red"}'):
        with pytest.raises(ValueError, match=r"field `(reason|colour)`"):
            event_of(kind, data)


def test_an_event_without_its_head_is_an_error() -> None:
    with pytest.raises(ValueError, match="time"):
        recorded(1, "circuit/c", 1, "tieline.circuit.provisioned.v1", b'{"data":{}}')
