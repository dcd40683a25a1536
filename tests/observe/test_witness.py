"""A clock that is off by the witness's is said and shown; one far ahead decides nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.log import clock_of, open_log
from adapters.observe.batches import BatchWatch
from adapters.observe.metrics import CLOCK_AHEAD
from adapters.observe.witness import LOOK, ClockAhead, Witness
from adapters.parts.loop import down
from domain.engine.log import LogUnreachable
from domain.words.values import format_time
from tests.observe.counting import rise
from tests.observe.lines import lines_from

NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)


class Machines:
    """This machine, whose clock is `ahead` seconds ahead, and another one that is right."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.ahead = 0.0
        self.asked = 0
        self.is_away = False
        self.measured: list[float] = []

    def clock(self, claimed: str | None) -> str:
        del claimed
        return format_time(NOON + timedelta(seconds=self.passed + self.ahead))

    def witness(self) -> datetime:
        self.asked += 1
        if self.is_away:
            raise LogUnreachable("just now")
        return NOON + timedelta(seconds=self.passed)

    def checked(self, watched: Callable[[float], object] | None = None) -> Witness:
        note = watched or self.measured.append
        return Witness(self.witness, self.clock, 600.0, note, seconds=lambda: self.passed)


@pytest.mark.parametrize("ahead", [0.0, 599.0, 600.0, -7200.0])
def test_one_that_is_not_far_ahead_may_be_decided_by(ahead: float) -> None:
    machines = Machines()
    machines.ahead = ahead
    machines.checked().check()
    assert machines.measured == [pytest.approx(ahead)]


def test_one_that_is_far_ahead_may_not_until_it_is_right_again() -> None:
    machines = Machines()
    witness = machines.checked()
    machines.ahead = 601.0
    with pytest.raises(ClockAhead, match="601 s ahead of the database's") as said:
        witness.check()
    assert "TIELINE_CLOCK_AHEAD" in str(said.value)
    assert down(said.value) == "clock"
    machines.ahead = 0.5
    witness.check()


def test_a_jump_between_two_questions_is_noticed_at_once() -> None:
    machines = Machines()
    witness = machines.checked()
    for _ in range(5):
        witness.check()
    assert machines.asked == 1
    machines.ahead = 3600.0
    machines.passed += LOOK / 2
    with pytest.raises(ClockAhead):
        witness.check()
    assert machines.asked == 1
    machines.passed += LOOK
    machines.ahead = 0.0
    witness.check()
    assert machines.asked == 2


def test_a_witness_that_is_away_has_said_enough_once_it_was_asked() -> None:
    machines = Machines()
    witness = machines.checked()
    machines.is_away = True
    with pytest.raises(LogUnreachable):
        witness.check()
    machines.is_away = False
    witness.check()
    machines.is_away = True
    machines.passed += 2 * LOOK
    witness.check()
    assert machines.asked == 3
    machines.ahead = 3600.0
    with pytest.raises(ClockAhead):
        witness.check()


def test_it_is_said_once_until_it_is_right_again() -> None:
    machines = Machines()
    witness = machines.checked()
    with lines_from("info") as lines:
        for ahead in (60.0, 61.0, 90.0, 0.0, 70.0, -61.0, 0.0, -62.0):
            machines.ahead = ahead
            witness.check()
    told = [(each["event"], each["seconds"]) for each in lines.all()]
    assert told == [("clock-ahead", 61), ("clock-ahead", 70), ("clock-behind", 62)]


def test_it_is_shown() -> None:
    machines = Machines()
    machines.ahead = 90.0
    CLOCK_AHEAD.labels("database").set(0)
    with rise(CLOCK_AHEAD) as risen:
        machines.checked(BatchWatch().clock_measured).check()
    assert risen.of("tieline_clock_ahead_seconds", witness="database") == pytest.approx(90)


def test_a_log_in_a_file_has_no_witness(tmp_path: Path) -> None:
    log = open_log(f"sqlite:///{tmp_path}/log.db")
    assert clock_of(log) is None
    log.close()
