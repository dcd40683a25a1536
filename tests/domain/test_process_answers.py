"""How the process reacts to refusals, time and rejections."""

from domain.circuit.bandwidth_events import ChangeAbandoned, ChangeRetried
from domain.processes.bandwidth_change.react import due_at, refused_at, tick
from domain.words.refusals import refused
from tests.domain.drive import drive
from tests.domain.spec import NOW, given
from tests.domain.test_abandon_and_retry import abandon, retry
from tests.domain.test_decrease import lowering
from tests.domain.test_increase import raise_to
from tests.domain.test_process import CACHED, KEY, at, folded
from tests.examples import a_world


class TestRefusals:
    def test_of_the_step_it_is_at_stall_it(self) -> None:
        change = at("order-successor")
        send = refused_at(change, "order-successor", refused("location-closed", location_id="f"))
        assert send is not None
        assert send.data.reason.startswith("refused: location-closed")  # type: ignore[attr-defined]

    def test_of_a_step_that_it_has_left_do_not(self) -> None:
        refusal = refused("change-unknown", circuit_id="c1", change_id="down-1")
        assert refused_at(at("order-successor"), "carry-over", refusal) is None
        done = folded(CACHED["replace-first"])[KEY]
        assert refused_at(done, "finish-bandwidth-change", refusal) is None


class TestTime:
    def test_a_step_is_due_so_many_hours_after_it_began(self) -> None:
        play = lowering("teardown-first")
        play.to("deprovisioning-requested")
        assert due_at(play.change) == "2026-01-08T09:00:00.000000Z"
        assert list(tick(play.change, "2026-01-08T08:59:59.999999Z")) == []
        assert len(list(tick(play.change, "2026-01-08T09:00:00.000000Z"))) == 1

    def test_a_step_that_was_reported_and_a_change_that_ended_are_never_due(self) -> None:
        play = lowering("teardown-first")
        play.to("deprovisioning-requested")
        play.tick("2026-01-08T09:00:00.000000Z")
        assert due_at(play.change) is None
        assert due_at(folded(CACHED["teardown-first"])[KEY]) is None

    def test_a_scheduled_change_is_due_at_its_time(self) -> None:
        play = drive(raise_to(given(a_world()), not_before="2026-01-06T00:00:00Z"))
        play.process()
        assert due_at(play.change) == "2026-01-06T00:00:00.000000Z"
        assert NOW < "2026-01-06T00:00:00.000000Z"


class TestRejectionsAndAnswers:
    def test_a_rejection_stands_until_a_retry_or_the_abandonment(self) -> None:
        for answer in (retry, abandon):
            play = lowering("replace-first")
            play.to("successor-provisioning")
            play.provider("reject-provisioning", "c1.r2", reason="no fibre")
            play.process()
            assert play.change.rejection is not None
            answer(play.spec)
            play.process()
            assert play.change.rejection is None

    def test_an_answer_before_a_rejection_does_not_answer_it(self) -> None:
        play = lowering("replace-first")
        retry(play.to("successor-provisioning")).then(ChangeRetried)
        play.process()
        play.provider("reject-provisioning", "c1.r2", reason="no fibre")
        play.process()
        assert play.change.rejection is not None
        abandon(play.spec).then(ChangeAbandoned)
