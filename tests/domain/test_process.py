"""The bandwidth change as a pure process: what it folds and sends, however streams interleave."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.engine.records import Recorded
from domain.processes.bandwidth_change.follow import FOLLOWED, Changes
from domain.processes.bandwidth_change.progress import (
    Key,
    Progress,
    as_json,
    from_json,
    step_of,
)
from domain.processes.bandwidth_change.react import react
from tests.domain.drive import Drive, drive
from tests.domain.spec import NOW, given
from tests.domain.test_abandon_and_retry import abandon, retry
from tests.domain.test_decrease import lowering
from tests.domain.test_increase import raise_to, waiting
from tests.examples import PUBLIC, a_peering, a_world, an_ordered_circuit

KEY = Key("c1", "down-1")


def a_finished(strategy: str) -> Drive:
    """A decrease from its start to its end."""
    play = lowering(strategy, a_world(), a_peering(), a_peering(**PUBLIC, state="disabled"))
    play.settle()
    return play


def a_reverted() -> Drive:
    """A decrease abandoned after the switch, with a rejection and a retry before and after that."""
    play = lowering("replace-first", a_world(), a_peering())
    play.to("successor-provisioning")
    play.provider("reject-provisioning", "c1.r2", reason="no fibre")
    play.process()
    retry(play.spec)
    abandon(play.to("deprovisioning-requested"))
    play.process()
    play.provider("reject-deprovisioning", "c1.r2", reason="busy")
    play.process()
    retry(play.spec)
    play.settle()
    return play


def an_increase() -> Drive:
    play = drive(waiting())
    play.settle()
    return play


def a_failed_schedule() -> Drive:
    play = drive(raise_to(given(a_world()), not_before="2026-01-06T00:00:00Z"))
    play.process()
    play.spec.when("request-deprovisioning", "circuit/c1", accept_interruption=True)
    play.tick("2026-01-06T00:00:00.000000Z")
    return play


LIVES = {
    "teardown-first": lambda: a_finished("teardown-first"),
    "replace-first": lambda: a_finished("replace-first"),
    "reverted": a_reverted,
    "increase": an_increase,
    "failed": a_failed_schedule,
}


def log_of(life: str) -> list[Recorded]:
    return LIVES[life]().log


def folded(log: Sequence[Recorded]) -> dict[Key, Progress]:
    changes = Changes({}, {})
    for recorded in log:
        changes.follow(recorded)
    return changes.changes


def answers(log: Sequence[Recorded]) -> list[str]:
    """The ids of all commands that the process sends in response to a log, in order."""
    changes, ids = Changes({}, {}), list[str]()
    for recorded in log:
        followed = changes.follow(recorded)
        if followed:
            ids.extend(send.as_message()["id"] for send in react(*followed, recorded))
    return ids


@pytest.mark.parametrize("life", LIVES)
def test_sending_the_same_log_again_answers_the_same_commands(life: str) -> None:
    play = LIVES[life]()
    sent = [id for id in play.sent if "/start/" not in id and "refusal" not in id]
    assert answers(play.log) == sent


@pytest.mark.parametrize("life", LIVES)
def test_a_restart_after_any_event_goes_on_with_the_same_commands(life: str) -> None:
    """Only the JSON of open changes is kept; everything before the restart was answered."""
    log = log_of(life)
    whole = answers(log)
    for cut in range(len(log) + 1):
        before, after = Changes({}, {}), list[str]()
        for recorded in log[:cut]:
            before.follow(recorded)
        kept = json.loads(json.dumps([as_json(each) for each in before.changes.values()]))
        changes = Changes({each.key: each for each in map(from_json, kept)}, dict(before.open))
        for recorded in log[cut:]:
            followed = changes.follow(recorded)
            if followed:
                after.extend(send.as_message()["id"] for send in react(*followed, recorded))
        assert answers(log[:cut]) + after == whole


@pytest.mark.parametrize("life", LIVES)
def test_a_restart_that_forgot_everything_sends_only_what_was_sent_before(life: str) -> None:
    log = log_of(life)
    for cut in range(len(log) + 1):
        assert set(answers(log[:cut])) <= set(answers(log))


@settings(max_examples=60, deadline=None)
@for_all(life=st.sampled_from(sorted(LIVES)), data=st.data())
def test_any_interleaving_that_keeps_each_streams_order_folds_to_the_same_change(
    life: str, data: st.DataObject
) -> None:
    log = CACHED[life]
    streams: dict[str, list[Recorded]] = {}
    for recorded in log:
        streams.setdefault(recorded.stream, []).append(recorded)
    shuffled: list[Recorded] = []
    while streams:
        stream = data.draw(st.sampled_from(sorted(streams)))
        shuffled.append(streams[stream].pop(0))
        if not streams[stream]:
            del streams[stream]
    assert folded(shuffled) == folded(log)


CACHED = {life: log_of(life) for life in LIVES}


@pytest.mark.parametrize("life", LIVES)
def test_a_change_survives_being_written_as_json_at_any_point(life: str) -> None:
    changes = Changes({}, {})
    for recorded in CACHED[life]:
        followed = changes.follow(recorded)
        if followed:
            assert from_json(json.loads(json.dumps(as_json(followed[1])))) == followed[1]


KEPT = {
    "circuit_id": "c1",
    "change_id": "down-1",
    "kind": "decrease",
    "strategy": "replace-first",
    "auto_proceed": False,
    "from_mbps": 500,
    "bandwidth_mbps": 200,
    "successor": "c1.r2",
    "customer_id": "acme",
    "location_id": "frankfurt",
    "not_before": None,
    "correlation_id": "t",
    "marks": ["new:carried-over", "new:placed", "new:provisioned", "new:provisioning"],
    "rejected": {"new": [9, "no fibre"]},
    "answered_at": 10,
    "attempt": 2,
    "stalled": ["successor-provisioning", 1, "rejected: no fibre"],
    "abandoned": False,
    "ended": None,
    "done": [[7, NOW, "c1", "bandwidth.decrease-started", "user:owner"]],
}
"""A change in the form that reactors have stored since there are changes."""

KEPT_NOW = {
    **KEPT,
    "failure": None,
    "done": [[7, NOW, "c1", "bandwidth.decrease-started", "user:owner", None]],
}
"""The same in the form of today."""


@pytest.mark.parametrize("kept", [KEPT, KEPT_NOW])
def test_what_was_kept_is_read_and_kept_in_the_form_of_today(kept: dict[str, Any]) -> None:
    change = from_json(kept)
    assert (step_of(change), change.rejection, change.is_overdue) == ("proceed", None, False)
    assert as_json(change) == KEPT_NOW


class TestWhatItFollows:
    def test_it_keeps_what_happened_along_the_change_in_the_order_of_the_log(self) -> None:
        done = folded(CACHED["teardown-first"])[KEY].done
        assert [each.what for each in done] == [
            "bandwidth.decrease-started",
            "circuit.deprovisioning-requested",
            "circuit.deprovisioning-begun",
            "circuit.deprovisioned",
            "circuit.deleted",
            "circuit.ordered",
            "circuit.placed",
            "circuit.provisioning-begun",
            "circuit.provisioned",
            "bandwidth.carried-over",
            "bandwidth.decreased",
            "bandwidth.decreased",
        ]

    def test_what_else_happens_to_the_circuit_is_none_of_its_business(self) -> None:
        play = drive(waiting())
        play.process()
        since = play.change.since
        play.spec.at("2026-01-07T00:00:00.000000Z")
        play.spec.when("change-billing", "circuit/c1", billing="unlimited")
        play.process()
        assert play.change.since == since

    def test_events_of_other_circuits_belong_to_no_change(self) -> None:
        stranger = next(r for r in CACHED["teardown-first"] if r.stream == "circuit/c1.r2")
        assert (
            Changes({}, {}).follow(replace(stranger, stream="circuit/zz", event=_plain())) is None
        )

    def test_what_happens_after_its_end_belongs_to_it_no_more(self) -> None:
        for play in (an_increase(), a_finished("replace-first"), a_reverted()):
            done = {key: len(change.done) for key, change in play.changes.changes.items()}
            for circuit_id in ("c1", "c1.r2"):
                play.spec.when(
                    "request-deprovisioning", f"circuit/{circuit_id}", accept_interruption=True
                )
            play.settle()
            assert {k: len(each.done) for k, each in play.changes.changes.items()} == done

    def test_an_abandoned_increase_has_ended(self) -> None:
        play = drive(waiting())
        play.process()
        play.spec.when("abandon-bandwidth-change", "circuit/c1", change_id="up-1", reason="x")
        play.spec.when("request-deprovisioning", "circuit/c1", accept_interruption=True)
        play.settle()
        assert play.change.ended == "abandoned"
        assert [each.what for each in play.change.done][-1] == "bandwidth.change-abandoned"

    def test_it_knows_from_which_rate_to_which(self) -> None:
        up = next(iter(folded(CACHED["increase"]).values()))
        assert (up.kind, up.strategy, up.from_mbps, up.bandwidth_mbps) == (
            "increase",
            None,
            500,
            1000,
        )
        down = folded(CACHED["replace-first"])[KEY]
        assert (down.kind, down.strategy) == ("decrease", "replace-first")
        assert (down.from_mbps, down.bandwidth_mbps, down.successor) == (500, 200, "c1.r2")

    def test_every_followed_type_is_one_that_is_stored(self) -> None:
        assert all(kind.startswith("tieline.") for kind in FOLLOWED)


def _plain() -> Any:
    """The event of an order that replaces no circuit."""
    return an_ordered_circuit()[0][1]


def at(step: Any) -> Progress:
    """A replace-first at one of tieline's own steps, whose command is not yet decided."""
    play = lowering("replace-first")
    changes = Changes({}, {})
    play.process()
    for recorded in play.log:
        changes.follow(recorded)
        if KEY in changes.changes and step_of(changes.changes[KEY]) == step:
            return changes.changes[KEY]
    raise AssertionError(step)
