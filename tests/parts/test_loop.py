"""The loop of a part: it waits for what is down, stops when asked, halts when it must."""

import logging
import signal
from collections.abc import Iterator
from threading import Event, Timer
from time import monotonic
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from adapters.kafka.checkpoint import LogForked
from adapters.kafka.kafka_python import Undecodable, Unreachable
from adapters.kafka.topics import TopicsError, TopicsLost
from adapters.observe.health import Health
from adapters.parts.loop import LONGEST_PAUSE, down, run, stopping
from domain.engine.log import LogError, LogWentBack
from projections.feed import PlaceLost

DOWN = {
    "kafka": Unreachable("no broker"),
    "log": LogError("no database"),
    "views": OperationalError("select 1", {}, Exception("no database")),
}

DID, NOTHING = "did something", ""


class Scripted:
    """A part whose turns follow a script; after its last act it asks to be stopped."""

    def __init__(self, stop: Event, *acts: Any) -> None:
        self._acts: Iterator[Any] = iter(acts)
        self._stop = stop
        self.turns = 0
        self.closed = 0

    def turn(self) -> bool:
        self.turns += 1
        act = next(self._acts, None)
        if act is None:
            self._stop.set()
        if isinstance(act, BaseException):
            raise act
        return bool(act)

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def stop() -> Event:
    return Event()


@pytest.fixture
def health() -> Health:
    return Health("some", DOWN)


def test_turns_until_it_is_stopped(stop: Event, health: Health) -> None:
    part = Scripted(stop, DID, NOTHING, DID)
    assert run(lambda: part, health, stop)
    assert (part.turns, part.closed) == (4, 1)
    assert "stopping" in [each.what for each in health.ready().reasons]


@pytest.mark.parametrize("what", DOWN)
def test_what_is_down_is_waited_for_and_said(
    stop: Event, health: Health, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Any] = []

    class Watched(Scripted):
        def turn(self) -> bool:
            told.append(dict(health.down())[what] and _reason(health, what))
            return super().turn()

    part = Watched(stop, DOWN[what], DOWN[what], DID)
    with caplog.at_level(logging.WARNING):
        assert run(lambda: part, health, stop, longest_pause=0.01)
    assert (part.turns, part.closed) == (4, 1)
    assert str(DOWN[what]) in told[1]
    assert down(DOWN[what]) == what


def test_what_a_topic_holds_and_nobody_can_read_is_waited_for_like_kafka() -> None:
    assert down(Undecodable("of a type that this version does not know")) == "kafka"


def _reason(health: Health, what: str) -> str:
    return next(each.reason for each in health.ready().reasons if each.what == what)


def test_it_is_made_anew_until_it_can_be_made(stop: Event, health: Health) -> None:
    part = Scripted(stop)
    made = iter([DOWN["kafka"], DOWN["log"], part])
    assert run(lambda: _given(next(made)), health, stop, longest_pause=0.01)
    assert (part.turns, part.closed) == (1, 1)


def _given(made: Scripted | Exception) -> Scripted:
    if isinstance(made, Exception):
        raise made
    return made


def test_it_stops_in_the_middle_of_a_wait(stop: Event, health: Health) -> None:
    part = Scripted(stop, *[DOWN["log"]] * 100)
    began = monotonic()
    asks = Timer(0.5, stop.set)
    asks.start()
    assert run(lambda: part, health, stop)
    assert monotonic() - began < LONGEST_PAUSE / 2
    assert part.closed == 1
    asks.join()


def test_pauses_grow(stop: Event, health: Health, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    def notes(timeout: float | None = None) -> bool:
        pauses.append(timeout or 0.0)
        return False

    monkeypatch.setattr("random.uniform", lambda _low, high: high)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    monkeypatch.setattr(stop, "wait", notes)
    run(lambda: Scripted(stop, *[DOWN["log"]] * 9), health, stop)
    assert pauses[:5] == [0.2, 0.4, 0.8, 1.6, 3.2]
    assert pauses[-1] == LONGEST_PAUSE


def test_a_forked_log_halts_it(stop: Event, health: Health) -> None:
    part = Scripted(stop, LogForked("log-forked: another log"))
    asks = Timer(0.3, stop.set)
    asks.start()
    assert not run(lambda: part, health, stop)
    asks.join()
    assert (part.turns, part.closed) == (1, 1)
    assert health.is_halted()


@pytest.mark.parametrize("fault", [PlaceLost("offsets-lost: …"), TopicsLost("topics-lost: …")])
def test_lost_topics_halt_it_while_it_runs(stop: Event, health: Health, fault: Exception) -> None:
    part = Scripted(stop, DID, fault)
    asks = Timer(0.3, stop.set)
    asks.start()
    assert not run(lambda: part, health, stop)
    asks.join()
    assert (part.turns, part.closed) == (2, 1)
    assert str(fault) in [each.reason for each in health.ready().reasons]


def test_topics_that_are_not_as_the_cell_knows_them_end_it(stop: Event, health: Health) -> None:
    with pytest.raises(TopicsError):
        run(lambda: _given(TopicsError("not on these brokers")), health, stop)
    assert not health.is_halted()


def test_a_defect_ends_it_and_nothing_stays_open(stop: Event, health: Health) -> None:
    part = Scripted(stop, KeyError("defect"))
    with pytest.raises(KeyError):
        run(lambda: part, health, stop)
    assert part.closed == 1
    assert down(KeyError("defect")) is None


def test_who_finds_nothing_rests(stop: Event, health: Health) -> None:
    began = monotonic()
    run(lambda: Scripted(stop, NOTHING, NOTHING, NOTHING, DID), health, stop, idle=0.05)
    assert 0.15 <= monotonic() - began < 2


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_it_to_stop(asked: signal.Signals) -> None:
    before = signal.getsignal(asked)
    with stopping() as stop:
        assert not stop.is_set()
        signal.raise_signal(asked)
        assert stop.wait(5)
    assert signal.getsignal(asked) == before


def test_a_part_whose_log_went_back_halts_until_that_is_accepted(
    stop: Event, health: Health, capsys: pytest.CaptureFixture[str]
) -> None:
    halted: list[bool] = []

    class Watched(Scripted):
        def turn(self) -> bool:
            halted.append(health.is_halted())
            return super().turn()

    back = LogWentBack("it held 57 events, and now holds 50")
    part = Watched(stop, DID, back, back, DID, DID)
    assert run(lambda: part, health, stop, longest_pause=0.01)

    assert halted == [False, False, True, True, False, False]
    said = capsys.readouterr().err.splitlines()
    assert sum("halted" in each and "now holds 50" in each for each in said) == 2
    assert sum("goes-on" in each for each in said) == 1
    assert not any(health.down()[what] and _reason(health, what) == str(back) for what in DOWN)
