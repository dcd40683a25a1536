"""docs/commands.md says what the code says, and each test that it names shows what it says."""

import pytest

from domain.catalogue import EVENTS, INSIDE_COMMANDS
from domain.words.refusals import CODES
from tests.answers.generating import differences, noted
from tests.answers.page import PAGE, page, read
from tests.answers.proofs import best
from tests.answers.reading import NEVER, events_of, following, named_in_rule

TEXT = PAGE.read_text(encoding="utf-8")
PROOFS = read(TEXT)
RENEW = "run `make docs`"


def test_every_command_is_there() -> None:
    assert PROOFS.keys() == INSIDE_COMMANDS.keys(), RENEW


def test_senders_are_those_of_the_code() -> None:
    assert page(PROOFS) == TEXT, RENEW


@pytest.mark.parametrize("verb", INSIDE_COMMANDS)
def test_what_the_code_of_a_command_can_answer_is_there(verb: str) -> None:
    assert list(differences({verb: PROOFS[verb]})) == [], RENEW


def test_every_code_and_every_event_is_of_some_command() -> None:
    assert {said for each in PROOFS.values() for said in each} == CODES.keys() | EVENTS.keys()


def test_each_answer_is_shown_by_the_test_that_is_named() -> None:
    run = noted(sorted({test for each in PROOFS.values() for test in each.values()}))
    wrong = [
        f"{verb} is not answered with {said} in {test}"
        for verb, answers in PROOFS.items()
        for said, test in answers.items()
        if test not in run.get(verb, {}).get(said, {})
    ]
    assert wrong == [], RENEW


# --- how it is made


@pytest.mark.parametrize("verb", NEVER)
def test_an_exception_is_needed(verb: str) -> None:
    assert NEVER[verb] <= named_in_rule(verb)


def test_a_rule_is_followed_into_what_it_names() -> None:
    assert {"tier-change-blocked", "circuit-not-provisioned"} <= named_in_rule("change-tier")
    assert "vlan-taken" not in named_in_rule("change-tier")
    assert {"tieline.peering.configured.v1", "change-unknown"} <= named_in_rule("carry-over")


def test_what_follows_is_not_of_the_rule() -> None:
    assert "tieline.drift.cleared.v1" in following()
    assert "tieline.drift.cleared.v1" not in events_of("delete-circuit")


def test_what_no_test_shows_is_named() -> None:
    less = dict(PROOFS["close-location"])
    del less["not-found"], less["tieline.location.closed.v1"]
    assert list(differences({"close-location": {**less, "vlan-taken": "t::u"}})) == [
        "close-location can be answered with not-found: no test shows it",
        "close-location can be answered with tieline.location.closed.v1: no test shows it",
        "close-location is answered with vlan-taken in t::u: not found in its code",
    ]


def test_the_best_test_is_about_one_answer_and_ends_with_it() -> None:
    alone, later, both = "a.py::test_one", "a.py::test_later", "a.py::test_both"
    shown = {
        "close-location": {"not-found": {alone: 0, later: 2, both: 0}, "not-permitted": {both: 1}}
    }
    assert best(shown) == {"close-location": {"not-found": alone, "not-permitted": both}}


def test_events_that_a_test_writes_on_its_way_do_not_make_it_worse() -> None:
    one, other = "a.py::test_one", "a.py::test_other"
    answers = {"not-found": {one: 0, other: 1}, "tieline.a.b.v1": {one: 4, other: 0}}
    assert best({"x": answers})["x"]["not-found"] == one


def test_between_equals_the_name_decides() -> None:
    named, other = "a.py::test_z_of_what_is_not_found", "a.py::test_a"
    order = "test_order_of_checks.py::test_not_found"
    tests = {named: 0, other: 0, order: 0}
    assert best({"x": {"not-found": tests}})["x"]["not-found"] == named
