"""Parking: a defect keeps one command from being decided; its subject waits, the rest goes on."""

from typing import Any

import pytest

from tests.running import Tieline, command

DEFECT = {"TIELINE_TEST_DEFECT": "add-subscription"}


def registered(id: str) -> Any:
    return command(
        f"r-{id}", "register-customer", f"customer/{id}", name=id, model="connect-through"
    )


def subscription(customer: str, id: str) -> Any:
    return command(f"s-{id}", "add-subscription", f"customer/{customer}", subscription_id=id)


@pytest.fixture
def parked(tieline: Tieline) -> Tieline:
    """Two customers, each with a parked subscription; a removal waits behind the first."""
    removal = command("late", "remove-subscription", "customer/a", subscription_id="s1")
    result = tieline.submit(
        registered("a"),
        registered("b"),
        subscription("a", "s1"),
        removal,
        subscription("b", "s2"),
        **DEFECT,
    )
    assert result.code == 4
    return tieline


def test_parked_commands_are_listed_with_their_error(parked: Tieline):
    rows = parked.ask_list("parked", "list")
    assert [(each["number"], each["command_id"], each["waits"]) for each in rows] == [
        (1, "s-s1", False),
        (2, "late", True),
        (3, "s-s2", False),
    ]
    assert "RuntimeError" in rows[0]["error"]
    shown = parked.ask("parked", "show", "1")
    assert shown["message"]["data"] == {"subscription_id": "s1"}


def test_sent_again_it_is_still_parked_once(parked: Tieline):
    again = parked.submit(subscription("a", "s1"), **DEFECT)
    assert again.code == 4
    assert again.lines[0]["type"] == "tieline.outcome.parked.v1"
    assert len(parked.ask_list("parked", "list")) == 3


def test_others_of_its_subject_wait_even_when_the_defect_is_mended(parked: Tieline):
    assert parked.submit(subscription("a", "s3")).code == 4
    assert parked.submit(registered("c")).code == 0


def test_retried_after_the_mend_they_are_decided_in_order(parked: Tieline):
    result = parked.run("parked", "retry", "--output", "json")
    assert (result.code, result.err) == (0, "")
    assert [line["data"]["command_id"] for line in result.lines] == ["s-s1", "late", "s-s2"]
    assert parked.ask_list("parked", "list") == []
    assert parked.ask("customer", "show", "a")["subscriptions"] == []
    assert parked.submit(subscription("a", "s1")).lines == result.lines[:1]


def test_where_one_fails_again_the_later_ones_of_its_subject_go_on_waiting(parked: Tieline):
    result = parked.run("parked", "retry", "-o", "json", TIELINE_TEST_DEFECT="remove-subscription")
    assert result.code == 4
    assert [line["type"].split(".")[2] for line in result.lines] == [
        "accepted",
        "parked",
        "accepted",
    ]
    assert [each["number"] for each in parked.ask_list("parked", "list")] == [2]
    failed = parked.run("parked", "retry", "-o", "json", **DEFECT)
    assert failed.code == 0


def test_naming_one_takes_along_what_came_before_it(parked: Tieline):
    result = parked.run("parked", "retry", "2", "--output", "json")
    assert [line["data"]["command_id"] for line in result.lines] == ["s-s1", "late"]
    assert [each["number"] for each in parked.ask_list("parked", "list")] == [3]


def test_what_is_dropped_is_never_decided(parked: Tieline):
    dropped = parked.ask_list("parked", "drop", "1", "3")
    assert [each["number"] for each in dropped] == [1, 3]
    refused = parked.run("parked", "retry", "-o", "json")
    assert refused.code == 1
    assert refused.lines[0]["data"]["refusal"]["code"] == "not-found"
    assert parked.ask("customer", "show", "a")["subscriptions"] == []


def test_a_verb_whose_command_is_parked_is_exit_code_4(parked: Tieline):
    line = "customer add-subscription b --subscription s9"
    result = parked.run(*line.split(), **DEFECT)
    assert result.code == 4
    assert "Nothing is lost" in result.out


def test_a_defect_that_names_no_command_is_wrong_use(tieline: Tieline):
    result = tieline.run("submit", "-", TIELINE_TEST_DEFECT="fly")
    assert (result.code, "fly" in result.err) == (2, True)
