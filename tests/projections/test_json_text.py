"""JSON text of views: what the standard library would write, but for spaces."""

import json
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from projections.json_text import from_json_text, json_text

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


@for_all(VALUES)
def test_it_is_read_as_it_was_written(value: Any) -> None:
    assert from_json_text(json_text(value)) == value == json.loads(json_text(value))


def test_numbers_as_keys_become_text_as_they_always_did() -> None:
    lanes = {0: 5, 12: 7}
    assert json.loads(json_text({"lanes": lanes})) == json.loads(json.dumps({"lanes": lanes}))


def test_bytes_are_written_as_postgresql_reads_them() -> None:
    assert json_text([b"\x01\xff"]) == r'["\\x01ff"]'


@pytest.mark.parametrize("value", [0, -7, 2.5])
def test_a_number_that_the_database_hands_out_is_no_text(value: float) -> None:
    with pytest.raises(TypeError, match="is not text"):
        from_json_text(value)
