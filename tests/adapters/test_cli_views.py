"""What can be asked: things as they are and as they were, trails, projections."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta

import pytest

from tests.running import STORY, Tieline


def test_a_circuit_is_one_flat_document(after_story: Tieline):
    shown = after_story.ask("show", "circuit", "acme-fra-1.r2")
    assert (shown["circuit_id"], shown["bandwidth_mbps"]) == ("acme-fra-1.r2", 200)
    assert (shown["replaces"], shown["replaced_by"], shown["change"]) == ("acme-fra-1", None, None)
    assert shown["peerings"][0]["vlan"] == 100
    assert after_story.ask("circuit", "show", "acme-fra-1.r2") == shown


@pytest.mark.parametrize("kind", ["circuit acme-fra-1", "customer acme", "location frankfurt"])
@pytest.mark.parametrize("output", ["table", "yaml"])
def test_people_see_it_too(after_story: Tieline, kind: str, output: str):
    result = after_story.run("show", *kind.split(), "--output", output)
    assert (result.code, result.err) == (0, "")
    assert kind.split()[1] in result.out


def test_what_it_was_at_a_version(after_story: Tieline):
    placed = after_story.ask("show", "circuit", "acme-fra-1", "--at-version", "2")
    assert (placed["provider_state"], placed["version"]) == ("not-provisioned", 2)
    last = after_story.ask("show", "circuit", "acme-fra-1")
    at_last = after_story.ask("show", "circuit", "acme-fra-1", "--at-version", str(last["version"]))
    assert at_last == last


def test_what_it_was_at_a_time(after_story: Tieline):
    trail = after_story.ask_list("audit", "trail", "circuit/acme-fra-1")
    increased = next(each for each in trail if each["type"] == "tieline.bandwidth.increased.v1")
    then = after_story.ask("show", "circuit", "acme-fra-1", "--as-of", increased["time"])
    assert (then["bandwidth_mbps"], then["deleted"]) == (1000, False)
    before = after_story.run("show", "circuit", "acme-fra-1", "--as-of", "2020-01-01T00:00:00Z")
    assert before.code == 1


def test_what_it_was_at_the_end_of_a_day(after_story: Tieline):
    trail = after_story.ask_list("audit", "trail", "circuit/acme-fra-1")
    first, last = trail[0]["time"][:10], trail[-1]["time"][:10]
    then = after_story.ask("show", "circuit", "acme-fra-1", "--as-of", last)
    assert then == after_story.ask("show", "circuit", "acme-fra-1")
    eve = (date.fromisoformat(first) - timedelta(days=1)).isoformat()
    assert after_story.run("show", "circuit", "acme-fra-1", "--as-of", eve).code == 1


@pytest.mark.parametrize(
    "asked",
    [
        "show circuit nope",
        "circuit show nope",
        "customer show nope",
        "location show nope",
        "show circuit acme-fra-1 --at-version 99",
        "show circuit acme-fra-1 --at-version 0",
        "changes show acme-fra-1/nope",
        "audit trail circuit/nope",
        "circuit history nope",
        "parked show 5",
        "parked drop 5",
    ],
)
def test_what_is_not_there_is_exit_code_1(after_story: Tieline, asked: str):
    result = after_story.run(*asked.split())
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("tieline: ")
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("show circiut x", "did you mean circuit?"),
        ("show circuit", "Missing argument"),
        ("show circuit x --as-of noon", "is neither a time nor a date"),
        ("show circuit x --as-of 2026-02-30", "is neither a time nor a date"),
        ("show circuit x --at-version two", "--at-version"),
        ("show circuit x --at-version 1 --as-of 2026-01-01T00:00:00Z", "not for both"),
        ("show circuit x --output latex", "there are table, json, yaml"),
        ("circuit ordr x", "Did you mean 'order'?"),
        ("circuit order x --custmer y", "--customer"),
        ("circuit list --tier premum", "did you mean premium?"),
        ("circuit list --sort version", "there are circuit_id, customer_id, location_id, provider"),
        ("circuit change-tier x --tier premum", "did you mean premium?"),
        ("circuit change-bandwidth x --bandwidth fast", "--bandwidth"),
        ("circuit change-peering x --routing-domain private --clear vlan2", "vlan2"),
        ("changes show acme-fra-1", "CIRCUIT/CHANGE_ID"),
        ("projections verify circuts", "did you mean circuits?"),
        ("completion bsh", "did you mean bash?"),
        ("sumbit", "Did you mean 'submit'?"),
        ("submit", "Missing argument"),
    ],
)
def test_wrong_use_is_exit_code_2_and_names_the_right_word(
    after_story: Tieline, asked: str, told: str
):
    result = after_story.run(*asked.split())
    assert (result.code, result.out) == (2, "")
    assert told in result.err
    assert "Traceback" not in result.err


def test_the_trail_has_events_and_refused_attempts(after_story: Tieline):
    trail = after_story.ask_list("audit", "trail", "circuit/acme-fra-1")
    events = [each for each in trail if "sequence" in each]
    assert [each["sequence"] for each in events] == list(range(1, len(events) + 1))
    assert all(each["actor"] and each["position"] for each in events)
    assert trail[-1]["type"] == "tieline.outcome.refused.v1"
    assert trail[-1]["data"]["refusal"]["code"] == "not-found"
    assert after_story.ask_list("circuit", "history", "acme-fra-1") == trail
    told = after_story.run("audit", "trail", "circuit/acme-fra-1").out
    assert "provider:colt" in told
    assert "x refused  late" in told


@pytest.mark.parametrize("asked", ["audit trail circuit/acme-fra-1", "circuit history acme-fra-1"])
def test_people_see_what_each_event_changed(after_story: Tieline, asked: str):
    told = after_story.run(*asked.split()).out
    _, _, after = told.partition("bandwidth increased: change_id up-1, bandwidth_mbps 1000\n")
    assert after.startswith("        bandwidth_mbps: 500 → 1000\n")
    assert "        peerings: added private\n" in told
    assert "        deleted: no → yes\n" in told


def test_projections_status_rebuild_verify(after_story: Tieline):
    names = [
        "circuits",
        "customers",
        "locations",
        "networks",
        "route_filters",
        "csp",
        "changes",
        "alarms",
        "trail",
    ]
    status = after_story.ask_list("projections", "status")
    assert [each["view"] for each in status] == names
    assert {each["behind"] for each in status} == {0}
    shown = after_story.ask("show", "circuit", "acme-fra-1")
    rebuilt = after_story.ask_list("projections", "rebuild", "circuits")
    assert [each["view"] for each in rebuilt] == ["circuits"]
    assert after_story.ask("show", "circuit", "acme-fra-1") == shown
    verified = after_story.ask_list("projections", "verify")
    assert {each["view"]: each["equal"] for each in verified} == dict.fromkeys(names, True)


def test_a_view_that_lost_a_row_is_proved_wrong(tieline: Tieline):
    tieline.run("submit", "--settle", str(STORY))
    with closing(sqlite3.connect(tieline.folder / "var" / "tieline.db")) as database, database:
        name = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'view_customers_%'"
        ).fetchone()[0]
        database.execute(f"DELETE FROM {name}")  # noqa: S608 - a name of ours
    result = tieline.run("projections", "verify", "customers", "-o", "json")
    assert result.code == 1
    assert result.lines[0]["differing"] == 1
    assert tieline.run("projections", "rebuild", "customers").code == 0
    assert tieline.run("projections", "verify").code == 0


def test_views_that_are_behind_are_brought_forward_by_who_looks(tieline: Tieline):
    """A kill between the commands and the views leaves the views behind like this."""
    apart = {"TIELINE_VIEWS": "sqlite:///views.db"}
    tieline.run("submit", "--settle", str(STORY))
    shown = tieline.ask("show", "circuit", "acme-fra-1")
    assert tieline.ask("show", "circuit", "acme-fra-1", **apart) == shown
    tieline.run("projections", "rebuild", **apart)
    tieline.run("circuit", "change-bandwidth", "acme-fra-1.r2", "--bandwidth", "500")
    ahead = tieline.ask("show", "circuit", "acme-fra-1.r2")
    assert tieline.ask("show", "circuit", "acme-fra-1.r2", **apart) == ahead
    assert {each["behind"] for each in tieline.ask_list("projections", "status", **apart)} == {0}


def test_views_that_forget_how_far_they_were_are_built_anew_by_who_looks(after_story: Tieline):
    before = after_story.ask_list("circuit", "list")
    forgotten = after_story.ask_list("projections", "reset", "circuits")
    assert [each["view"] for each in forgotten] == ["circuits"]
    assert forgotten[0]["events"] > 0
    told = {each["view"]: each for each in after_story.ask_list("projections", "status")}
    assert (told["circuits"]["position"], told["customers"]["behind"]) == (0, 0)
    assert after_story.ask_list("circuit", "list") == before
    assert after_story.run("projections", "verify").code == 0
    unheard = after_story.run("projections", "reset", "circuit")
    assert (unheard.code, "circuits" in unheard.err) == (2, True)


def test_a_process_runs_over_kafka_alone(after_story: Tieline):
    refused = after_story.run("process", "reset")
    assert (refused.code, "TIELINE_KAFKA is empty" in refused.err) == (2, True)


def test_an_empty_database(tieline: Tieline):
    assert tieline.run("submit", "-", given="").code == 0
    assert tieline.ask_list("circuit", "list") == []
    assert tieline.ask_list("parked", "list") == []
    assert tieline.run("changes", "list").out == "There are no changes.\n"
    assert tieline.run("projections", "verify").code == 0


def test_the_database_lies_where_it_is_said(tieline: Tieline):
    tieline.run("submit", "-", given="", TIELINE_DATABASE="sqlite:///deep/er/t.db")
    assert (tieline.folder / "deep" / "er" / "t.db").is_file()


def test_completion(tieline: Tieline):
    assert "_TIELINE_COMPLETE" in tieline.run("completion", "zsh").out
    assert tieline.ask("completion")["shell"] == "bash"
    asked = {"_TIELINE_COMPLETE": "complete_bash", "COMP_CWORD": "1"}
    assert "circuit" in tieline.run(COMP_WORDS="tieline ci", **asked).out.split()
    verbs = tieline.run(COMP_WORDS="tieline circuit ch", **asked | {"COMP_CWORD": "2"}).out.split()
    assert "change-bandwidth" in verbs


def test_whoever_has_read_enough_may_leave(after_story: Tieline):
    shell = " ".join(after_story.command("audit", "trail", "circuit/acme-fra-1", "-o", "json"))
    done = subprocess.run(
        ["sh", "-c", f"{shell} | head -n 1"],
        cwd=after_story.folder,
        env=after_story.environment,
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["sequence"] == 1
    assert done.stderr == b""


LIGHT: dict[str, tuple[str, ...]] = {
    "--help": ("pydantic", "sqlalchemy", "rich", "domain", "projections", "yaml"),
    "settings": ("pydantic", "sqlalchemy", "rich", "domain", "projections", "yaml"),
    "show circuit acme-fra-1": ("pydantic", "rich", "domain", "eventsourcing", "structlog"),
    "circuit list": ("pydantic", "rich", "domain", "eventsourcing", "structlog"),
}


@pytest.mark.parametrize("asked", LIGHT)
def test_what_must_feel_instant_loads_little(after_story: Tieline, asked: str):
    started = [sys.executable, "-X", "importtime", *after_story.command(*asked.split())]
    done = subprocess.run(
        started,
        cwd=after_story.folder,
        env=after_story.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {
        line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()
    }
    assert loaded.isdisjoint(LIGHT[asked])
