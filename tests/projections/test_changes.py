"""What a bandwidth change shows: every step, on both circuits, in either order of their events."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from domain.bandwidth_change.course import Course, course_of, steps_of
from domain.circuit.bandwidth_events import (
    BandwidthDecreased,
    BandwidthIncreased,
    ChangeAbandoned,
    ChangeFailed,
    ChangeProceeded,
    ChangeRetried,
    ChangeScheduled,
    ChangeStalled,
    DecreaseStarted,
    IncreaseRequested,
)
from domain.circuit.events import (
    DeprovisioningBegun,
    DeprovisioningRejected,
    PeeringConfigured,
)
from domain.decider.decisions import Written
from domain.processes.bandwidth_change.progress import Progress, step_of
from projections import changes
from projections.change_rows import Followed
from projections.database import reading
from tests.projections.histories import InMemory, built, built_from, time_at, told
from tests.projections.stories import WORLD, a_replace_first, a_revert, a_teardown_first, up_to

UP = IncreaseRequested(change_id="up-1", from_mbps=500, bandwidth_mbps=1000)
LATER = ChangeScheduled(
    change_id="later-1",
    bandwidth_mbps=1000,
    not_before="2027-01-01T00:00:00.000000Z",
    strategy="teardown-first",
    auto_proceed=True,
    principal="user:owner",
)


def shown(*facts: Any, change_id: str = "down-1") -> Any:
    with reading(built(WORLD, *facts)) as live:
        return changes.show(live, "c1", change_id)


def on_c1(*events: Any) -> list[Written]:
    return [("circuit/c1", event) for event in events]


def test_an_increase_waits_for_its_provider() -> None:
    change = shown(on_c1(UP), change_id="up-1")
    since = time_at(len(WORLD) + 1)
    assert change == {
        "circuit_id": "c1",
        "change_id": "up-1",
        "kind": "increase",
        "strategy": None,
        "step": "confirm-bandwidth",
        "waits_for": "provider",
        "choices": ["abandon-bandwidth-change"],
        "since": since,
        "overdue": False,
        "stalled": False,
        "running": True,
        "ended": None,
        "from_mbps": 500,
        "bandwidth_mbps": 1000,
        "successor": None,
        "customer_id": None,
        "location_id": None,
        "not_before": None,
        "auto_proceed": True,
        "attempt": 1,
        "due": "2026-01-08T09:00:11.000000Z",
        "correlation_id": "correlation",
        "stall": None,
        "abandoned": False,
        "failure": None,
        "done": [
            {
                "time": since,
                "circuit_id": "c1",
                "what": "bandwidth.increase-requested",
                "actor": "user:owner",
                "reason": None,
                "position": len(WORLD) + 1,
            }
        ],
        "to_come": [],
    }


def test_an_increase_ends() -> None:
    done = BandwidthIncreased(change_id="up-1", bandwidth_mbps=1000)
    change = shown(on_c1(UP, done), change_id="up-1")
    assert (change["ended"], change["step"], change["waits_for"]) == ("increased", None, None)
    assert change["running"] is False


def test_a_change_that_never_was() -> None:
    assert shown() is None


def names(course: Course) -> tuple[str, ...]:
    return tuple(step.name for step in steps_of(course))


def steps_along(story: Sequence[Written]) -> list[str]:
    """The steps that the change passes through in a story, in order, each once."""
    steps: list[str] = []
    followed = Followed()
    for recorded in told(WORLD, story):
        if not recorded.stream.startswith("circuit/"):
            continue
        followed.apply(recorded)
        for change in followed.changes.values():
            step = step_of(change)
            if step and step not in steps:
                steps.append(step)
    return steps


@pytest.mark.parametrize(
    ("story", "strategy"),
    [(a_teardown_first(), "teardown-first"), (a_replace_first(), "replace-first")],
)
def test_the_steps_to_come_are_those_that_come(story: Sequence[Written], strategy: str) -> None:
    path = names(course_of("decrease", strategy))
    assert steps_along(story) == list(path)
    started = up_to(story, DecreaseStarted)
    change = shown(started)
    assert (change["step"], *change["to_come"]) == path


def test_the_steps_of_the_way_back() -> None:
    path = names(course_of("decrease", "replace-first", back=True))
    on_the_way = [step for step in steps_along(a_revert()) if step in path]
    assert on_the_way == list(path)
    change = shown(up_to(a_revert(), ChangeAbandoned))
    assert (change["step"], *change["to_come"]) == path


def test_it_waits_for_a_persons_word_where_that_was_asked() -> None:
    story = a_replace_first()
    asks = [
        (where, replace(event, auto_proceed=False))
        if isinstance(event, DecreaseStarted)
        else (where, event)
        for where, event in up_to(story, PeeringConfigured, "circuit/c1.r2")
    ]
    carried = story[len(asks)]
    waiting = shown(asks, carried)
    assert (waiting["step"], waiting["waits_for"]) == ("proceed", "person")
    assert waiting["choices"] == ["proceed-bandwidth-change", "abandon-bandwidth-change"]
    assert waiting["to_come"][0] == "switch-over"
    proceeded = ChangeProceeded(change_id="down-1", reason="all is well")
    assert shown(asks, carried, on_c1(proceeded))["step"] == "switch-over"


@pytest.mark.parametrize("story", [a_teardown_first, a_replace_first, a_revert])
def test_every_story_ends(story: Any) -> None:
    change = shown(story())
    assert change["ended"] == ("reverted" if story is a_revert else "decreased")
    assert (change["running"], change["step"], change["to_come"]) == (False, None, [])
    positions = [done["position"] for done in change["done"]]
    assert positions == sorted(positions)
    assert {done["circuit_id"] for done in change["done"]} == {"c1", "c1.r2"}


def test_a_rejected_step_stalls_until_it_is_retried() -> None:
    asked = a_teardown_first()[:3]
    rejected = on_c1(
        DeprovisioningRejected(reason="in use"),
        ChangeStalled(
            change_id="down-1",
            step="request-deprovisioning",
            attempt=1,
            reason="rejected: in use",
        ),
    )
    change = shown(asked, rejected)
    assert (change["overdue"], change["stalled"]) == (True, True)
    assert change["stall"] == {
        "step": "request-deprovisioning",
        "attempt": 1,
        "reason": "rejected: in use",
    }
    assert change["waits_for"] == "person"
    assert change["choices"] == ["retry-bandwidth-change", "abandon-bandwidth-change"]
    assert change["since"] == change["done"][-1]["time"]
    retried = ChangeRetried(change_id="down-1", attempt=2, reason="asked again")
    change = shown(asked, rejected, on_c1(retried))
    assert (change["overdue"], change["stalled"], change["attempt"]) == (False, False, 2)
    assert (change["stall"], change["waits_for"]) == (None, "tieline")
    assert [(each["what"], each["reason"]) for each in change["done"][-3:]] == [
        ("circuit.deprovisioning-rejected", "in use"),
        ("bandwidth.change-stalled", "request-deprovisioning: rejected: in use"),
        ("bandwidth.change-retried", "asked again"),
    ]


def test_a_rejection_waits_for_a_person_even_before_its_stall_is_reported() -> None:
    rejected = on_c1(DeprovisioningRejected(reason="in use"))
    change = shown(a_teardown_first()[:3], rejected)
    assert (change["waits_for"], change["stalled"], change["overdue"]) == ("person", True, False)
    assert change["since"] == change["done"][-1]["time"]


def test_a_successor_that_was_refused_waits_for_a_person() -> None:
    refused = ChangeStalled(
        change_id="down-1", step="order-successor", attempt=1, reason="refused: no-capacity"
    )
    change = shown(up_to(a_replace_first(), DecreaseStarted), on_c1(refused))
    assert (change["step"], change["waits_for"]) == ("order-successor", "person")
    assert change["choices"] == ["retry-bandwidth-change", "abandon-bandwidth-change"]


def test_past_the_point_of_no_return_a_person_can_only_retry() -> None:
    begun = up_to(a_teardown_first(), DeprovisioningBegun)
    overdue = ChangeStalled(change_id="down-1", step="deprovisioning", attempt=1, reason="overdue")
    rejected = DeprovisioningRejected(reason="busy")
    assert shown(begun)["choices"] == []
    assert shown(begun, on_c1(overdue))["choices"] == ["retry-bandwidth-change"]
    assert shown(begun, on_c1(rejected))["choices"] == ["retry-bandwidth-change"]


def test_a_stall_that_the_change_has_left_behind_is_told_but_stalls_it_no_more() -> None:
    late = ChangeStalled(change_id="up-1", step="confirm-bandwidth", attempt=1, reason="overdue")
    ended = BandwidthIncreased(change_id="up-1", bandwidth_mbps=1000)
    change = shown(on_c1(UP, late, ended), change_id="up-1")
    assert (change["stalled"], change["stall"], change["choices"]) == (False, None, [])
    assert [each["reason"] for each in change["done"]] == [None, "confirm-bandwidth: overdue", None]


def test_why_it_was_abandoned_is_told() -> None:
    given_up = ChangeAbandoned(change_id="up-1", reason="too dear")
    change = shown(on_c1(UP, given_up), change_id="up-1")
    assert (change["ended"], change["done"][-1]["reason"]) == ("abandoned", "too dear")


def test_a_scheduled_change_may_fail_at_its_time() -> None:
    scheduled = shown(on_c1(LATER), change_id="later-1")
    assert (scheduled["step"], scheduled["not_before"]) == ("scheduled", LATER.not_before)
    assert scheduled["choices"] == ["abandon-bandwidth-change"]
    facts = {"circuit_id": "c1", "provider_state": "gone", "circuit_state": "disabled"}
    failed = ChangeFailed(change_id="later-1", code="circuit-not-provisioned", facts=facts)
    change = shown(on_c1(LATER, failed), change_id="later-1")
    assert change["ended"] == "failed"
    assert change["failure"] == {
        "code": "circuit-not-provisioned",
        "facts": facts,
        "message": "Circuit c1 is gone and disabled; this needs a provisioned, enabled circuit.",
    }


def test_lists_are_filtered_and_paged_by_key() -> None:
    facts = [on_c1(replace(UP, change_id=name)) for name in ("up-1", "up-2")]
    ended = BandwidthIncreased(change_id="up-1", bandwidth_mbps=1000)
    story = [fact for part in ([facts[0], on_c1(ended), facts[1]]) for fact in part]
    with reading(built(WORLD, story)) as live:
        every = changes.LISTING.page(live, {}).rows
        assert [row["change_id"] for row in every] == ["up-1", "up-2"]
        assert changes.LISTING.page(live, {}, after=("c1", "up-1")).rows == every[1:]
        assert changes.LISTING.page(live, {"running": True}).rows == every[1:]
        assert changes.LISTING.page(live, {"overdue": True}).rows == []
        assert changes.totals(live) == [
            {"kind": "increase", "strategy": None, "ended": end, "stalled": False, "count": 1}
            for end in (None, "increased")
        ]


def test_the_successors_end_may_be_seen_first() -> None:
    """Partitions interleave freely: the two ends of a decrease arrive in either order."""
    events = told(WORLD, a_teardown_first())
    first, second = events[-2:]
    assert isinstance(first.event, BandwidthDecreased)
    ends: list[Progress] = []
    for tail in ([first, second], [second, first]):
        followed = Followed()
        for each in (*events[:-2], *tail):
            if each.stream.startswith("circuit/"):
                followed.apply(each)
        ends.extend(followed.changes.values())
    assert ends[0] == ends[1]


def test_a_page_may_end_anywhere() -> None:
    log = InMemory(told(WORLD, a_revert()))
    rows: list[Any] = []
    for page in (1, 2, 7, 1000):
        with reading(built_from(log, page=page)) as live:
            rows.append(changes.show(live, "c1", "down-1"))
    assert all(row == rows[0] for row in rows)
