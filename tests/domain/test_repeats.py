"""A JSON object with the same member twice is malformed (RFC 7493; contract, "Same content")."""

import json
from typing import Any, Final, cast

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from adapters.door import Door
from adapters.speakers import everybody
from domain.engine.batch import Arrival
from domain.words.attributes import plain_line
from domain.words.messages import Command, Faulty, Unreadable, load
from domain.words.repeats import WithRepeats, with_repeats

GRANT: Final = (
    b'{"specversion":"1.0","id":"g-1","source":"/hr","type":"tieline.command.grant-role.v1",'
    b'"subject":"customer/acme","actor":"user:ann","time":"2026-03-01T08:00:00Z",'
    b'"data":{"principal":"user:bob","role":"reader"}}'
)


def arrived(line: bytes) -> Arrival:
    return Door(everybody("user:owner"), bytes).from_line(line)


def twice(member: bytes, again: bytes) -> bytes:
    """The line with a member once more, before the one that is there."""
    assert member in GRANT
    return GRANT.replace(member, again + b"," + member, 1)


def test_a_line_without_is_read_at_once() -> None:
    assert plain_line(GRANT) is not None
    assert isinstance(arrived(GRANT).read, Command)


@pytest.mark.parametrize(
    ("member", "again", "path"),
    [
        (b'"actor":"user:ann"', b'"actor":"user:eve"', "actor"),
        (b'"actor":"user:ann"', b'"actor":"user:ann"', "actor"),
        (b'"actor":"user:ann"', b'"actor":null', "actor"),
        (b'"actor":"user:ann"', b'"actor" : "user:eve"', "actor"),
        (b'"actor":"user:ann"', b'"actor"\t:\n"user:eve"', "actor"),
        (b'"actor":"user:ann"', b'"actor":7', "actor"),
        (b'"subject":"customer/acme"', b'"subject":"customer/beta"', "subject"),
        (b'"time":"2026', b'"time":"2025-03-01T08:00:00Z"', "time"),
        (b'"role":"reader"', b'"role":"owner"', "data.role"),
        (b'"role":"reader"', b'"\\u0072ole":"owner"', "data.role"),
        (b'"principal":"user:bob"', b'"principal":{"a":1}', "data.principal"),
        (b'"data":{', b'"data":{"principal":"user:eve","role":"owner"}', "data"),
    ],
)
def test_a_member_that_is_there_twice_is_named(member: bytes, again: bytes, path: str) -> None:
    read = arrived(twice(member, again)).read
    assert isinstance(read, Faulty)
    assert read.refusal.code == "malformed-command"
    assert read.refusal.facts["faults"] == [{"path": path, "fault": "is given more than once"}]


@pytest.mark.parametrize(
    ("member", "again"),
    [
        (b'"id":"g-1"', b'"id":"g-2"'),
        (b'"source":"/hr"', b'"source":"/portal"'),
        (b'"type":"tieline.command.grant-role.v1"', b'"type":"tieline.command.revoke-role.v1"'),
    ],
)
def test_what_names_the_command_twice_can_not_be_read(member: bytes, again: bytes) -> None:
    read = arrived(twice(member, again)).read
    assert isinstance(read, Unreadable)
    assert "more than once" in read.fault


def test_two_contents_that_differ_in_the_first_of_two_members_do_not_count_as_one() -> None:
    one, other = (
        arrived(twice(b'"role":"reader"', b'"role":"%b"' % role)).read
        for role in (b"owner", b"auditor")
    )
    assert isinstance(one, Faulty)
    assert isinstance(other, Faulty)
    assert one.digest != other.digest


def test_an_unknown_type_is_said_first() -> None:
    read = arrived(twice(b'"role":"reader"', b'"role":"owner"').replace(b"grant-role", b"no")).read
    assert isinstance(read, Faulty)
    assert read.refusal.code == "unknown-command"


@pytest.mark.parametrize(
    "line",
    [
        b'{"a":[{"b":1},{"b":2}],"b":{"b":3}}',
        b'{"a":"\\":\\":","b":"x\\":"}',
        b'{"a" : 1 , "b" :2}',
        '{"ä":"ö\\u0000","b":"ü"}'.encode(),
    ],
)
def test_the_same_name_in_different_objects_is_no_repetition(line: bytes) -> None:
    assert type(load(line)) is dict


NAMES = st.sampled_from(["a", "b", 'c":', "\\", "é", ""])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers(0, 9) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(NAMES, inner), max_size=4),
    max_leaves=12,
)


def as_text(value: Any, repeats: list[bool]) -> str:
    """A value as JSON, each list of pairs as an object, and whether any has a name twice."""
    match value:
        case [tuple(), *_]:
            pairs = cast("list[tuple[str, Any]]", value)
            names = [name for name, _ in pairs]
            repeats.append(len(set(names)) < len(names))
            members = [f"{json.dumps(name)}:{as_text(each, repeats)}" for name, each in pairs]
            return f"{{{','.join(members)}}}"
        case [*_]:
            items = cast("list[Any]", value)
            return f"[{','.join([as_text(each, repeats) for each in items])}]"
        case _:
            return json.dumps(value, ensure_ascii=False)


@for_all(VALUES)
def test_whatever_the_text_every_repetition_is_found_and_nothing_else(value: Any) -> None:
    repeats: list[bool] = []
    text = as_text(value, repeats)
    assert isinstance(with_repeats(text, json.loads(text)), WithRepeats) == any(repeats)
