"""The same pair again: the same content gets the first outcome, other content a refusal.

What counts is type, subject, data, actor and onbehalfof as published (contract, "Same content").
"""

import json
from hashlib import blake2b
from typing import Any

import pytest
import rfc8785
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.catalogue import COMMANDS
from domain.words.content import content_digest
from domain.words.messages import Command, Faulty, Unreadable, load
from domain.words.reading import read_command
from tests.examples.commands import EXAMPLES

OWNER = "user:owner"


def claim(**attributes: Any) -> dict[str, Any]:
    """A claim of the CSP's own: accepted in an empty world, refused the second time."""
    return EXAMPLES["claim-prefix"].message("claim-prefix", subject="csp/self") | attributes


def digest(message: Any, written: bytes | None = None, principal: str = OWNER) -> bytes:
    """The digest of a message's content."""
    line = json.dumps(message).encode() if written is None else written
    answer = read_command(load(line), COMMANDS, principal, line)
    assert not isinstance(answer, Unreadable), answer
    return answer.digest


# --- what counts


@pytest.mark.parametrize(
    "other",
    [
        {"type": "tieline.command.confirm-prefix.v1"},
        {"subject": "customer/acme"},
        {"data": {"prefix": "203.0.113.0/25"}},
        {"actor": "user:bob"},
        {"onbehalfof": "acme"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_type_subject_data_actor_and_onbehalfof_count(other: dict[str, Any]) -> None:
    assert digest(claim()) != digest(claim(**other))


@pytest.mark.parametrize(
    "other",
    [
        {"time": "2026-01-05T09:00:00Z"},
        {"correlationid": "order-4711"},
        {"causationid": "order-4711"},
        {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
        {"ifversion": 7},
        {"datacontenttype": "application/json"},
        {"dataschema": "https://example.com/schema"},
        {"anything": ["else", 2**70]},
    ],
    ids=lambda other: next(iter(other)),
)
def test_time_and_trace_attributes_do_not_count(other: dict[str, Any]) -> None:
    assert digest(claim()) == digest(claim(**other))
    wrong = {"data": {"prefix": 7}}
    assert digest(claim(**wrong)) == digest(claim(**wrong | other))


def test_the_order_of_members_and_the_way_of_writing_do_not_count() -> None:
    message = claim()
    turned = dict(reversed(message.items())) | {"data": dict(reversed(message["data"].items()))}
    assert digest(message) == digest(turned)
    assert digest(message) == digest(message, json.dumps(message, indent=4).encode())
    escaped = json.dumps(message).replace("letter", "l\\u0065tter").encode()
    assert digest(message) == digest(message, escaped)


def test_the_order_of_a_list_counts() -> None:
    opened = EXAMPLES["open-location"]
    turned = opened.data | {"providers": list(reversed(opened.data["providers"]))}
    assert digest(opened.message("open-location")) != digest(
        opened.message("open-location", data=turned)
    )


def test_a_default_that_is_written_out_is_other_content() -> None:
    shared = {"name": "Acme", "model": "connect-through"}
    register = EXAMPLES["register-customer"].message("register-customer", data=shared)
    written_out = register | {"data": shared | {"isolation": "shared"}}
    assert digest(register) != digest(written_out)


def test_the_connections_principal_stands_in_for_a_missing_actor() -> None:
    assert digest(claim()) == digest(claim(actor=OWNER))
    assert digest(claim(), principal="user:bob") == digest(claim(actor="user:bob"))


@pytest.mark.parametrize(
    ("one", "other"),
    [("500", "500.0"), ("1e2", "100"), ("9007199254740993", "9007199254740992")],
)
def test_numbers_compare_as_written(one: str, other: str) -> None:
    lines = [
        json.dumps(claim(data={"prefix": "N"})).replace('"N"', number).encode()
        for number in (one, other)
    ]
    assert digest(None, lines[0]) != digest(None, lines[1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (str(2**70), str(2**70 + 1)),
        ("1" * 5000, "2" * 5000),
        ("1e400", "1e401"),
        ('"\\ud800"', '"\\ud801"'),
        ('"\\u0000"', '"\\u0000\\u0000"'),
        ("[" * 300 + "1" + "]" * 300, "[" * 300 + "2" + "]" * 300),
    ],
    ids=["integers", "longer", "infinities", "surrogates", "nul", "deep"],
)
def test_what_rfc_8785_cannot_express_is_compared_by_its_bytes(one: str, other: str) -> None:
    lines = [
        json.dumps(claim(data={"prefix": "N"})).replace('"N"', value).encode()
        for value in (one, other, f" {one}")
    ]
    first, second, spaced = (digest(None, line) for line in lines)
    assert first != second
    assert first != spaced
    assert first == digest(None, lines[0])


def test_without_its_bytes_it_is_compared_as_it_would_be_written() -> None:
    deep: Any = 1
    for _ in range(5000):
        deep = [deep]
    for odd in ("\ud800", float("inf"), 2**70, deep):
        first, second = (
            read_command(claim(data={"prefix": odd}), COMMANDS, OWNER) for _ in range(2)
        )
        assert isinstance(first, Faulty)
        assert isinstance(second, Faulty)
        assert first.digest == second.digest


def _canonical(message: dict[str, Any]) -> bytes:
    content = [message.get(name) for name in ("type", "subject", "data")]
    content += [message.get("actor") or OWNER, message.get("onbehalfof")]
    return blake2b(rfc8785.dumps(content), digest_size=16).digest()


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1)
NUMBER = st.integers(1, 2**53 - 1)


NAMED_FREELY = {"register-customer"}
"""The commands whose name is free text; elsewhere it is an id."""


@for_all(
    st.sampled_from(sorted(EXAMPLES)),
    st.dictionaries(st.sampled_from(["name", "evidence", "reason", "note", "registry"]), TEXT),
    NUMBER,
    st.sampled_from([None, "user:bob"]),
    st.sampled_from([None, "acme"]),
)
def test_the_digest_is_that_of_rfc_8785_for_all_that_is_accepted(
    verb: str, texts: dict[str, str], number: int, actor: str | None, on_behalf_of: str | None
) -> None:
    data = dict(EXAMPLES[verb].data)
    free = {name: text for name, text in texts.items() if name != "name" or verb in NAMED_FREELY}
    data |= {name: text for name, text in free.items() if name in data}
    data |= {"bandwidth_mbps": number} if "bandwidth_mbps" in data else {}
    message = EXAMPLES[verb].message(verb, data=data, actor=actor, onbehalfof=on_behalf_of)
    command = read_command(load(json.dumps(message)), COMMANDS, OWNER)
    assert isinstance(command, Command)
    assert command.digest == _canonical(message)


@for_all(TEXT)
def test_every_text_is_escaped_as_rfc_8785_does(text: str) -> None:
    message = claim(data={"prefix": text})
    assert content_digest(message, OWNER) == _canonical(message)
