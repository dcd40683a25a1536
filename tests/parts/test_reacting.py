"""A reactor over topics: nothing is lost or done twice, whatever happens in between."""

import json
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from adapters.clocks import MessageClock
from adapters.engine.worker import Worker
from adapters.kafka.feed import KafkaFeed
from adapters.kafka.kafka_python import Unreachable
from adapters.kafka.writer import Writer
from adapters.log import open_log
from adapters.observe.health import Health
from adapters.observe.metrics import CLOCK_BEHIND
from adapters.parts.reacting import NEEDS, SAVED_EVERY, TICK, ReactorPart
from adapters.reactors.memory import Memory
from adapters.reactors.network import SimulatedNetwork
from adapters.reactors.process import BandwidthChangeProcess
from domain.circuit.events import CircuitPlaced
from domain.decider.states import Terms
from domain.engine.records import Recorded
from projections.database import opened
from tests.doors import a_door
from tests.observe.counting import rise
from tests.parts.feeds import LANE, DealtFeed, Written, shown_active
from tests.running import ORDER, PAIR, command

START = "2026-01-05T09:00:00.000000Z"
LAID = (
    command("1", "register-customer", "customer/acme", name="a", model="connect-through"),
    command("2", "add-subscription", "customer/acme", subscription_id="prod"),
    command("3", "open-location", "location/fra", providers=["colt"], routers=[PAIR]),
    command("4", "order-circuit", "circuit/c", None, **ORDER),
)
NIGHT = "2026-01-06T02:00:00.000000Z"


def _change(**data: Any) -> Any:
    return command("9", "change-bandwidth", "circuit/c", None, **data)


AT_NIGHT = _change(bandwidth_mbps=1000, change_id="up", not_before=NIGHT)
DOWN = _change(bandwidth_mbps=200, change_id="down", accept_interruption=True)


@dataclass
class Cell:
    """One worker, the feed of its log, and a reactor's part."""

    worker: Worker
    engine: Engine
    feed: DealtFeed
    written: Written
    now: str = START
    seconds: float = 100.0

    def part(self, kind: type[BandwidthChangeProcess] | None = None) -> ReactorPart:
        """A part of the simulated network, unless another reactor is given."""
        name = "process" if kind else "network"
        memory = Memory(self.engine, name)
        reactor = kind(memory) if kind else SimulatedNetwork(self.worker.look, memory)
        return ReactorPart(
            reactor,
            memory,
            feed=cast("KafkaFeed", self.feed),
            writer=cast("Writer", self.written),
            topic="internal",
            now=lambda: self.now,
            health=Health("process", NEEDS),
            seconds=lambda: self.seconds,
        )

    def decide(self, *messages: Any) -> None:
        lines = [json.dumps(each).encode() for each in messages]
        assert all(each.accepted for each in self.worker.handle(a_door().from_lines(lines)))


@pytest.fixture
def cell(tmp_path: Path) -> Generator[Cell]:
    with closing(open_log(f"sqlite:///{tmp_path}/log.db")) as log:
        worker = Worker(log, Terms(), MessageClock(START))
        engine = opened(f"sqlite:///{tmp_path}/views.db")
        cell = Cell(worker, engine, DealtFeed(log), Written())
        cell.decide(*LAID)
        yield cell
        engine.dispose()


def placed(cell: Cell) -> list[Recorded]:
    """The events of the circuit's stream."""
    return [each for each in cell.feed.events() if each.stream == "circuit/c"]


BEGIN = "circuit/c/2/begin-provisioning"


def turned(part: ReactorPart, times: int = 3) -> None:
    for _ in range(times):
        part.turn()


def saved(cell: Cell, part: ReactorPart) -> None:
    """Let so much time pass that the part saves what it has read."""
    cell.seconds += SAVED_EVERY
    part.turn()


def test_it_reacts_once_however_often_an_event_comes(cell: Cell) -> None:
    part = cell.part()
    turned(part)
    cell.feed.deals(cell.feed.events())
    cell.feed.deals(cell.feed.events())
    assert part.turn()
    turned(part)
    assert cell.written.ids == [BEGIN]
    saved(cell, part)
    again = cell.part()
    turned(again)
    cell.feed.deals(placed(cell))
    turned(again)
    assert cell.written.ids == [BEGIN]
    assert cell.feed.asked[-1][LANE] > 0, "the checkpoint outlives the part"


def test_a_gap_stops_a_stream_until_it_is_healed(cell: Cell) -> None:
    part = cell.part()
    turned(part)
    first, *later = placed(cell)
    cell.feed.deals(later)
    with capture_logs() as told:
        turned(part)
    assert cell.written.ids == []
    stopped = [each for each in told if each["event"] == "stream-stopped"]
    assert (stopped[0]["stream"], stopped[0]["wanted"], stopped[0]["found"]) == ("circuit/c", 1, 2)
    cell.feed.deals([first, *later])
    turned(part)
    assert cell.written.ids == [BEGIN]


