"""Every example of a command over HTTP: decided as the specification decides it, and answered as
the description of the interface says.
"""

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
from projections import question_shapes, shapes
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
        known = getattr(shapes, name, None) or getattr(question_shapes, name, None)
        if is_typeddict(known):
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
    assert kind in said["content"], (path, kind)
    if "json" not in kind:
        return
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


UNSEALED = {"reveal-secret"}
"""No key ever sealed the secret of that world."""

UNANSWERED = {"/v1/commands", "/v1/outcomes", "/v1/correlations/{id}", "/v1/dead"}
"""What is no question, or about nothing that the full world has."""

LAST = {"change-model", "remove-customer", "erase-customer", "remove-network", "close-location"}
"""Commands after which most others are refused."""


def test_each_is_answered_as_described(tmp_path_factory: pytest.TempPathFactory) -> None:
    accepted: set[str] = set()
    with serving_full_world(tmp_path_factory.mktemp("moved")) as caller:
        increase = {"bandwidth_mbps": 1000, "change_id": "up-1"}
        caller.done("circuits/c3/change-bandwidth", increase)
        answered_before = set(_conforms_to_all_questions(caller))
        for verb in sorted(VERBS, key=lambda each: each.kind.verb in LAST):
            if verb.kind.verb in UNSEALED:
                continue
            path, data = _sent(verb)
            answered = caller.send(path.removeprefix("/v1/"), data)
            conforms(answered, verb.path, "post")
            if answered.status_code == 200:
                accepted.add(verb.kind.verb)
            else:
                assert answered.status_code == status_of(answered.json()["code"]), path
        answered_after = set(_conforms_to_all_questions(caller))
    unanswered = DOCUMENT["paths"].keys() - answered_before - answered_after
    assert unanswered - {each.path for each in VERBS} <= UNANSWERED
    assert len(accepted) > 30


IDS = {
    "circuits/{id}": "circuits/c1",
    "customers/{id}": "customers/acme",
    "locations/{id}": "locations/frankfurt",
    "networks/{id}": "networks/n1",
    "subnets/{name}": "subnets/web",
    "route-filters/{id}": "route-filters/f1",
    "csp/{id}": "csp/self",
    "changes/{circuit}/{change_id}": "changes/c3/up-1",
    "trail/{kind}/{id}": "trail/circuit/c1",
    "problems/{code}": "problems/not-found",
    "schemas/{type}": "schemas/tieline.circuit.ordered.v1",
}
NEEDED = {
    "bandwidth_mbps": "200",
    "address": "10.2.0.4",
    "direction": "inbound",
    "from": "198.51.100.7:5000",
    "to": "10.1.0.4:443",
    "protocol": "tcp",
    "source": "/v1",
    "id": "none",
}
"""Things of the full world, and parameters without which there is no answer."""


def _ask(caller: Caller, path: str) -> httpx.Response:
    filled = path
    for template, real in IDS.items():
        filled = filled.replace(template, real)
    asked = DOCUMENT["paths"][path]["get"]["parameters"]
    needed = [each["name"] for each in asked if each.get("required") and each["in"] == "query"]
    answered = caller.get(filled, params={name: NEEDED[name] for name in needed})
    conforms(answered, path, "get")
    return answered


def _conforms_to_all_questions(caller: Caller) -> Iterator[str]:
    """The paths that are answered with something."""
    for path in (path for path, methods in DOCUMENT["paths"].items() if "get" in methods):
        if _ask(caller, path).status_code == 200:
            yield path
        _ask(caller.named("provider:colt"), path)


def test_the_examples_on_the_csp_are_those_of_the_paths() -> None:
    assert {each.kind.verb for each in VERBS if each.noun == "csp"} == set(ON_CSP)
