"""Every example of a command over HTTP: decided as the specification decides it, and answered as
the description of the interface says.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any, is_typeddict

import httpx
import jsonschema
import pytest

from adapters.http.problems import status_of
from adapters.http.verbs import VERBS, Verb
from domain.words.values import format_time
from projections import shapes
from tests.domain.spec import given
from tests.examples.commands import EXAMPLES, ON_CSP
from tests.examples.full_world import NEW, a_full_world
from tests.http.describing import DOCUMENT
from tests.http.serving import Caller
from tests.http.worlds import serving_full_world


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    with serving_full_world(tmp_path_factory.mktemp("everything")) as caller:
        yield caller


def _sent(verb: Verb) -> tuple[str, dict[str, Any]]:
    """The path and the data of a command's example, as one that creates about something new."""
    name = verb.kind.verb
    data = EXAMPLES[name].data
    if verb.noun == "csp":
        return verb.path, {key: value for key, value in data.items() if key not in _OF_CUSTOMERS}
    id = NEW.get(name, EXAMPLES[name].subject).partition("/")[2]
    return verb.path.replace("{id}", id), data


_OF_CUSTOMERS = ("scope", "on_behalf")
"""Fields that a command about the CSP does not have."""


def _strict() -> dict[str, Any]:
    """The schemas of the document, in which the views show no field that is not described."""
    found = deepcopy(DOCUMENT["components"])
    for name, schema in found["schemas"].items():
        if is_typeddict(getattr(shapes, name, None)):
            schema["additionalProperties"] = False
    return found


STRICT = _strict()


def conforms(answered: httpx.Response, path: str, method: str) -> None:
    """Hold an answer against what the description says of it."""
    responses = DOCUMENT["paths"][path][method]["responses"]
    assert str(answered.status_code) in responses, (path, answered.status_code)
    said = responses[str(answered.status_code)]
    if "$ref" in said:
        said = DOCUMENT["components"]["responses"][said["$ref"].rpartition("/")[2]]
    for name, header in said.get("headers", {}).items():
        assert name in answered.headers or not header.get("required"), (path, name)
    if "content" not in said:
        return
    kind = answered.headers["content-type"].partition(";")[0]
    jsonschema.validate(answered.json(), {**said["content"][kind]["schema"], "components": STRICT})


CLEARED = {"acknowledge-alarm"}
"""What a process has seen to before: the alarm of that world has no cause."""


def test_each_is_decided_as_the_specification_decides_it(everything: Caller) -> None:
    now = format_time(datetime.now(UTC))
    for verb in VERBS:
        path, data = _sent(verb)
        subject = _subject(verb, path)
        outcome = given(a_full_world(), now=now).when(verb.kind.verb, subject, **data).outcome
        assert outcome is not None
        tried = everything.done(path.removeprefix("/v1/"), data, params={"dry_run": "true"}).json()
        refusal = tried["refusal"] and tried["refusal"]["code"]
        if verb.kind.verb in CLEARED:
            assert refusal == "not-found"
            continue
        assert refusal == (outcome.refusal and outcome.refusal.code), path
        wrote = [each["type"] for each in tried["would_write"]]
        assert wrote == [kind for _, kind in outcome.events], path


def _subject(verb: Verb, path: str) -> str:
    return f"{verb.noun}/{path.split('/')[3]}"


LAST = {"change-model", "remove-customer", "erase-customer", "remove-network", "close-location"}
"""Commands after which most others are refused."""


def test_each_is_answered_as_described(tmp_path_factory: pytest.TempPathFactory) -> None:
    accepted: set[str] = set()
    with serving_full_world(tmp_path_factory.mktemp("moved")) as caller:
        for verb in sorted(VERBS, key=lambda each: each.kind.verb in LAST):
            path, data = _sent(verb)
            answered = caller.send(path.removeprefix("/v1/"), data)
            conforms(answered, verb.path, "post")
            if answered.status_code == 200:
                accepted.add(verb.kind.verb)
            else:
                assert answered.status_code == status_of(answered.json()["code"]), path
        for path in (path for path, methods in DOCUMENT["paths"].items() if "get" in methods):
            _conforms_where_there_is_something(caller, path)
            _conforms_where_there_is_something(caller.named("provider:colt"), path)
    assert len(accepted) > 30


def _conforms_where_there_is_something(caller: Caller, path: str) -> None:
    ids = {"circuits": "c1", "customers": "acme", "locations": "frankfurt", "networks": "n1"}
    more = {"route-filters": "f1", "problems": "not-found", "schemas": "tieline.circuit.ordered.v1"}
    noun = path.split("/")[2] if path.startswith("/v1/") else ""
    filled = re.sub(r"{\w+}", (ids | more).get(noun, "x"), path)
    answered = caller.get(filled)
    if "json" in answered.headers["content-type"]:
        conforms(answered, path, "get")


def test_the_examples_on_the_csp_are_those_of_the_paths() -> None:
    assert {each.kind.verb for each in VERBS if each.noun == "csp"} == set(ON_CSP)
