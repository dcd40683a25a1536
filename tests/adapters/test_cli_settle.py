"""`tieline settle` does what is due by the clock, and says what happened."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from adapters.clocks import SetClock
from adapters.settings import load
from adapters.wiring.embedded import embedded
from tests.running import ORDER, PAIR, Tieline, as_lines, command

NOVEMBER = "2025-11-10T09:00:00.000000Z"
DECEMBER = "2025-12-01T00:00:00.000000Z"
JANUARY = "2026-01-10T09:00:00.000000Z"
WORLD = (
    command("1", "register-customer", "customer/acme", name="a", model="connect-through"),
    command("2", "add-subscription", "customer/acme", subscription_id="prod"),
    command("3", "open-location", "location/fra", providers=["colt"], routers=[PAIR]),
    command("4", "order-circuit", "circuit/c", **ORDER),
)
SCHEDULED = command(
    "5",
    "change-bandwidth",
    "circuit/c",
    bandwidth_mbps=1000,
    change_id="in-december",
    not_before=DECEMBER,
)
AT_ONCE = command("6", "change-bandwidth", "circuit/c", bandwidth_mbps=1000, change_id="now")
IDLE = "tieline.alarm.raised.v1"
"""What nobody has used since November is worth an alarm."""

STARTED = ["tieline.bandwidth.increase-requested.v1", "tieline.location.capacity-taken.v1"]
ANOTHER = command("7", "register-customer", "customer/beta", name="b", model="connect-through")


def run(folder: Path, now: str, *commands: Any, **settings: str) -> Sequence[str]:
    """The types of the events that one run with its clock at this time records."""
    named = load({"TIELINE_DATABASE": f"sqlite:///{folder}/var/tieline.db", **settings}, folder)
    with embedded(named, SetClock(now)) as parts:
        before = parts.worker.log.mark().position
        outcomes = parts.submit(as_lines(commands).encode().splitlines())
        assert all(each.accepted for each in outcomes)
        parts.settle()
        return [each.event.kind for each in parts.worker.log.feed(before, 1000)]


def kinds(rows: Sequence[Any]) -> list[str]:
    return [each["type"] for each in rows]


def test_a_clock_that_was_ahead_for_one_run_starts_nothing_before_its_time(
    tmp_path: Path,
) -> None:
    run(tmp_path, NOVEMBER, *WORLD)
    run(tmp_path, JANUARY, ANOTHER)
    assert run(tmp_path, NOVEMBER, SCHEDULED) == ["tieline.bandwidth.change-scheduled.v1"]
    assert run(tmp_path, NOVEMBER) == []
    assert run(tmp_path, DECEMBER)[:2] == STARTED


def test_recorded_time_never_runs_backward(tmp_path: Path) -> None:
    run(tmp_path, JANUARY, *WORLD)
    run(tmp_path, NOVEMBER, SCHEDULED)
    run(tmp_path, DECEMBER)
    trail = Tieline(tmp_path).ask_list("audit", "trail", "circuit/c")
    assert {each["time"] for each in trail} == {JANUARY}


def test_it_starts_what_was_scheduled_and_says_so(tieline: Tieline) -> None:
    run(tieline.folder, NOVEMBER, *WORLD, SCHEDULED)
    events = tieline.ask_list("settle")
    assert kinds(events) == [*STARTED, IDLE, "tieline.bandwidth.increased.v1"]
    assert tieline.ask("show", "circuit", "c")["bandwidth_mbps"] == 1000
    again = tieline.run("settle")
    assert (again.code, again.out) == (0, "Nothing was due.\n")


def test_people_read_a_line_for_each_event(tieline: Tieline) -> None:
    run(tieline.folder, NOVEMBER, *WORLD, SCHEDULED)
    told = tieline.run("settle").out.splitlines()
    assert len(told) == 4
    assert "bandwidth increase requested: change_id in-december" in told[0]


def test_it_reports_a_step_that_is_overdue_once(tieline: Tieline) -> None:
    none = {"TIELINE_NETWORK": "none"}
    run(tieline.folder, NOVEMBER, *WORLD)
    run(tieline.folder, NOVEMBER, AT_ONCE, **none)
    stalled, *alarms = tieline.ask_list("settle", **none)
    assert stalled["type"] == "tieline.bandwidth.change-stalled.v1"
    raised = {each["alarm"] for each in tieline.ask_list("alarms", "list", **none)}
    assert {each["data"]["alarm"] for each in alarms} == raised
    assert raised == {"billed-and-idle", "step-overdue"}
    assert tieline.ask_list("settle", **none) == []
    (overdue,) = tieline.ask_list("changes", "list", "--overdue", **none)
    assert overdue["change_id"] == "now"


def test_it_works_to_rest_what_another_process_left(tieline: Tieline) -> None:
    run(tieline.folder, NOVEMBER, *WORLD, TIELINE_NETWORK="none")
    assert kinds(tieline.ask_list("settle")) == [
        "tieline.circuit.provisioning-begun.v1",
        "tieline.circuit.provisioned.v1",
        IDLE,
    ]


def test_what_a_defect_parks_is_exit_code_4(tieline: Tieline) -> None:
    run(tieline.folder, NOVEMBER, *WORLD, SCHEDULED)
    assert tieline.run("settle", TIELINE_TEST_DEFECT="start-bandwidth-change").code == 4


def test_over_kafka_the_process_does_it(tieline: Tieline) -> None:
    result = tieline.run("settle", TIELINE_KAFKA="127.0.0.1:1")
    assert result.code == 2
    assert "tieline process" in result.err


@pytest.mark.parametrize("behind", [True, False])
def test_a_clock_behind_the_log_is_said_on_standard_error(
    tieline: Tieline, *, behind: bool
) -> None:
    run(tieline.folder, "2999-01-01T00:00:00.000000Z" if behind else NOVEMBER, ANOTHER)
    result = tieline.run("settle")
    assert result.code == 0
    assert ("clock-behind" in result.err) is behind
