"""docs/commands.md says what the code says, and each test that it names shows what it says."""

import pytest

from domain.catalogue import EVENTS, INSIDE_COMMANDS
from domain.words.refusals import CODES
from tests.answers.generating import noted, unshown, unwritten
from tests.answers.page import PAGE, Answers, page, read
from tests.answers.proofs import Noted, best
from tests.answers.reading import NEVER, events_of, following, named_in_rule, refusals_of

TEXT = PAGE.read_text(encoding="utf-8")
ANSWERS = read(TEXT)
RENEW = "run `make docs`"


def test_every_command_is_there() -> None:
    assert ANSWERS.keys() == INSIDE_COMMANDS.keys(), RENEW


def test_senders_and_events_are_those_of_the_code() -> None:
    assert page(ANSWERS) == TEXT, RENEW


@pytest.mark.parametrize("verb", INSIDE_COMMANDS)
def test_every_refusal_in_the_code_of_a_command_is_there(verb: str) -> None:
    assert ANSWERS[verb].refusals.keys() == refusals_of(verb), RENEW


def test_every_code_and_every_event_is_of_some_command() -> None:
    assert {code for each in ANSWERS.values() for code in each.refusals} == set(CODES)
    assert {kind for verb in ANSWERS for kind in events_of(verb)} | following() == set(EVENTS)


def test_each_refusal_is_shown_by_the_test_that_is_named() -> None:
    named = sorted({test for each in ANSWERS.values() for test in each.refusals.values()})
    run = noted(named)
    wrong = [
        f"{verb} is not refused with {code} by {test}"
        for verb, each in ANSWERS.items()
        for code, test in each.refusals.items()
        if test not in run.shown.get(verb, {}).get(code, {})
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


def test_what_no_test_shows_is_named() -> None:
    less = dict(ANSWERS["close-location"].refusals)
    del less["not-found"]
    answers = {"close-location": Answers({**less, "vlan-taken": "t::u"}, frozenset())}
    told = [*unshown(answers), *unwritten(answers, Noted({}, {}))]
    assert [each.partition(":")[0] for each in told] == [
        "close-location can be refused with not-found",
        "close-location is refused with vlan-taken by t",
        "close-location can write tieline.location.closed.v1",
    ]


def test_the_best_test_is_about_one_refusal_and_ends_with_it() -> None:
    alone, later, both = "a.py::test_one", "a.py::test_later", "a.py::test_both"
    shown = {
        "close-location": {"not-found": {alone: 0, later: 2, both: 0}, "not-permitted": {both: 1}}
    }
    assert best(shown) == {"close-location": {"not-found": alone, "not-permitted": both}}


def test_between_equals_the_name_decides() -> None:
    named, other = "a.py::test_z_of_what_is_not_found", "a.py::test_a"
    order = "test_order_of_checks.py::test_not_found"
    tests = {named: 0, other: 0, order: 0}
    assert best({"x": {"not-found": tests}})["x"]["not-found"] == named
