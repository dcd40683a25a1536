"""Everybody asks everything: nobody sees a mark of what is not theirs, wherever it might stand, and
what is there without being theirs is answered like what is not there.
"""

import base64
import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any, Final

import httpx
import pytest

from adapters.http import events
from adapters.http.app import questions
from adapters.http.asked import Question
from tests.http.crowded import CIRCUITS, EVERYBODY, Somebody, crowd
from tests.http.serving import Caller, serving
from tests.http.streams import following, passed

LATER: Final = "2999-01-01"

IDS: Final[dict[str, tuple[str, ...]]] = {
    "circuits": tuple(CIRCUITS),
    "customers": ("acme", "beta"),
    "locations": ("fra",),
    "networks": ("acme-net", "beta-net"),
    "route-filters": ("acme-filter",),
    "csp": ("self",),
    "changes": ("c-one", "c-two"),
    "correlations": ("acme-11", "beta-8", "beta-12"),
}
"""Ids of what is there, by the part of the path before them."""

STREAMS: Final = [
    ("circuit", "c-one"),
    ("circuit", "c-two"),
    ("customer", "acme"),
    ("customer", "beta"),
    ("network", "beta-net"),
    ("location", "fra"),
    ("csp", "self"),
]
GIVEN: Final[dict[str, str]] = {
    "bandwidth_mbps": "2000",
    "address": "198.51.100.9",
    "direction": "outbound",
    "from": "10.70.1.4:1",
    "to": "192.0.2.1:443",
    "protocol": "tcp",
    "source": "/v1",
    "id": "beta-1",
}
"""Of the parameters without which there is no answer."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Caller, dict[str, str]]]:
    with serving(tmp_path_factory.mktemp("crowded")) as owner:
        yield owner, crowd(owner)


@pytest.fixture(scope="module")
def callers(world: tuple[Caller, dict[str, str]]) -> dict[str, Caller]:
    """Everybody, each with connections of their own."""
    return {each.principal: world[0].named(each.principal) for each in EVERYBODY}


def paths(question: Question) -> Iterator[tuple[str, str, list[str]]]:
    """Its path with ids of what is there, the same with ids of what is not, and the former ids."""
    pattern = re.sub(r":path}", "}", question.path)
    if pattern == "/v1/audit/trail/{kind}/{id}":
        for kind, id in STREAMS:
            yield f"/v1/audit/trail/{kind}/{id}", f"/v1/audit/trail/{kind}/zzz", [id]
        return
    names = re.findall(r"{(\w+)}", pattern)
    firsts = IDS.get(pattern.split("/")[2], ())
    more = {"name": ("web",), "change_id": ("up",)}
    for ids in product(*(more.get(name, firsts) for name in names)):
        there, missing = pattern, pattern
        for name, id in zip(names, ids, strict=True):
            there = there.replace(f"{{{name}}}", id)
            missing = missing.replace(f"{{{name}}}", id if name in more else "zzz")
        yield there, missing, [id for id, name in zip(ids, names, strict=True) if name not in more]


def variants(question: Question) -> Iterator[dict[str, str]]:
    """The parameters to ask with: as it is, and as it was; in pages of one row."""
    needed = {name: GIVEN[name] for name in question.needed}
    few = "8" if "{" in question.path else "1"
    paged = {"limit": few} if "limit" in question.parameters else {}
    everything = {"all": "true"} if "all" in question.parameters else {}
    if not paged:
        yield needed
    if paged:
        yield {**needed, **everything, **paged}
    if "as_of" in question.parameters:
        yield {**needed, **paged, "as_of": LATER}
    if "at_version" in question.parameters:
        yield {**needed, "at_version": "1"}


def told(answered: httpx.Response) -> str:
    """All that an answer says, what its cursor says included."""
    said = [answered.text, *(f"{name}: {value}" for name, value in answered.headers.items())]
    if answered.headers["content-type"] == "application/json":
        cursor = answered.json().get("next") if isinstance(answered.json(), dict) else None
        if isinstance(cursor, str):
            said.append(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
    return "\n".join(said)


def pages(caller: Caller, path: str, given: dict[str, str]) -> Iterator[httpx.Response]:
    answered = caller.get(path, params=given)
    yield answered
    while following := answered.links.get("next", {}).get("url"):
        answered = caller.get(following)
        yield answered


@pytest.mark.parametrize("somebody", EVERYBODY, ids=lambda each: each.principal)
@pytest.mark.parametrize("question", questions(), ids=lambda each: each.path)
def test_nobody_sees_what_is_not_theirs(
    world: tuple[Caller, dict[str, str]],
    callers: dict[str, Caller],
    question: Question,
    somebody: Somebody,
) -> None:
    (_, keys), caller = world, callers[somebody.principal]
    hidden = (*somebody.hidden, *(keys[each] for each in CIRCUITS if each in somebody.hidden))
    for (there, missing, ids), given in product(paths(question), variants(question)):
        for answered in pages(caller, there, given):
            assert answered.status_code in (200, 404, 400), (there, answered.text)
            if answered.status_code == 200:
                said = told(answered)
                for mark in hidden:
                    assert mark not in said, (there, given, mark)
            elif "so there is nothing to configure" in answered.text:
                assert caller.get(f"/v1/circuits/{ids[0]}").status_code == 200
            elif answered.status_code == 404:
                _is_like_what_is_not_there(caller, answered, missing, ids, given)


@pytest.mark.parametrize("somebody", EVERYBODY, ids=lambda each: each.principal)
def test_the_events_of_the_log_are_those_of_each_trail(
    world: tuple[Caller, dict[str, str]],
    callers: dict[str, Caller],
    monkeypatch: pytest.MonkeyPatch,
    somebody: Somebody,
) -> None:
    """In pages and as a stream, neither more nor less."""
    (owner, keys), caller = world, callers[somebody.principal]
    monkeypatch.setattr(events, "BEAT", 0.05)
    everything = listed(owner, "/v1/events", {})
    theirs = [
        each
        for stream in sorted({each["subject"] for each in everything})
        for each in listed(caller, f"/v1/audit/trail/{stream}", {}) or provided(caller, stream)
        if not each["type"].startswith("tieline.outcome.")
    ]
    theirs.sort(key=lambda each: each["position"])
    assert listed(caller, "/v1/events", {"limit": "7"}) == theirs
    with following(caller, after=0) as blocks:
        streamed = passed(blocks, everything[-1]["position"])
    assert [each.data for each in streamed] == theirs
    assert [each.id for each in streamed] == [each["position"] for each in theirs]
    for mark in (*somebody.hidden, *(keys[each] for each in CIRCUITS if each in somebody.hidden)):
        assert mark not in json.dumps(theirs)


def listed(caller: Caller, path: str, given: dict[str, str]) -> list[Any]:
    """The items of all pages; nothing where there is none for the caller."""
    found = list(pages(caller, path, given))
    return [item for each in found if each.status_code == 200 for item in each.json()["items"]]


def provided(caller: Caller, stream: str) -> list[Any]:
    """The events of a circuit as its provider is told them."""
    kind, _, id = stream.partition("/")
    is_circuit = kind == "circuit" and caller.principal.startswith("provider:")
    return listed(caller, f"/v1/circuits/{id}/events", {}) if is_circuit else []


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_provider_is_not_told_whose_a_circuit_is(
    callers: dict[str, Caller], monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    monkeypatch.setattr(events, "BEAT", 0.05)
    colt = callers["provider:colt"]
    theirs = colt.document("/v1/events")["items"]
    assert {each["subject"] for each in theirs} == {"circuit/c-one", "circuit/c-three"}
    assert {each["data"].get("customer_id") for each in theirs} == {None}
    for customer in ("acme", "beta", "nobody"):
        if accept == "application/json":
            assert colt.document("/v1/events", params={"customer": customer})["items"] == []
            continue
        with following(colt, after=0, customer=customer) as blocks:
            assert passed(blocks, theirs[-1]["position"]) == []


def _is_like_what_is_not_there(
    caller: Caller, answered: httpx.Response, missing: str, ids: list[str], given: Any
) -> None:
    other = caller.get(missing, params=given)
    said = answered.text
    for id in ids:
        said = re.sub(rf"(?<=[ /]){re.escape(id)}(?=[ ./\"])", "zzz", said)
    assert other.status_code == 404
    assert said == other.text
    assert _heads(answered) == _heads(other)


def _heads(answered: httpx.Response) -> dict[str, str]:
    return {
        name: value
        for name, value in answered.headers.items()
        if name not in ("date", "content-length")
    }


def test_the_owner_sees_all_of_it(world: tuple[Caller, dict[str, str]]) -> None:
    """Otherwise nothing would be proved above."""
    owner, keys = world
    said = "".join(
        told(answered)
        for question in questions()
        for there, _, _ in paths(question)
        for answered in pages(owner, there, next(variants(question)))
        if answered.status_code == 200
    )
    for mark in (*(mark for each in EVERYBODY for mark in each.hidden), *keys.values()):
        assert mark in said, mark
    for path in ("/v1/alarms", "/v1/drift", "/v1/changes"):
        assert {"c-one", "c-two"} <= {each["circuit_id"] for each in owner.document(path)["items"]}


@pytest.mark.parametrize(
    ("principal", "path", "status"),
    [
        ("user:staff-reader", "/v1/circuits/c-two", 200),
        ("user:staff-reader", "/v1/circuits/c-two/events", 404),
        ("user:staff-auditor", "/v1/circuits/c-two/events", 200),
        ("user:staff-auditor", "/v1/locations/fra/events", 200),
        ("user:acme-reader", "/v1/circuits/c-one", 200),
        ("user:acme-network-operator", "/v1/circuits/c-one/events", 200),
        ("user:acme-scoped", "/v1/circuits/c-three", 200),
        ("user:acme-scoped", "/v1/circuits/c-one", 404),
        ("provider:colt", "/v1/circuits/c-one/events", 200),
        ("provider:colt", "/v1/circuits/c-one/router-config", 200),
        ("provider:colt", "/v1/changes/c-one/up", 200),
        ("user:beta-boss", "/v1/customers/beta/report", 200),
        ("user:beta-boss", "/v1/outcomes?source=/v1&id=beta-1", 404),
    ],
)
def test_everybody_sees_what_is_theirs(
    callers: dict[str, Caller], principal: str, path: str, status: int
) -> None:
    assert callers[principal].get(path).status_code == status
