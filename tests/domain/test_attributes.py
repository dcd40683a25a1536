"""The envelope of a message: msgspec reads what the model reads, or leaves it to the model."""

import json
from typing import Any, Final

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from msgspec.structs import asdict, replace
from pydantic import ValidationError

from domain.words.attributes import Envelope, checked_envelope, is_name, plain_envelope, plain_line
from domain.words.messages import load
from domain.words.values import GREATEST_INTEGER

PLAIN: Final[dict[str, Any]] = {
    "specversion": "1.0",
    "id": "c-1",
    "source": "/tests",
    "type": "tieline.command.delete-circuit.v1",
    "subject": "circuit/c1",
    "time": "2026-01-05T09:00:00Z",
    "datacontenttype": "application/json",
    "actor": "user:ann",
    "onbehalfof": "acme",
    "correlationid": "order 17",
    "causationid": "step-3",
    "data": {"reason": "moved"},
}

ODD: Final[tuple[Any, ...]] = (
    None, "", "x", "1.0", 1, 1.0, True, [], {}, ["x"], {"a": 1}, "\0", "a\0b", "\ud800", "é",
    "x" * 1000, "x" * 1001, "user:", "user:ann", "user:ann\n", "group:ann", "provider:" + "p" * 121,
    "acme", "acme\n", "a/b", "application/json", "APPLICATION/JSON", "application/json; q=1",
    "text/plain", "2026-01-05T09:00:00Z", "2026-01-05T09:00:00Z\n", "2026-02-30T09:00:00Z",
    "2026-01-05T24:00:00Z", "2026-W01-1T09:00:00Z", "2026-01-05 09:00:00Z", "2026-01-05T09:00:00",
    "2026-01-05T10:00:00+01:00", "2026-01-05T09:00:00.5Z", "\uff12026-01-05T09:00:00Z",
)  # fmt: skip
"""Values that are valid for a few attributes at most."""

NAMES = (*PLAIN, "dataschema", "traceparent", "ifversion", "data_base64", "extension")


def model_reads(message: dict[str, Any]) -> object:
    """What the model reads a message as; None if it refuses it."""
    if not all(is_name(message.get(name)) for name in ("id", "source", "type")):
        return None
    try:
        return checked_envelope(message)
    except ValidationError:
        return None


def msgspec_reads(message: dict[str, Any]) -> object:
    """What msgspec reads a message as; None if it leaves it to the model."""
    plain = plain_envelope(message)
    return plain and replace(plain, datacontenttype=None)  # checked, and of no further use


def as_line(message: dict[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")


def fields_of(told: Envelope | None) -> dict[str, Any] | None:
    return told and asdict(told)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_a_line_is_read_as_its_message_or_left_to_it(name: str, value: Any) -> None:
    message = {**PLAIN, name: value}
    assert fields_of(plain_line(as_line(message))) in (None, fields_of(plain_envelope(message)))


def test_a_plain_line_is_read_at_once() -> None:
    assert fields_of(plain_line(as_line(PLAIN))) == fields_of(plain_envelope(PLAIN)) is not None


ODD_JSON = (
    "01", "1.", "-", "1e", "+1", "1e400", "NaN", "Infinity", "-Infinity", "tru", "'x'", "[1,]", "{",
    '"\\ud800"', '"\\u0000"', '"\\x"', '"\t"', '"\x7f"', "1.0", '{"a":1,"a":2}', "[" * 9,
)  # fmt: skip
"""Values that one reader of JSON may take and another refuse, or read differently."""


@pytest.mark.parametrize("name", ["data", "extension", "actor", "in the data"])
@pytest.mark.parametrize("odd", ODD_JSON)
def test_odd_json_is_left_to_the_reader_of_all_json(name: str, odd: str) -> None:
    """Or read as that reader does: the digest of a content must not depend on the way in."""
    value = "$odd" if name != "in the data" else {"key": "$odd"}
    message = {**PLAIN, ("data" if name == "in the data" else name): value}
    line = json.dumps(message).replace('"$odd"', odd).encode()
    told = fields_of(plain_line(line))
    assert told in (None, fields_of(plain_envelope(load(line))))


def test_a_number_too_large_for_any_command_may_be_read_in_two_ways() -> None:
    """Neither passes: the largest integer of a command is 2^53 - 1 (RFC 8785)."""
    line = as_line({**PLAIN, "data": {"bandwidth_mbps": 10**30}})
    told, careful = plain_line(line), plain_envelope(load(line))
    assert told is not None
    assert careful is not None
    assert told.data["bandwidth_mbps"] > GREATEST_INTEGER < careful.data["bandwidth_mbps"]


def test_a_plain_message_needs_no_model() -> None:
    assert msgspec_reads(PLAIN) == model_reads(PLAIN) is not None


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_one_odd_attribute_is_read_as_the_model_reads_it(name: str, value: Any) -> None:
    message = {**PLAIN, name: value}
    assert msgspec_reads(message) in (None, model_reads(message))


@pytest.mark.parametrize("name", NAMES)
def test_an_attribute_left_out_is_read_as_the_model_reads_it(name: str) -> None:
    message = {key: value for key, value in PLAIN.items() if key != name}
    assert msgspec_reads(message) in (None, model_reads(message))


@for_all(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(ODD)))
def test_any_message_is_read_as_the_model_reads_it(odd: dict[str, Any]) -> None:
    message = PLAIN | odd
    assert msgspec_reads(message) in (None, model_reads(message))
