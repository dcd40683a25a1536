"""No change of the interface breaks a client that was generated before."""

import json
from copy import deepcopy
from typing import Any

import pytest

from tests.http.breaking import broken
from tests.http.describing import DOCUMENT, OPENAPI_FILE

PATH = "/v1/circuits"


def test_no_client_of_the_committed_description_is_broken() -> None:
    assert broken(json.loads(OPENAPI_FILE.read_text(encoding="utf-8")), DOCUMENT) == []


def _without(at: str) -> Any:
    """The description without something, or with `=` something else."""
    new = deepcopy(DOCUMENT)
    *way, last = at.partition("=")[0].split(" ")
    place: Any = new
    for step in way:
        place = place[int(step) if isinstance(place, list) else step]
    if "=" in at:
        place[last] = json.loads(at.partition("=")[2])
    else:
        del place[int(last) if isinstance(place, list) else last]
    return new


BREAKS = [
    (f"paths {PATH}", f"GET {PATH} was removed"),
    (f'paths {PATH} get operationId="all"', f"GET {PATH} was list_circuits and is all"),
    (f"paths {PATH} get parameters 0", f"GET {PATH}: the parameter query customer_id was removed"),
    (
        f"paths {PATH} get parameters 0 required=true",
        f"GET {PATH}: the parameter query customer_id is newly required",
    ),
    (f"paths {PATH} get responses 404", f"GET {PATH}: 404 is no longer described"),
    ("components schemas Circuit", "the schema Circuit was removed"),
    ("components schemas Circuit properties tier", "Circuit: message.tier was removed"),
    ("components schemas Caused properties event", "Caused: message.event was removed"),
    (
        "components schemas Caused properties event",
        "Correlation: message.items[].event was removed",
    ),
    (
        'components schemas ChangeTier required=["tier", "why"]',
        "ChangeTier: message.why is newly required",
    ),
]


@pytest.mark.parametrize(("at", "told"), BREAKS, ids=[told for _, told in BREAKS])
def test_what_breaks_a_client_is_named(at: str, told: str) -> None:
    assert told in broken(DOCUMENT, _without(at))


def test_a_new_shape_among_the_schemas_breaks_nobody() -> None:
    new = deepcopy(DOCUMENT)
    new["components"]["schemas"]["Another"] = {"type": "string"}
    assert broken(DOCUMENT, new) == []


def test_what_is_added_breaks_nobody() -> None:
    assert broken(_without(f"paths {PATH}"), DOCUMENT) == []
    assert broken(_without(f"paths {PATH} get parameters 0"), DOCUMENT) == []
