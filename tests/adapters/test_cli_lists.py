"""Lists, and changes of bandwidth with all there is to say of them."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.running import STORY, Tieline, command
from tests.waiting import until


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
        ("circuit list --deleted --state disabled", ["acme-fra-1"]),
        ("circuit list --deleted --state succeeded --provider colt", ["acme-fra-1.r2"]),
    ],
)
def test_lists_can_be_narrowed(after_story: Tieline, narrowed: str, found: list[str]):
    rows = after_story.ask_list(*narrowed.split())
    assert [each["circuit_id"] for each in rows] == found


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ("location list --provider colt", ["frankfurt"]),
        ("location list --provider nobody", []),
        ("customer list --subscription acme-prod", ["acme"]),
        ("customer list --subscription nobody", []),
    ],
)
def test_by_what_a_thing_has_among_others(after_story: Tieline, narrowed: str, found: list[str]):
    rows = after_story.ask_list(*narrowed.split())
    assert [next(iter(each.values())) for each in rows] == found


def test_a_list_as_of_then_is_what_it_was(after_story: Tieline):
    trail = after_story.ask_list("circuit", "history", "acme-fra-1")
    raised = next(each for each in trail if each["type"].endswith("bandwidth.increased.v1"))
    then = ("--as-of", raised["time"])
    (circuit,) = after_story.ask_list("circuit", "list", *then)
    assert circuit == after_story.ask("show", "circuit", "acme-fra-1", *then)
    assert circuit["bandwidth_mbps"] == 1000
    assert after_story.ask_list("circuit", "list", "--bandwidth", "500", *then) == []
    assert after_story.ask_list("customer", "list", "--as-of", "2020-01-01") == []
    today = after_story.ask_list("circuit", "list", "--deleted")
    assert after_story.ask_list("circuit", "list", "--deleted", "--as-of", "2100-01-01") == today
    result = after_story.run("location", "list", "--as-of", "yesterday")
    assert (result.code, "neither a time nor a date" in result.err) == (2, True)


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
