"""What the network side sees: reported, listed where it drifts, found in a circuit's history."""

from datetime import UTC, datetime

import pytest

from domain.words.values import format_time
from tests.running import STORY, Result, Tieline

CIRCUIT = "acme-fra-1.r2"
FIRST = {"circuit_id": CIRCUIT, "field": "bandwidth_mbps", "recorded": 200, "observed": 500}
SECOND = {"circuit_id": CIRCUIT, "field": "private/state", "recorded": "enabled"}


def report(tieline: Tieline, *options: str) -> Result:
    """Report what is seen at this moment."""
    now = format_time(datetime.now(UTC))
    return tieline.run("circuit", "report-observation", CIRCUIT, "--observed-at", now, *options)


@pytest.fixture(scope="module")
def drifted(tmp_path_factory: pytest.TempPathFactory) -> Tieline:
    """After the story the line is faster than agreed, and its private peering down; the tests leave
    it as it is.
    """
    tieline = Tieline(tmp_path_factory.mktemp("drifted"))
    assert tieline.run("submit", "--settle", str(STORY)).code == 0
    seen = ("--provider-state", "provisioned", "--bandwidth", "500", "--peering", "private:down:12")
    assert report(tieline, *seen).code == 0
    return tieline


def test_what_drifts_is_listed_and_shown_with_both_sides(drifted: Tieline):
    shown = drifted.ask("circuit", "show", CIRCUIT)
    listed = drifted.ask_list("drift", "list")
    assert [{"circuit_id": CIRCUIT, **each} for each in shown["drift"]] == listed
    since = {"since": shown["last_observed_at"]}
    assert listed == [FIRST | since, SECOND | {"observed": "down"} | since]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("--customer acme", 2),
        (f"--circuit {CIRCUIT} --location frankfurt --provider colt", 2),
        ("--customer birch", 0),
        ("--provider equinix", 0),
        ("--as-of 9999-12-31", 2),
        ("--as-of 9999-12-31 --customer birch", 0),
        ("--as-of 2020-01-01", 0),
    ],
)
def test_the_list_is_narrowed_and_told_as_it_was(drifted: Tieline, options: str, found: int):
    assert len(drifted.ask_list("drift", "list", *options.split())) == found


def test_people_see_it_too(drifted: Tieline):
    told = drifted.run("drift", "list").out.splitlines()
    assert told[0].split() == ["CIRCUIT", "FIELD", "RECORDED", "OBSERVED", "SINCE"]
    assert told[1].split()[:4] == [CIRCUIT, "bandwidth_mbps", "200", "500"]
    none = drifted.run("drift", "list", "--customer", "birch").out
    assert none == "Nothing of that drifts.\n"
    assert "field: private/state" in drifted.run("drift", "list", "--output", "yaml").out


def test_the_observation_itself_is_in_the_history(drifted: Tieline):
    trail = drifted.ask_list("circuit", "history", CIRCUIT)
    assert [each["type"].removeprefix("tieline.") for each in trail[-4:]] == [
        "circuit.observed.v1",
        "drift.raised.v1",
        "drift.raised.v1",
        "alarm.raised.v1",
    ]
    assert trail[-4]["data"]["peerings"] == [
        {"routing_domain": "private", "state": "down", "prefixes": 12}
    ]
    told = drifted.run("circuit", "history", CIRCUIT).out
    assert "drift: added bandwidth_mbps" in told


def test_a_command_that_makes_the_record_agree_ends_it(tieline: Tieline):
    tieline.run("submit", "--settle", str(STORY))
    assert tieline.run("drift", "list").out == "Nothing drifts.\n"
    report(tieline, "--peering", "private:down")
    assert (
        tieline.run("circuit", "disable-peering", CIRCUIT, "--routing-domain", "private").code == 0
    )
    assert tieline.ask_list("drift", "list") == []
    trail = tieline.ask_list("circuit", "history", CIRCUIT)
    assert [each["type"] for each in trail[-3:]] == [
        "tieline.peering.disabled.v1",
        "tieline.drift.cleared.v1",
        "tieline.alarm.cleared.v1",
    ]


@pytest.mark.parametrize("time", ["noon", "2026-02-30"])
def test_a_time_that_is_none_is_wrong_use(drifted: Tieline, time: str):
    asked = drifted.run("drift", "list", "--as-of", time)
    assert (asked.code, asked.out) == (2, "")
    assert "is neither a time nor a date" in asked.err


@pytest.mark.parametrize("written", ["private", "private:up:many", "private:up:1:more"])
def test_a_peering_of_another_form_is_refused(drifted: Tieline, written: str):
    """A routing domain alone is well-formed: nothing was seen of it."""
    code = report(drifted, "--peering", written, "--dry-run").code
    assert code == (0 if written == "private" else 2)