def test_one_that_stands_by_neither_reacts_nor_ticks(cell: Cell) -> None:
    part = cell.part(BandwidthChangeProcess)
    _provision(cell)
    cell.decide(AT_NIGHT)
    turned(part)
    cell.feed.deals(cell.feed.events())
    saved(cell, part)
    cell.now, cell.feed.active = NIGHT, False
    for _ in range(3):
        cell.seconds += 2
        assert not part.turn()
    assert (cell.written.ids, shown_active()) == ([], 0)
    cell.feed.active = True
    turned(part)
    assert (len(cell.written.ids), shown_active()) == (1, 1)


def test_it_ticks_once_a_second(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks: list[str] = []
    part = cell.part(BandwidthChangeProcess)

    def tick(_: BandwidthChangeProcess, now: str) -> list[Any]:
        ticks.append(now)
        return []

    monkeypatch.setattr(BandwidthChangeProcess, "tick", tick)
    turned(part, 5)
    assert len(ticks) == 1
    cell.seconds += 1.0
    turned(part, 5)
    assert len(ticks) == 2


def test_a_tick_that_could_not_be_sent_is_sent_later(cell: Cell) -> None:
    part = cell.part(BandwidthChangeProcess)
    _provision(cell)
    cell.decide(AT_NIGHT)
    turned(part)
    cell.feed.deals(cell.feed.events())
    saved(cell, part)
    cell.now, cell.seconds, cell.written.fault = NIGHT, 200.0, Unreachable("just now")
    with pytest.raises(Unreachable):
        part.turn()
    cell.seconds = 300.0
    turned(part)
    assert len(cell.written.ids) == 1
    cell.seconds = 400.0
    turned(part)
    assert len(cell.written.ids) == 1, "the command is sent only once"


def test_what_is_due_waits_for_a_clock_behind_what_was_recorded(cell: Cell) -> None:
    part = cell.part(BandwidthChangeProcess)
    _provision(cell)
    cell.decide(AT_NIGHT)
    turned(part)
    cell.feed.deals(cell.feed.events())
    with capture_logs() as told, rise(CLOCK_BEHIND) as risen:
        for cell.now in ("2026-01-05T08:58:00.000000Z",) * 3 + (NIGHT,):
            assert cell.written.ids == []
            cell.seconds += TICK
            part.turn()
    (line,) = [each for each in told if each["event"] == "clock-behind"]
    assert (line["seconds"], line["recorded"]) == (120, START)
    assert risen.of("tieline_clock_behind_total") == 3
    assert cell.written.ids == ["c/up/start/1"]


def test_what_could_not_be_sent_is_sent_when_the_page_comes_again(cell: Cell) -> None:
    part = cell.part()
    turned(part)
    cell.feed.deals(cell.feed.events())
    cell.written.fault = Unreachable("just now")
    with pytest.raises(Unreachable):
        part.turn()
    turned(part)
    cell.feed.deals(cell.feed.events())
    turned(part)
    assert cell.written.ids == [BEGIN]


def test_a_reactor_that_could_not_look_again_looks_later(
    cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its database failed while it reacted, so it can't continue from what it had read by then."""
    part = cell.part(BandwidthChangeProcess)
    _provision(cell)
    cell.decide(DOWN)
    turned(part)
    cell.feed.deals(cell.feed.events())
    with monkeypatch.context() as gone:
        gone.setattr(Memory, "checkpoint", _gone)
        gone.setattr(Memory, "save", _gone)
        with pytest.raises(OperationalError):
            saved(cell, part)
        with pytest.raises(OperationalError):
            part.turn()
    cell.written.ids.clear()
    part.turn()
    cell.feed.deals(cell.feed.events())
    turned(part)
    assert cell.written.ids == ["c/down/request-deprovisioning/1"]


def test_one_that_was_replaced_goes_on_from_what_the_other_saved(cell: Cell) -> None:
    first, second = cell.part(), cell.part()
    turned(first)
    turned(second)
    cell.feed.deals(cell.feed.events())
    saved(cell, second)
    cell.feed.deals(cell.feed.events()[:1])
    saved(cell, first)  # and notices that it was replaced
    turned(first)
    assert cell.feed.asked[-1] == {LANE: len(cell.feed.events())}
    cell.feed.deals(placed(cell))
    turned(first)
    assert cell.written.ids == [BEGIN]


def test_it_saves_now_and_then(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it has read but not saved would be read again after a restart, to no effect."""
    part, saves = cell.part(), list[Any]()

    def save(_: Memory, checkpoint: Any, *rest: Any) -> None:
        del rest
        saves.append(checkpoint)

    turned(part)
    monkeypatch.setattr(Memory, "save", save)
    for each in cell.feed.events():
        cell.feed.deals([each])
        part.turn()
    assert saves == []
    saved(cell, part)
    assert saves == [{LANE: len(cell.feed.events())}]


def test_it_closes_what_it_reads_and_writes_with(cell: Cell) -> None:
    cell.part().close()
    assert cell.feed.closed
    assert cell.written.closed


def _gone(*_: object) -> None:
    raise OperationalError("select 1", {}, Exception("gone"))


def _provision(cell: Cell) -> None:
    (key,) = [e.event.service_key for e in cell.feed.events() if isinstance(e.event, CircuitPlaced)]
    cell.decide(
        command("5", "begin-provisioning", "circuit/c", "provider:colt", service_key=key),
        command("6", "confirm-provisioned", "circuit/c", "provider:colt", service_key=key),
    )
