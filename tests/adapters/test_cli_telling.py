"""What people are told: a try is no deed, and what followed from a command stands after it."""

import json
import re
from typing import Any

import pytest

from tests.running import STORY, Tieline, command

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
CIRCUIT = "acme-fra-1"
BEFORE_THE_DECREASE = "".join(STORY.read_text(encoding="utf-8").splitlines(keepends=True)[:-1])
ORDER = (
    "circuit order c9 --customer acme --subscription acme-prod --location frankfurt "
    "--provider colt --bandwidth 100 --tier standard --billing metered"
)
LOWER = f"circuit change-bandwidth {CIRCUIT} --bandwidth 200 --accept-interruption"


@pytest.fixture(scope="module")
def provisioned(tmp_path_factory: pytest.TempPathFactory) -> Tieline:
    """A provisioned circuit of 1000 Mbit/s; its tests write nothing."""
    tieline = Tieline(tmp_path_factory.mktemp("provisioned"))
    assert tieline.run("submit", "--settle", "-", given=BEFORE_THE_DECREASE).code == 0
    return tieline


TRIES = (
    f"{ORDER} --dry-run",
    f"{LOWER} --dry-run",
    f"circuit change-bandwidth {CIRCUIT} --bandwidth 2000 --dry-run",
    f"circuit plan {CIRCUIT} --bandwidth 200",
    f"circuit plan {CIRCUIT} --bandwidth 200 --strategy replace-first",
)


@pytest.mark.parametrize("asked", TRIES)
def test_a_try_reads_as_one_and_names_nothing_that_will_never_exist(
    provisioned: Tieline, asked: str
):
    told = provisioned.run(*asked.split())
    assert told.code == 0
    assert told.out.startswith("+ would be accepted; nothing was written  circuit/")
    assert UUID.findall(told.out) == []
    data = provisioned.ask(*asked.split())["data"]
    assert data["command_id"] is None
    assert UUID.findall(json.dumps(data)) == []


@pytest.mark.parametrize("asked", [f"circuit plan {CIRCUIT} --bandwidth 300", f"{ORDER} --dry-run"])
def test_a_refused_try_reads_as_one(provisioned: Tieline, asked: str):
    told = provisioned.run(*asked.replace("standard", "local").split())
    assert told.code == 1
    assert told.out.startswith("x would be refused; nothing was written  circuit/")


def test_names_that_somebody_gave_stay_in_a_try(provisioned: Tieline):
    named = (*LOWER.split(), "--dry-run", "--command-id", "mine")
    assert provisioned.ask(*named)["data"]["plan"]["change_id"] == "mine"
    told = provisioned.run(*named).out
    assert told.startswith(f"+ would be accepted; nothing was written  mine circuit/{CIRCUIT}")
    assert "The plan of mine, teardown-first:" in told
    named = (*LOWER.split(), "--dry-run", "--change", "down-1")
    assert "The plan of down-1, teardown-first:" in provisioned.run(*named).out


def test_a_plan_tells_what_would_be_from_what_was(provisioned: Tieline):
    story = BEFORE_THE_DECREASE.splitlines()
    new = command("n", "add-subscription", "customer/acme", subscription_id="acme-dev")
    bad = command("b", "add-subscription", "customer/nobody", subscription_id="acme-dev")
    lines = "\n".join([story[0], json.dumps(new), json.dumps(bad)])
    told = provisioned.run("plan", "-", given=lines)
    assert [line for line in told.out.splitlines() if not line.startswith(" ")] == [
        "+ was accepted before; nothing was written  c-001 customer/acme",
        "+ would be accepted; nothing was written  n customer/acme",
        "x would be refused; nothing was written  b customer/nobody",
    ]
    again = provisioned.run("plan", "-", "--output", "json", given=lines).lines
    assert [each.get("again", False) for each in again] == [True, False, False]


def test_without_consent_every_interruption_is_told_with_its_plan(provisioned: Tieline):
    lower = provisioned.run(*LOWER.removesuffix(" --accept-interruption").split())
    stop = provisioned.run("circuit", "request-deprovisioning", CIRCUIT)
    assert (lower.code, stop.code) == (1, 1)
    assert "peerings carried over: private, microsoft" in lower.out
    assert "peerings interrupted: private, microsoft" in stop.out
    assert "1. begin-deprovisioning (provider)" in stop.out


def followed(told: str) -> str:
    before, _, after = told.partition("  then, by itself:\n")
    assert before
    return after


def changing(tieline: Tieline, *options: str, **settings: str) -> Any:
    assert tieline.run("submit", "--settle", "-", given=BEFORE_THE_DECREASE).code == 0
    begun = (*LOWER.split(), "--change", "down-1", "--strategy", "replace-first", *options)
    assert tieline.run(*begun, **settings).code == 0


def moved_on(tieline: Tieline, verb: str) -> str:
    done = ("circuit", f"{verb}-bandwidth-change", CIRCUIT, "--change", "down-1", "--reason", "x")
    told = tieline.run(*done)
    assert told.code == 0, told
    return followed(told.out)


def test_proceeding_tells_what_followed(tieline: Tieline):
    changing(tieline, "--no-auto-proceed")
    after = moved_on(tieline, "proceed")
    assert "bandwidth switched over" in after
    assert "bandwidth decreased" in after
    assert "change proceeded" not in after
    assert "circuit/acme-fra-1.r2/6 " not in after, "what was there before"


def test_retrying_tells_what_followed(tieline: Tieline):
    changing(tieline, TIELINE_NETWORK="none")
    key = tieline.ask("circuit", "show", f"{CIRCUIT}.r2")["service_key"]
    by = (f"{CIRCUIT}.r2", "--service-key", key, "--actor", "provider:colt")
    for step in (("begin-provisioning", *by), ("reject-provisioning", *by, "--reason", "no")):
        assert tieline.run("circuit", *step, TIELINE_NETWORK="none").code == 0
    assert "bandwidth decreased" in moved_on(tieline, "retry")


def test_abandoning_tells_what_followed(tieline: Tieline):
    changing(tieline, "--no-auto-proceed")
    assert "bandwidth revert finished" in moved_on(tieline, "abandon")


def test_a_file_that_is_settled_line_by_line_tells_what_followed(tieline: Tieline):
    told = tieline.run(
        *("submit", "--settle", "-", "--output", "table"), given=BEFORE_THE_DECREASE
    ).out
    order, _, peering = told.partition("+ accepted  c-004")[2].partition("+ accepted  c-007")
    assert "circuit provisioned" in followed(order)
    assert "bandwidth increased" in followed(peering)
    assert told.count("by itself") == 2


def test_what_was_parked_and_is_retried_tells_what_followed(tieline: Tieline):
    assert (
        tieline.run(
            "submit", "-", given=BEFORE_THE_DECREASE, TIELINE_TEST_DEFECT="order-circuit"
        ).code
        == 4
    )
    told = tieline.run("parked", "retry")
    order = told.out.partition("+ accepted  c-007")[0]
    assert "circuit provisioned" in followed(order)
