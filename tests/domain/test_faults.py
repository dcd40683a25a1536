"""Faults of malformed commands: sentences of ours for every field, no words of a validator."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from domain.catalogue import COMMANDS, INSIDE_COMMANDS
from domain.words.attributes import Attributes
from domain.words.data import CommandData
from domain.words.faults import FAULT_SHOWN, OTHERWISE, SENTENCES, asked_by, faults_in
from tests.domain.test_messages import MEGABYTE, faults, reading, sent, with_data
from tests.examples.commands import EXAMPLES

A_PAIR = {"name": "p1", "primary": "a", "secondary": "b", "capacity_mbps": 1000}

WRONG: tuple[Any, ...] = (
    None,
    True,
    0,
    2**53,
    1.5,
    float("inf"),
    "",
    "a b",
    "a\x00b",
    "\ud800",
    MEGABYTE,
    "10.0.0/24",
    "10.0.0.256/24",
    "10.0.0.0/33",
    "2001:db8::1::/64",
    "2026-02-30T00:00:00Z",
    "2026-01-05T25:00:00Z",
    "9999-12-31T23:59:59-01:00",
    "0001-01-01T00:00:00+01:00",
    [],
    [7],
    [""],
    ["x"] * 1001,
    {},
    {"a": 1},
    [{}],
    [{**A_PAIR, "capacity_mbps": "10G"}],
    [{**A_PAIR, "capacity_mbps": 0, "colour": "red"}],
    [{**A_PAIR, "provider": "-"}],
    [A_PAIR, A_PAIR],
)
"""Values of every JSON type, and texts in every form that some field has."""

PROSE = re.compile(r"[A-Za-z0-9_ .,:;/@'+\-()]+")
"""What sentences are written with; a pattern has brackets, braces, backslashes and anchors."""

FOREIGN = ("Input should", "String should", "List should", "after validation", "Value error")


def data_of(verb: str, kind: type[CommandData]) -> dict[str, Any]:
    """Data of a command that is of the right shape, or at least names every field."""
    return EXAMPLES[verb].data if verb in EXAMPLES else dict.fromkeys(kind.model_fields, "x")


def every_fault(kind: type[CommandData], data: dict[str, Any]) -> Iterator[str]:
    """The faults that a command has with each field missing or wrong, and with one too many."""
    for field in (*kind.model_fields, "colour"):
        left = {name: value for name, value in data.items() if name != field}
        for value in (left, *({**data, field: wrong} for wrong in WRONG)):
            yield from (fault["fault"] for fault in faults_in(kind, value))


def assert_ours(fault: str) -> None:
    assert PROSE.fullmatch(fault), fault
    assert len(fault) < FAULT_SHOWN, fault
    assert fault != OTHERWISE
    assert not any(words in fault for words in FOREIGN), fault


@pytest.mark.parametrize("verb", sorted(INSIDE_COMMANDS))
def test_every_field_of_every_command_has_faults_in_our_words(verb: str) -> None:
    kind = INSIDE_COMMANDS[verb]
    said = list(every_fault(kind, data_of(verb, kind)))
    assert said
    for fault in said:
        assert_ours(fault)


@pytest.mark.parametrize("name", Attributes.model_fields)
def test_every_attribute_has_faults_in_our_words(name: str) -> None:
    right = {"specversion": "1.0", "subject": "circuit/c1"}
    said = [f["fault"] for wrong in WRONG for f in faults_in(Attributes, {**right, name: wrong})]
    assert said
    for fault in said:
        assert_ours(fault)


@pytest.mark.parametrize("verb", sorted(COMMANDS))
@pytest.mark.parametrize("subject", ["pizza/c1", "circuit/", "a b"])
def test_the_form_of_every_subject_is_said_in_words(verb: str, subject: str) -> None:
    fault = faults(sent(verb, subject=subject))["subject"]
    assert_ours(fault)
    assert fault.startswith("must be ")


def test_every_sentence_is_of_use() -> None:
    """Each kind of fault that has a sentence can occur in a command."""
    kinds = {
        fault["type"]
        for verb, kind in INSIDE_COMMANDS.items()
        for fault in errors_of(kind, data_of(verb, kind))
    } | {fault["type"] for fault in errors_of(Attributes, {"specversion": "1.0"})}
    assert kinds - {"string_pattern_mismatch"} == set(SENTENCES)


def errors_of(kind: Any, data: dict[str, Any]) -> Iterator[Any]:
    for field in (*kind.model_fields, "colour"):
        for wrong in WRONG:
            try:
                kind.model_validate({**data, field: wrong})
            except ValueError as error:
                told: Any = error
                yield from told.errors(include_url=False)


def test_a_pattern_without_words_is_not_shown_either() -> None:
    assert asked_by("^[a-z]{3}$") == OTHERWISE


@pytest.mark.parametrize(
    ("verb", "wrong", "fault"),
    [
        ("order-circuit", {"bandwidth_mbps": "500"}, "must be an integer, without quotes"),
        ("order-circuit", {"tier": "gold"}, "must be 'local', 'standard' or 'premium'"),
        ("order-circuit", {"provider": "-"}, "must be an id: 1 to 80 letters"),
        ("order-circuit", {"colour": "red"}, "is no field here"),
        ("open-location", {"routers": []}, "must have at least 1 entry"),
        ("open-location", {"oversubscription": "2,5"}, "must be a decimal above 0"),
        ("grant-role", {"principal": "anna"}, "must be a principal: user:NAME"),
        ("retry-bandwidth-change", {"reason": ""}, "must have at least 1 character"),
        ("change-bandwidth", {"not_before": "tonight"}, "must be a time with its offset"),
        ("change-bandwidth", {"not_before": "2026-02-30T00:00:00Z"}, "there is no such day"),
        ("claim-prefix", {"prefix": "10.0.0/24"}, "an IPv4 address is four numbers"),
        ("configure-peering", {"vlan": 4095}, "must be at most 4094"),
    ],
)
def test_a_fault_says_what_would_be_right(verb: str, wrong: dict[str, Any], fault: str) -> None:
    (field,) = wrong
    assert faults(with_data(verb, **wrong))[field].startswith(fault)


def test_a_line_that_is_no_json_says_where_it_breaks_off() -> None:
    assert reading('{"a": }').fault == "not JSON: it breaks off at character 7"
    assert reading('{"a": NaN}').fault == "not JSON: NaN is no JSON number"
