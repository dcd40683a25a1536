"""The view of circuits while bandwidth changes: both rates, both circuits, who replaces whom."""

from typing import Any

import pytest

from domain.circuit.bandwidth_events import (
    BandwidthIncreased,
    ChangeAbandoned,
    ChangeScheduled,
    ChangeStalled,
    DecreaseStarted,
    IncreaseRejected,
    Reverted,
    RevertFinished,
    SwitchedOver,
)
from domain.circuit.events import (
    CircuitDeleted,
    CircuitOrdered,
    Provisioned,
)
from domain.words.structs import Event
from tests.examples import KEY
from tests.projections.histories import time_at
from tests.projections.stories import (
    OTHER_KEY,
    WORLD,
    a_replace_first,
    a_revert,
    a_teardown_first,
    up_to,
)
from tests.projections.test_circuits import INCREASE, after, shown


def test_between_both_sides_of_an_increase_both_rates_are_visible() -> None:
    circuit = after(INCREASE)
    assert (circuit["bandwidth_mbps"], circuit["wanted_bandwidth_mbps"]) == (500, 1000)
    assert circuit["change"] == {
        "change_id": "up-1",
        "kind": "increase",
        "strategy": None,
        "step": "confirm-bandwidth",
        "waits_for": "provider",
        "since": time_at(len(WORLD) + 1),
        "overdue": False,
    }


@pytest.mark.parametrize(
    ("end", "rate"),
    [
        (BandwidthIncreased(change_id="up-1", bandwidth_mbps=1000), 1000),
        (IncreaseRejected(change_id="up-1"), 500),
        (ChangeAbandoned(change_id="up-1", reason="no"), 500),
    ],
)
def test_an_increase_ends(end: Event, rate: int) -> None:
    circuit = after(INCREASE, end)
    assert circuit["bandwidth_mbps"] == rate
    assert (circuit["wanted_bandwidth_mbps"], circuit["change"]) == (None, None)
    assert circuit["resource_state"] == "succeeded"


def test_a_scheduled_change_wants_nothing_yet() -> None:
    scheduled = ChangeScheduled(
        change_id="up-1",
        bandwidth_mbps=1000,
        not_before="2027-01-01T00:00:00.000000Z",
        strategy="teardown-first",
        auto_proceed=True,
        principal="user:owner",
    )
    circuit = after(scheduled)
    assert circuit["wanted_bandwidth_mbps"] is None
    assert (circuit["change"]["step"], circuit["change"]["waits_for"]) == ("scheduled", "time")
    assert after(scheduled, INCREASE)["change"]["kind"] == "increase"


def test_an_overdue_step_says_so() -> None:
    stalled = ChangeStalled(change_id="up-1", step="confirm-bandwidth", attempt=1, reason="overdue")
    change = after(INCREASE, stalled)["change"]
    assert (change["overdue"], change["waits_for"]) == (True, "person")


def test_a_decrease_is_shown_on_both_circuits() -> None:
    facts = up_to(a_teardown_first(), CircuitOrdered)
    old, new = shown("c1", WORLD, facts), shown("c1.r2", WORLD, facts)
    assert old["change"] == new["change"]
    assert new["change"]["step"] == "order-successor"
    assert (old["wanted_bandwidth_mbps"], new["wanted_bandwidth_mbps"]) == (200, 200)
    assert (new["replaces"], new["bandwidth_mbps"]) == ("c1", 200)


def test_teardown_first_takes_over_at_the_deletion() -> None:
    before = shown("c1", WORLD, up_to(a_teardown_first(), DecreaseStarted))
    gone = shown("c1", WORLD, up_to(a_teardown_first(), CircuitDeleted))
    assert (before["replaced_by"], gone["replaced_by"]) == (None, "c1.r2")
    assert (gone["change"]["step"], gone["deleted"]) == ("order-successor", True)
    assert (gone["pair"], gone["service_key"]) == ("pair-1", KEY)


def test_an_abandoned_teardown_first_leaves_no_successor_behind() -> None:
    abandoned = ("circuit/c1", ChangeAbandoned(change_id="down-1", reason="no"))
    deleted = ("circuit/c1", CircuitDeleted())
    circuit = shown("c1", WORLD, up_to(a_teardown_first(), DecreaseStarted), abandoned, deleted)
    assert (circuit["deleted"], circuit["replaced_by"]) == (True, None)


@pytest.mark.parametrize("story", [a_teardown_first, a_replace_first])
def test_after_a_decrease_the_old_is_history_and_points_at_the_new(story: Any) -> None:
    old, new = shown("c1", WORLD, story()), shown("c1.r2", WORLD, story())
    assert (old["change"], new["change"]) == (None, None)
    assert (old["wanted_bandwidth_mbps"], new["wanted_bandwidth_mbps"]) == (None, None)
    assert (old["replaced_by"], new["replaces"]) == ("c1.r2", "c1")
    assert (old["deleted"], old["resource_state"]) == (True, "deleting")
    assert (new["bandwidth_mbps"], new["resource_state"]) == (200, "succeeded")
    assert new["service_key"] == OTHER_KEY
    assert [peering["state"] for peering in new["peerings"]] == ["enabled"]


def test_replace_first_takes_over_at_the_switch() -> None:
    carried = up_to(a_replace_first(), Provisioned)
    assert shown("c1", WORLD, carried)["replaced_by"] is None
    switched = up_to(a_replace_first(), SwitchedOver)
    old, new = shown("c1", WORLD, switched), shown("c1.r2", WORLD, switched)
    assert (old["replaced_by"], new["replaced_by"]) == ("c1.r2", None)
    assert old["peerings"][0]["state"] == "disabled"
    assert new["peerings"][0]["state"] == "enabled"
    assert old["change"]["step"] == new["change"]["step"] == "request-deprovisioning"


def test_a_revert_takes_replaced_by_back_and_ends_on_both() -> None:
    reverted = up_to(a_revert(), Reverted)
    old, new = shown("c1", WORLD, reverted), shown("c1.r2", WORLD, reverted)
    assert (old["replaced_by"], new["replaces"]) == (None, "c1")
    assert old["change"]["step"] == new["change"]["step"] == "request-successor-deprovisioning"
    assert old["peerings"][0]["state"] == "enabled"
    assert new["peerings"][0]["state"] == "disabled"
    done = up_to(a_revert(), RevertFinished)
    old, new = shown("c1", WORLD, done), shown("c1.r2", WORLD, done)
    assert (old["change"], new["change"]) == (None, None)
    assert (old["deleted"], new["deleted"]) == (False, True)
    assert old["resource_state"] == "succeeded"
