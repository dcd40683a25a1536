"""Entry format 1, frozen: what is stored gives these bytes, and this root, for ever."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from adapters.log import open_log
from adapters.proofs.entries import LONGEST_DATA, Entries, Reach, canonical
from adapters.proofs.tree import Tree
from adapters.proofs.verify import Checkpoint, check_consistency
from domain.catalogue import EVENTS
from domain.engine.log import EventRow, OutcomeRow
from tests.contract.submitting import order, submit
from tests.proofs.sealed import Sealed

HERE: Final = Path(__file__).parent
LOG: Final = HERE.parent / "adapters" / "log_v4.sql"
ENTRIES: Final = HERE / "entries_1.jsonl"
"""The entries of that log, a line each: never change it."""


@pytest.fixture
def url(tmp_path: Path) -> str:
    path = tmp_path / "tieline.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(LOG.read_text(encoding="utf-8"))
    return f"sqlite:///{path}"


def test_the_entries_of_a_log_are_as_they_were(url: str) -> None:
    with closing(open_log(url)) as log, closing(Sealed(log, url)) as sealed:
        reach = Reach(11, 6)
        entries = list(sealed.entries.between(Reach(0, 0), reach))
        assert [each.written for each in entries] == ENTRIES.read_bytes().splitlines()
        assert all(each.data is None for each in entries)


def test_a_log_that_was_sealed_before_goes_on(url: str) -> None:
    with closing(open_log(url)) as log, closing(Sealed(log, url)) as sealed:
        last = sealed.kept.last()
        assert last is not None
        assert sealed.sealer.seal() == last
        assert submit(log, order("m-9", "c9"))[0].accepted
        before = Checkpoint.of_note(last.note)
        now = Checkpoint.of_note(sealed.sealer.seal().note)
        proof = Tree(now.size, sealed.kept).consistency(before.size)
        check_consistency(before.size, now.size, before.root, now.root, proof)


JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_canonical_json_is_that_of_the_library(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_fractions_are_written_as_specified(value: float) -> None:
    assert canonical([value], plain=False) == rfc8785.dumps([value])


@pytest.mark.parametrize("kind", EVENTS)
def test_events_hold_no_fractions(kind: str) -> None:
    hints = get_type_hints(EVENTS[kind], include_extras=True)
    assert not any(float in _within(each) for each in hints.values())


def _within(hint: Any) -> set[Any]:
    """A type with the types that it is made of."""
    found = {hint}
    for each in get_args(hint):
        found |= _within(each) if not isinstance(each, str | int) else set()
    if isinstance(hint, type) and hasattr(hint, "__struct_fields__"):
        for each in get_type_hints(hint, include_extras=True).values():
            found |= _within(each)
    return found


class Long:
    """A log of one event and the outcome of its command, with much to say."""

    def __init__(self, length: int) -> None:
        self.text = "x" * length

    def rows(self, after: int, limit: int) -> list[tuple[int, EventRow]]:
        told = {"time": "t", "actor": "a", "causationid": "c", "correlationid": "k"}
        state = orjson.dumps({**told, "data": {"text": self.text}})
        return [(1, EventRow("circuit/c", 1, "k", state))][after : after + limit]

    def outcome_rows(self, after: int, limit: int) -> list[OutcomeRow]:
        told = {"time": "t", "id": "c", "source": "s", "type": "y", "subject": None, "actor": "a"}
        refused: dict[str, Any] = {"code": "no", "facts": {"text": self.text}, "blockers": []}
        body = orjson.dumps({**told, "correlationid": "k", **refused}).decode()
        return [OutcomeRow(1, bytes(16), bytes(16), 1, 0, body)][after : after + limit]


@pytest.mark.parametrize("length", [LONGEST_DATA - 200, LONGEST_DATA, 4 * LONGEST_DATA])
def test_long_data_is_held_by_its_hash(length: int) -> None:
    entries = Entries(Long(length), "/tieline", bytes(32)).between(Reach(0, 0), Reach(1, 1))
    for entry in entries:
        assert len(entry.written) <= 65_535
        by_hash = b'"datasha256":"' in entry.written
        assert by_hash == (entry.data is not None) == (length >= LONGEST_DATA)
