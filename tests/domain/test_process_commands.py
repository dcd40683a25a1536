"""Whose turn it is, and the commands that the process sends."""

from typing import Any

import pytest

from domain.bandwidth_change.course import waits_for
from domain.processes.bandwidth_change.progress import (
    Progress,
    step_of,
)
from tests.domain.test_abandon_and_retry import abandon, retry
from tests.domain.test_decrease import lowering
from tests.domain.test_process import CACHED, KEY, answers, folded


class TestWhoseTurnItIs:
    @pytest.mark.parametrize(
        ("step", "turn"),
        [
            ("scheduled", "time"),
            ("proceed", "person"),
            ("confirm-bandwidth", "provider"),
            ("deprovisioning-requested", "provider"),
            ("successor-placed", "provider"),
            ("successor-deprovisioning", "provider"),
            ("order-successor", "tieline"),
            ("carry-over", "tieline"),
        ],
    )
    def test_at_each_step(self, step: Any, turn: str) -> None:
        assert waits_for(step) == turn

    def test_before_its_start_was_seen_and_after_its_end_it_is_at_no_step(self) -> None:
        assert step_of(Progress("c1", "down-1")) is None
        assert step_of(folded(CACHED["teardown-first"])[KEY]) is None


class TestTheCommandsItSends:
    def test_their_ids_name_circuit_change_step_and_attempt(self) -> None:
        assert answers(CACHED["replace-first"]) == [
            "c1/down-1/order-successor/1",
            "c1/down-1/carry-over/1",
            "c1/down-1/switch-over/1",
            "c1/down-1/request-deprovisioning/1",
            "c1/down-1/delete-circuit/1",
            "c1/down-1/finish-bandwidth-change/1",
        ]

    def test_they_name_the_process_and_what_they_react_to(self) -> None:
        play = lowering("replace-first")
        play.process()
        message = next(iter(play.sent.values())).as_message()
        started = play.log[-len(play.spec.written) - 1]
        assert message["source"] == "/tieline/process"
        assert message["actor"] == "service:tieline"
        assert message["causationid"] == started.id
        assert message["correlationid"] == started.correlation_id

    def test_a_retry_where_somebody_else_is_waited_for_sends_nothing(self) -> None:
        play = lowering("teardown-first")
        play.to("deprovisioning-requested")
        sent = len(play.sent)
        retry(play.spec)
        play.process()
        assert len(play.sent) == sent

    def test_an_abandonment_in_the_same_decision_as_a_withdrawal_asks_for_nothing_new(self) -> None:
        play = lowering("teardown-first")
        play.to("deprovisioning-requested")
        retry(play.spec)
        play.process()
        sent = set(play.sent)
        abandon(play.spec)
        play.process()
        assert set(play.sent) == sent
        assert play.change.ended == "abandoned"
