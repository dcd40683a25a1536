"""What can be asked: things as they are and as they were, lists, changes, trails, projections."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.running import STORY, Tieline, command
from tests.waiting import until


@pytest.fixture(scope="module")
def after_story(tmp_path_factory: pytest.TempPathFactory) -> Tieline:
    """A database after the story and one refused attempt; its tests leave it as it is."""
    tieline = Tieline(tmp_path_factory.mktemp("story"))
    assert tieline.run("submit", "--settle", str(STORY)).code == 0
    assert tieline.submit(command("late", "delete-circuit", "circuit/acme-fra-1")).code == 1
    return tieline


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


def test_lists_are_json_lines(after_story: Tieline):
    circuits = after_story.ask_list("circuit", "list", "--deleted")
    assert [each["circuit_id"] for each in circuits] == ["acme-fra-1", "acme-fra-1.r2"]
    assert circuits[1] == after_story.ask("show", "circuit", "acme-fra-1.r2")
    assert [each["customer_id"] for each in after_story.ask_list("customer", "list")] == ["acme"]
    locations = after_story.ask_list("location", "list", "--open")
    assert [each["location_id"] for each in locations] == ["frankfurt"]


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ("circuit list --no-deleted", ["acme-fra-1.r2"]),
        ("circuit list", ["acme-fra-1.r2"]),
        ("circuit list --deleted --customer acme", ["acme-fra-1", "acme-fra-1.r2"]),
        ("circuit list --deleted --circuit-state disabled", ["acme-fra-1"]),
        ("circuit list --location frankfurt --pair pair-1 --bandwidth 200", ["acme-fra-1.r2"]),
        ("circuit list --location-id london", []),
        ("circuit list --provider-state provisioned --tier standard", ["acme-fra-1.r2"]),
    ],
)
def test_lists_can_be_narrowed(after_story: Tieline, narrowed: str, found: list[str]):
    rows = after_story.ask_list(*narrowed.split())
    assert [each["circuit_id"] for each in rows] == found


def test_lists_can_be_sorted(after_story: Tieline):
    rows = after_story.ask_list("circuit", "list", "--deleted", "--sort", "provider")
    assert [each["circuit_id"] for each in rows] == ["acme-fra-1", "acme-fra-1.r2"]


def test_help_names_the_words_of_a_filter(after_story: Tieline):
    told = after_story.run("circuit", "list", "--help").out
    assert "--tier local|standard|premium" in told
    assert "--sort circuit_id|customer_id|location_id|provider" in told


def test_lists_for_people_have_heads(after_story: Tieline):
    out = after_story.run("circuit", "list", "--deleted").out.splitlines()
    assert out[0].split()[:5] == ["CIRCUIT", "CUSTOMER", "LOCATION", "PROVIDER", "MBIT/S"]
    assert out[2].startswith("acme-fra-1.r2")


@pytest.mark.parametrize(
    ("noun", "plural"),
    [("circuit", "circuits"), ("customer", "customers"), ("location", "locations")],
)
def test_a_list_says_that_there_are_none(tieline: Tieline, noun: str, plural: str):
    tieline.submit()
    assert tieline.run(noun, "list").out == f"There are no {plural}.\n"
    narrowed = "--open" if noun == "location" else "--deleted"
    such = "such " if noun == "location" else ""
    assert tieline.run(noun, "list", narrowed).out == f"There are no {such}{plural}.\n"


def test_what_was_deleted_is_listed_where_it_is_asked_for_and_is_marked(tieline: Tieline):
    tieline.submit(
        *(
            command(id, "register-customer", f"customer/{id}", name=id, model="connect-through")
            for id in ("acme", "birch")
        ),
        command("r", "remove-customer", "customer/acme"),
    )
    living = tieline.run("customer", "list").out
    assert "DELETED" not in living
    assert "acme" not in living
    every = tieline.run("customer", "list", "--deleted").out.splitlines()
    assert [line.split()[-1] for line in every] == ["DELETED", "yes", "no"]
    assert [each["deleted"] for each in tieline.ask_list("customer", "list", "--deleted")] == [
        True,
        False,
    ]


def test_changes_with_their_course(after_story: Tieline):
    changes = after_story.ask_list("changes", "list")
    assert {each["change_id"]: each["ended"] for each in changes} == {
        "up-1": "increased",
        "down-1": "decreased",
    }
    assert after_story.ask_list("changes", "list", "--overdue") == []
    assert after_story.ask_list("changes", "list", "--running") == []
    change = after_story.ask("changes", "show", "acme-fra-1/down-1")
    assert change["done"][0]["what"] == "bandwidth.decrease-started"
    assert change["to_come"] == []
    told = after_story.run("changes", "show", "acme-fra-1/down-1").out
    assert "circuit.placed  acme-fra-1.r2  by service:tieline" in told


def test_a_change_that_waits(tieline: Tieline):
    """Without a network nobody answers: the change waits for the provider, its steps to come."""
    lines = STORY.read_text(encoding="utf-8").splitlines(keepends=True)
    tieline.run("submit", "--settle", "-", given="".join(lines[:-1]))
    tieline.run("submit", "-", given=lines[-1], TIELINE_NETWORK="none")
    (change,) = tieline.ask_list("changes", "list", "--running")
    assert (change["step"], change["waits_for"]) == ("deprovisioning-requested", "provider")
    shown = tieline.ask("changes", "show", "acme-fra-1/down-1")
    assert shown["to_come"][0] == "deprovisioning"
    told = tieline.run("changes", "show", "acme-fra-1/down-1").out
    assert "waiting for the provider" in told
    assert "a person may send abandon-bandwidth-change" in told
    assert "to come" in told


def test_a_change_that_stalled_tells_why_and_what_may_be_done(tieline: Tieline):
    lines = STORY.read_text(encoding="utf-8").splitlines(keepends=True)
    tieline.run("submit", "--settle", "-", given="".join(lines[:-1]))
    tieline.run("submit", "-", given=lines[-1], TIELINE_NETWORK="none")
    key = tieline.ask("show", "circuit", "acme-fra-1")["service_key"]
    reject = f"circuit reject-deprovisioning acme-fra-1 --service-key {key} --reason in-use"
    tieline.run(*reject.split(), TIELINE_NETWORK="none")
    assert tieline.ask("show", "circuit", "acme-fra-1")["change"]["waits_for"] == "person"
    told = tieline.run("changes", "show", "acme-fra-1/down-1").out
    assert "waiting for a person since" in told
    assert "stalled: rejected: in-use" in told
    assert "may send retry-bandwidth-change or abandon-bandwidth-change" in told
    retry = "circuit retry-bandwidth-change acme-fra-1 --change down-1 --reason asked-again"
    tieline.run(*retry.split(), TIELINE_NETWORK="none")
    told = tieline.run("changes", "show", "acme-fra-1/down-1").out
    assert "by service:tieline: request-deprovisioning: rejected: in-use" in told
    assert "by user:owner: asked-again" in told


def test_a_scheduled_change_that_failed_tells_its_refusal(tieline: Tieline):
    lines = STORY.read_text(encoding="utf-8").splitlines(keepends=True)
    tieline.run("submit", "--settle", "-", given="".join(lines[:4]))
    later = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    change = (
        f"circuit change-bandwidth acme-fra-1 --bandwidth 1000 --change up --not-before {later}"
    )
    tieline.run(*change.split())
    (scheduled,) = tieline.ask_list("changes", "list")
    assert scheduled["not_before"][:19] == later[:19]
    assert f"{later[:19]}Z" in tieline.run("changes", "list").out
    tieline.ask("circuit", "request-deprovisioning", "acme-fra-1", "--accept-interruption")
    until("the change fails at its time", lambda: _failed_after_another_verb(tieline))
    told = tieline.run("changes", "show", "acme-fra-1/up").out
    assert "failed: circuit-not-provisioned: Circuit acme-fra-1 is" in told


def _failed_after_another_verb(tieline: Tieline) -> bool:
    """Every verb that sends a command also does what is due by the clock."""
    tieline.ask("location", "reopen", "frankfurt")
    return tieline.ask_list("changes", "list")[0]["ended"] == "failed"


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
    names = ["circuits", "customers", "locations", "csp", "changes", "trail"]
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
