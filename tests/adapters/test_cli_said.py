"""What was done is said, also where something fails afterwards; and what was not, too."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.running import STORY, Tieline, as_lines, command

NOWHERE = {"TIELINE_VIEWS": "sqlite:///views.db"}
DEFECT = {"TIELINE_TEST_DEFECT": "add-subscription"}
REGISTER = command("1", "register-customer", "customer/a", name="A", model="connect-through")
SUBSCRIBE = command("2", "add-subscription", "customer/a", subscription_id="s")


@pytest.fixture
def full(tieline: Tieline) -> Tieline:
    """Where the views have no space left: a trigger says so, as a full disk would."""
    assert tieline.submit(REGISTER, **NOWHERE).code == 0
    with closing(sqlite3.connect(tieline.folder / "views.db")) as database, database:
        database.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON view_places "
            "BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
        )
    return tieline


@pytest.mark.parametrize("output", ["table", "json", "yaml"])
def test_an_outcome_is_printed_before_the_trouble_with_the_views(full: Tieline, output: str):
    verb = "customer add-subscription a --subscription s --command-id x -o"
    result = full.run(*verb.split(), output, **NOWHERE)
    assert result.code == 3
    assert "x" in result.out
    assert "customer/a/2" in result.out
    assert "disk is full" in result.err
    assert len(full.ask("customer", "show", "a")["subscriptions"]) == 1


def test_outcomes_of_a_file_are_printed_before_the_trouble_with_the_views(full: Tieline):
    result = full.submit(SUBSCRIBE, **NOWHERE)
    assert (result.code, [each["causationid"] for each in result.lines]) == (3, ["2"])


def test_retried_ones_are_told_before_the_trouble_with_the_views(full: Tieline):
    assert full.submit(SUBSCRIBE, **NOWHERE, **DEFECT).code == 4
    result = full.run("parked", "retry", "-o", "json", **NOWHERE)
    assert (result.code, [each["causationid"] for each in result.lines]) == (3, ["2"])
    assert full.ask_list("parked", "list") == []


def parked(tieline: Tieline) -> Any:
    result = tieline.submit(REGISTER, SUBSCRIBE, **DEFECT)
    assert result.code == 4
    return result.lines[1]["data"]["error"]


def test_a_parked_command_sent_again_does_not_wait_for_itself(tieline: Tieline):
    error = parked(tieline)
    assert "RuntimeError" in error
    (again,) = tieline.submit(SUBSCRIBE, **DEFECT).lines
    assert again["data"]["error"] == error
    later = command("3", "add-subscription", "customer/a", subscription_id="t")
    for _ in range(2):
        (waiting,) = tieline.submit(later, **DEFECT).lines
        assert waiting["data"]["error"] == "waits behind a parked command of customer/a"


def test_a_dry_run_says_that_a_defect_stops_it(tieline: Tieline):
    tieline.submit(REGISTER)
    verb = "customer add-subscription a --subscription s --dry-run"
    told = tieline.run(*verb.split(), **DEFECT)
    assert told.code == 4
    assert "RuntimeError" in told.out
    assert "Sent now, it would be parked; nothing was written." in told.out
    (tieline.folder / "s.jsonl").write_text(as_lines([SUBSCRIBE]))
    assert tieline.run("plan", "s.jsonl", **DEFECT).code == 4
    assert tieline.ask_list("parked", "list") == []


def test_the_id_of_a_dropped_command_is_free_as_it_says(tieline: Tieline):
    parked(tieline)
    dropped = tieline.run("parked", "drop", "1")
    assert dropped.code == 0
    assert "whoever sends one of these ids again has it decided" in dropped.err
    other = command("2", "add-subscription", "customer/a", subscription_id="other")
    assert tieline.submit(other).code == 0


FAULTS = ("{", "nonsense", '{"id": "x"} trailing', "[1,", '"text"', '{"specversion":"1.0"}')


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", ["submit", "submit --settle", "plan"])
def test_the_line_of_a_fault_is_said(tieline: Tieline, verb: str, fault: str):
    tieline.submit()
    text = "\n" + as_lines([REGISTER]) + f"  \n{fault}\n" + as_lines([SUBSCRIBE])
    (tieline.folder / "in.jsonl").write_text(text)
    result = tieline.run(*verb.split(), "in.jsonl", "-o", "json")
    assert result.code == 1
    refusal = result.lines[1]["data"]["refusal"]
    assert (refusal["facts"]["file"], refusal["facts"]["line"]) == ("in.jsonl", 4)
    assert refusal["message"].startswith("in.jsonl, line 4: ")
    assert "line 1" not in result.out
    told = tieline.run(*verb.split(), "-", "-o", "table", given=text)
    assert "standard input, line 4: " in told.out


def test_an_event_that_cant_be_read_fails_the_proof(tieline: Tieline):
    assert tieline.run("submit", "--settle", str(STORY)).code == 0
    spoils = {
        "state": "UPDATE stored_events SET state = '{}' WHERE rowid = ?",
        "type": "UPDATE stored_events SET topic = 'tieline.circuit.blessed.v1' WHERE rowid = ?",
    }
    file = tieline.folder / "var" / "tieline.db"
    sound = file.read_bytes()
    for spoil in spoils.values():
        for position in (1, 30):
            with closing(sqlite3.connect(file)) as database, database:
                database.execute(spoil, (position,))
            for views in ([], ["circuits"], ["locations"]):
                result = tieline.run("projections", "verify", *views)
                assert result.code == 1, result
                assert f"at position {position}" in result.err
            file.write_bytes(sound)
    assert tieline.run("projections", "verify").code == 0
