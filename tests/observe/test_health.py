"""A part is alive while its loop turns, and ready while everything it needs answers."""

from pathlib import Path
from typing import Any

import pytest

from adapters.observe.health import FRESHNESS, PATIENCE, Health, HealthVerdict, Reason

MORNING = 1_767_603_600.0
"""2026-01-05T09:00:00Z."""


class Hands:
    """Both clocks, moved by hand."""

    def __init__(self) -> None:
        self.passed = 0.0

    def monotonic(self) -> float:
        return 1000 + self.passed

    def wall(self) -> float:
        return MORNING + self.passed


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def health(hands: Hands) -> Health:
    return Health("engine", ("kafka", "postgres"), monotonic=hands.monotonic, wall=hands.wall)


def everything_answers(health: Health) -> None:
    health.turned()
    health.answers("kafka")
    health.answers("postgres")


def told(verdict: HealthVerdict) -> list[Reason]:
    return list(verdict.reasons)


def test_a_part_that_turns_and_is_answered_is_ready(health: Health) -> None:
    everything_answers(health)
    assert health.alive().ok
    assert health.ready().ok
    assert not health.is_halted()


def test_what_was_never_asked_has_not_answered(health: Health, hands: Hands) -> None:
    health.answers("kafka")
    hands.passed = 5
    assert health.is_alive()
    assert told(health.ready()) == [
        Reason("postgres", "has not answered yet", "2026-01-05T09:00:00.000000Z", 5)
    ]


def test_a_failure_is_told_with_its_reason_since_the_first_one(
    health: Health, hands: Hands
) -> None:
    everything_answers(health)
    hands.passed = 2
    health.fails("kafka", "no broker")
    hands.passed = 9
    health.fails("kafka", "no broker, still")
    assert told(health.ready()) == [
        Reason("kafka", "no broker, still", "2026-01-05T09:00:02.000000Z", 7)
    ]
    assert health.is_alive()


def test_an_answer_ends_a_failure(health: Health) -> None:
    everything_answers(health)
    health.fails("kafka", "no broker")
    health.answers("kafka")
    assert health.is_ready()


def test_an_old_answer_says_nothing(health: Health, hands: Hands) -> None:
    everything_answers(health)
    hands.passed = FRESHNESS
    health.turned()
    health.answers("kafka")
    assert health.is_ready()
    hands.passed += 1
    health.turned()
    assert told(health.ready()) == [
        Reason("postgres", "was not heard of", "2026-01-05T09:00:00.000000Z", FRESHNESS + 1)
    ]
    assert health.down() == {"kafka": False, "postgres": True}


def test_a_loop_that_hangs_is_neither_alive_nor_ready(health: Health, hands: Hands) -> None:
    everything_answers(health)
    hands.passed = PATIENCE
    assert health.is_alive()
    hands.passed += 0.5
    hanging = [Reason("loop", "has not turned", "2026-01-05T09:00:00.000000Z", PATIENCE + 0.5)]
    assert told(health.alive()) == hanging
    assert told(health.ready())[0] == hanging[0]
    health.turned()
    assert health.is_alive()


def test_the_operators_are_told_the_same_number_of_seconds() -> None:
    operations = (Path(__file__).parents[2] / "docs/operations.md").read_text()
    assert f"once the loop has stood still for {PATIENCE:g} s" in operations


def test_what_halts_is_alive_and_never_ready_again(health: Health, hands: Hands) -> None:
    everything_answers(health)
    health.halts("log-forked: position 7")
    hands.passed = 3
    health.halts("log-forked: position 7, again")
    everything_answers(health)
    assert health.is_alive()
    assert health.is_halted()
    assert told(health.ready()) == [
        Reason("halted", "log-forked: position 7", "2026-01-05T09:00:00.000000Z", 3)
    ]


def test_what_is_stopping_is_not_ready(health: Health) -> None:
    everything_answers(health)
    health.leaves()
    assert [reason.what for reason in health.ready().reasons] == ["stopping"]
    assert not health.is_halted()


def test_a_need_that_was_not_named_is_a_defect(health: Health) -> None:
    with pytest.raises(KeyError):
        health.answers("weather")


def test_the_report_says_what_the_part_does_and_why_not(health: Health, hands: Hands) -> None:
    assert health.report(health.alive()) == {
        "part": "engine",
        "ok": True,
        "doing": "starts",
        "reasons": [],
    }
    health.does("stands by")
    health.answers("postgres")
    hands.passed = 1.26
    wanted: dict[str, Any] = {
        "part": "engine",
        "ok": False,
        "doing": "stands by",
        "reasons": [
            {
                "what": "kafka",
                "reason": "has not answered yet",
                "since": "2026-01-05T09:00:00.000000Z",
                "seconds": 1.3,
            }
        ],
    }
    assert health.report(health.ready()) == wanted
