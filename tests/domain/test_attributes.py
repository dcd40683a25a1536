"""The attributes of a message: the fast path reads what the model reads, and never refuses."""

from typing import Any, Final

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.words.attributes import checked_attributes, plain_attributes

PLAIN: Final[dict[str, Any]] = {
    "specversion": "1.0",
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

NAMES = (*PLAIN, "dataschema", "traceparent", "data_base64", "extension")


def model_reads(message: dict[str, Any]) -> object:
    """What the model reads a message as; None if it refuses it."""
    try:
        return checked_attributes(message)
    except ValidationError:
        return None


def test_a_plain_message_needs_no_model() -> None:
    assert plain_attributes(PLAIN) == model_reads(PLAIN) is not None


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_one_odd_attribute_is_read_as_the_model_reads_it(name: str, value: Any) -> None:
    message = {**PLAIN, name: value}
    assert plain_attributes(message) in (None, model_reads(message))


@pytest.mark.parametrize("name", NAMES)
def test_an_attribute_left_out_is_read_as_the_model_reads_it(name: str) -> None:
    message = {key: value for key, value in PLAIN.items() if key != name}
    assert plain_attributes(message) in (None, model_reads(message))


@for_all(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(ODD)))
def test_any_message_is_read_as_the_model_reads_it(odd: dict[str, Any]) -> None:
    message = PLAIN | odd
    assert plain_attributes(message) in (None, model_reads(message))
