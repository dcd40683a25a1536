"""Defects that simulated runs have found, each reproduced in the smallest way."""

from collections.abc import Generator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from adapters.clocks import SetClock
from adapters.engine.worker import Worker
from adapters.kafka.relay import TAKEOVER, Relay
from adapters.log import open_log
from adapters.reactors.alarms import AlarmProcess
from adapters.reactors.memory import Memory
from adapters.reactors.process import BandwidthChangeProcess
from domain.decider.states import Terms
from domain.engine.log import Log, Mark
from domain.engine.outcomes import Outcome
from domain.words.content import pair_of
from simulation.cell import SOURCE, SimulatedCell
from simulation.chance import Chance
from simulation.clock import SimulatedClock
from simulation.defect import defective
from simulation.faults import Faults, Trace
from simulation.processes import Fate, Process
from tests.contract.submitting import WORLD, message, order, register
from tests.doors import a_door

EARLY, LATE = "2026-01-05T09:00:00.000000Z", "2026-01-05T10:00:00.000000Z"


@pytest.fixture
def log(tmp_path: Path) -> Generator[Log]:
    with closing(open_log(f"sqlite:///{tmp_path / 'log.db'}")) as opened:
        yield opened


@pytest.fixture
def cell(tmp_path: Path) -> Generator[SimulatedCell]:
    """A cell in which nothing goes wrong."""
    trace = Trace()
    faults = Faults(Chance(1, "faults"), trace, ())
    with closing(
        SimulatedCell(tmp_path, Fate(Chance(1, "turns"), SimulatedClock(), faults, trace))
    ) as made:
        yield made


def worker(log: Log, now: str = EARLY) -> Worker:
    return Worker(log, Terms(), SetClock(now))


def sent(to: Worker, *messages: Any) -> list[Outcome]:
    return to.handle([a_door().from_outside(each, None) for each in messages])


def test_whoever_names_the_source_of_the_process_does_not_stop_it(log: Log, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'memory.db'}")
    process = BandwidthChangeProcess(Memory(engine, "bandwidth-change"))
    posing = message("anything", "order-circuit", "circuit/c1", source="/tieline/process")
    (outcome,) = sent(worker(log), posing)
    assert outcome.refusal is not None
    assert outcome.refusal.code == "not-permitted"
    assert process.answered(outcome) == []
    engine.dispose()


def test_an_id_used_again_while_its_command_is_parked_is_refused(log: Log) -> None:
    decides = worker(log)
    sent(decides, *WORLD, order("m-1", "c1"))
    billing = message("m-2", "change-billing", "circuit/c1", {"billing": "unlimited"})
    others = ({"billing": "metered"}, {"no": "billing"})
    with defective(lambda: True):
        assert sent(decides, billing)[0].parked
        for data in others:
            for _ in range(2):
                (again,) = sent(decides, {**billing, "data": data})
                assert again.refusal is not None
                assert again.refusal.code == "command-id-reused"
        assert sent(decides, billing)[0].parked
    (outcome,) = decides.retry([a_door().from_parked(each) for each in log.parked()])
    assert outcome.accepted
    assert log.parked() == []
    assert outcome.key == pair_of("/test", "m-2").key


def test_who_only_answered_again_knows_how_late_it_is(log: Log) -> None:
    """Its next batch is not recorded with an earlier time than what others wrote meanwhile."""
    slow, fast = worker(log, EARLY), worker(log, LATE)
    sent(slow, *WORLD)
    mark = log.mark

    def others_are_faster(seen: Mark | None = None) -> Mark:
        log.mark = mark
        now = mark(seen)
        sent(fast, register("m-1", "globex"))
        return now

    log.mark = others_are_faster
    sent(slow, WORLD[0])
    sent(slow, order("m-2", "c1"))
    times = [each.time for each in log.feed(0, 100)]
    assert times == sorted(times)
    assert times[-1] == LATE


def test_a_relay_that_stands_by_takes_over_for_outcomes_alone(cell: SimulatedCell) -> None:
    first, second = (relay(cell, name) for name in ("first", "second"))
    decides = cell.worker(Process("worker"))
    sent(decides, *WORLD)
    first.turn()
    second.turn()
    sent(decides, order("m-1", "c1", provider="nobody"))
    first.turn()
    assert first.stands_by
    second.close()
    cell.fate.clock.passes(timedelta(seconds=TAKEOVER + 1))
    assert first.turn() == (0, 1)


def test_an_alarm_is_not_cleared_by_a_process_that_has_lost_its_memory(cell: SimulatedCell) -> None:
    """Wrong keys stand on no stream: it knows of them only once it hears the refusals again."""
    decides, door = cell.worker(Process("worker")), a_door()
    guess = {"service_key": "guessed"}
    guesses = [message(f"g-{n}", "confirm-provisioned", "circuit/c1", guess) for n in range(5)]
    sent(decides, *WORLD, order("m-1", "c1"), *guesses)
    process = forgetful(cell)
    (raised,) = process.heard(cell.log.refusals(0, 100))
    assert raised["id"].startswith("c1/wrong-service-keys/raise-alarm/")
    assert all(each.accepted for each in decides.handle([door.from_inside(raised)]))
    again = forgetful(cell)
    assert again.react(cell.log.feed(0, 100, again.kinds)) == []


def forgetful(cell: SimulatedCell) -> AlarmProcess:
    return AlarmProcess(Memory(create_engine("sqlite://"), "alarms"), cell.log.events)


def relay(cell: SimulatedCell, name: str) -> Relay:
    process, seconds = Process(name), cell.fate.clock.seconds
    log, brokers = cell.log_of(process), cell.brokers(process)
    return Relay(log, brokers, cell.topics, cell=SOURCE, group="relay", seconds=seconds)
