"""Reading messages: what is a command, what can only be answered, what can't be read at all."""

import json
from functools import partial
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.catalogue import COMMANDS
from domain.words.content import CommandPair, pair_of
from domain.words.messages import Command, Faulty, Unreadable, load
from domain.words.reading import read_command
from tests.examples.commands import EXAMPLES, missing

OWNER = "user:owner"
MEGABYTE = "x" * 1_000_000
HUGE = "1" * 5_000
"""An integer longer than Python converts (at most 4300 digits)."""

DEEP = 100_000
SHORT = 4_000
"""The most characters that the facts of a refusal may have, whatever was sent."""


def label(value: object) -> str:
    """A short name for a value, for a test's id."""
    text = ascii(value)
    return text if len(text) < 30 else f"{text[:20]}...{len(text)}"


cases = partial(pytest.mark.parametrize, ids=label)


def reading(line: str | bytes) -> Any:
    """What one line is read as."""
    written = line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line
    return read_command(load(line), COMMANDS, OWNER, written)


def message(verb: str = "order-circuit", **attributes: Any) -> dict[str, Any]:
    """The example of a command as a CloudEvent, with some attributes replaced."""
    return EXAMPLES[verb].message(verb, **attributes)


def sent(verb: str = "order-circuit", **attributes: Any) -> Any:
    """What a message is read as."""
    return reading(json.dumps(message(verb, **attributes)))


def with_data(verb: str = "order-circuit", **fields: Any) -> Any:
    """What a message is read as when some fields of its data are replaced."""
    return sent(verb, data=EXAMPLES[verb].data | fields)


def faults(read: Any) -> dict[str, str]:
    """The faults of a malformed command, by their paths."""
    assert isinstance(read, Faulty), read
    assert read.refusal.code == "malformed-command"
    facts: Any = read.refusal.facts
    assert len(json.dumps(facts)) < SHORT
    assert read.refusal.message
    return {fault["path"]: fault["fault"] for fault in facts["faults"]}


# --- what is read


@cases("verb", EXAMPLES)
def test_every_example_is_read_as_its_command(verb: str) -> None:
    command = sent(verb)
    assert isinstance(command.data, COMMANDS[verb])
    assert command.name == verb
    assert command.subject == EXAMPLES[verb].subject


def test_there_is_an_example_of_every_command() -> None:
    assert not missing(COMMANDS), missing(COMMANDS)
    assert set(EXAMPLES) == set(COMMANDS)


def test_who_names_no_actor_speaks_as_the_principal_of_the_connection() -> None:
    assert sent().actor == OWNER
    assert sent(actor=None).actor == OWNER
    assert sent(actor="user:bob").actor == "user:bob"


def test_a_command_is_its_own_correlation_unless_it_says_otherwise() -> None:
    assert sent().correlation_id == "c-001"
    assert sent(correlationid="order-4711").correlation_id == "order-4711"


def test_time_is_kept_in_utc() -> None:
    assert sent(time="2026-01-05T10:00:00.5+01:00").time == "2026-01-05T09:00:00.500000Z"


def test_extension_attributes_that_nobody_knows_are_let_be() -> None:
    assert isinstance(sent(tenant="x", priority=3), Command)


@cases("kind", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_data_is_json(kind: str) -> None:
    assert isinstance(sent(datacontenttype=kind), Command)


def test_data_that_has_nothing_to_say_may_be_left_out() -> None:
    bare = message("delete-circuit")
    del bare["data"]
    assert isinstance(reading(json.dumps(bare)), Command)


# --- what can't be read at all


@cases(
    "line",
    [
        "",
        "not json",
        "{",
        '{"id": }',
        "null",
        "true",
        "7",
        '"text"',
        "[]",
        "[{}]",
        "{}",
        '{"id": NaN}',
        '{"id": Infinity}',
        "[" * DEEP,
        "[" * DEEP + "]" * DEEP,
        '{"a":' * DEEP + "1" + "}" * DEEP,
        b"\xff\xfe\xfd",
        b"\x00",
        HUGE,
        MEGABYTE,
    ],
)
def test_what_is_no_cloudevent_is_not_readable(line: str | bytes) -> None:
    answer = reading(line)
    assert isinstance(answer, Unreadable), answer
    assert 0 < len(answer.fault) < SHORT


@cases("name", ["id", "source", "type"])
@cases("value", [None, "", 7, True, [], {}, "a\x00b", "\ud800", "x" * 1001, MEGABYTE])
def test_without_an_id_a_source_and_a_type_it_is_not_readable(name: str, value: Any) -> None:
    answer = sent(**{name: value})
    assert isinstance(answer, Unreadable)
    assert name in answer.fault
    absent = message()
    del absent[name]
    assert isinstance(reading(json.dumps(absent)), Unreadable)


@cases("name", ["id", "source"])
def test_a_thousand_characters_are_the_most_and_more_are_said_to_be_too_long(name: str) -> None:
    assert isinstance(sent(**{name: "x" * 1000}), Command)
    answer = sent(**{name: "x" * 1001})
    assert isinstance(answer, Unreadable)
    assert answer.fault == f"{name} is longer than 1,000 characters"


@cases(
    ("value", "fault"),
    [
        (None, "is missing"),
        (7, "must be a text"),
        ("a\x00b", "has characters that can't be stored"),
    ],
)
def test_what_is_wrong_with_an_id_is_said(value: Any, fault: str) -> None:
    answer = sent(id=value)
    assert isinstance(answer, Unreadable)
    assert answer.fault == f"id {fault}"


# --- whatever is sent

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["\ud800", "\x00", HUGE]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@for_all(JSON)
def test_no_json_value_makes_reading_fail(value: Any) -> None:
    answer = read_command(value, COMMANDS, OWNER)
    assert isinstance(answer, Unreadable)


@for_all(
    st.sampled_from(sorted(EXAMPLES)),
    st.dictionaries(st.sampled_from(["subject", "data", "actor", "time", "onbehalfof"]), JSON),
    st.dictionaries(st.text(max_size=5), JSON, max_size=3),
)
def test_no_attribute_or_field_makes_reading_fail(
    verb: str, attributes: dict[str, Any], fields: dict[str, Any]
) -> None:
    event = message(verb) | {"data": EXAMPLES[verb].data | fields} | attributes
    answer = read_command(event, COMMANDS, OWNER)
    assert isinstance(answer, Command | Faulty)
    if isinstance(answer, Faulty):
        faults(answer)


@for_all(st.binary() | st.text())
def test_no_line_makes_reading_fail(line: str | bytes) -> None:
    assert isinstance(reading(line), Unreadable)


# --- pairs

NAME = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1)


@for_all(NAME, NAME, NAME, NAME)
def test_different_pairs_have_different_keys(a: str, b: str, c: str, d: str) -> None:
    assert (pair_of(a, b).key == pair_of(c, d).key) == ((a, b) == (c, d))


def test_what_ends_a_source_and_begins_an_id_is_told_apart() -> None:
    assert pair_of("/a\nb", "c").key != pair_of("/a", "b\nc").key


def test_the_ids_of_one_publisher_lie_close_together() -> None:
    one, next_one, other = (pair_of("/a", id).key[:4] for id in ("c-1", "c-27", "d-1"))
    assert one == next_one != other


def test_a_key_has_16_bytes() -> None:
    assert isinstance(pair_of("/a", "b"), CommandPair)
    assert len(pair_of("/a", "b").key) == 16
