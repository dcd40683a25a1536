"""Several relays of one cell: one publishes, and a relay that comes back late is fenced off."""

from collections.abc import Generator

import pytest

from tests.production.checker import check
from tests.production.load import Load
from tests.production.plugin import standing
from tests.production.running import Cell
from tests.servers.shared import SharedPostgres
from tests.waiting import until


def doing(cell: Cell, name: str) -> str:
    """What a part says it is doing."""
    _, report = cell.parts[name].readiness()
    return report["doing"] if report else ""


@pytest.fixture(scope="module")
def cell(
    kafka: str, postgres: SharedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Cell]:
    """One cell with two relays, for both tests of this module."""
    with standing(kafka, postgres, tmp_path_factory.mktemp("cell")) as cell:
        cell.start("engine", "relay", "relay-2", "process", "project")
        yield cell


@pytest.mark.timeout(240)
def test_two_that_start_together_do_not_fight(cell: Cell):
    """One relay publishes; the two don't take turns, which would publish events twice."""
    with Load(cell, seed=202, count=300) as load:
        load.finish()
    evidence = check(cell, load.published)
    assert sorted([doing(cell, "relay"), doing(cell, "relay-2")]) == ["publishes", "stands by"]
    assert len(evidence.events) == len(evidence.rows), "no event is published twice"


@pytest.mark.timeout(300)
def test_one_frozen_and_woken_is_fenced_stands_by_and_takes_over(cell: Cell):
    with Load(cell, seed=201, count=4000, per_second=30, world="frozen-") as load:
        first, second = active_and_other(cell)
        assert cell.parts[second].stop() == 0
        cell.parts[first].freeze()
        cell.start(second)
        until("the second publishes", lambda: doing(cell, second) == "publishes")
        cell.parts[first].thaw()
        until("the first is fenced", lambda: doing(cell, first) == "stands by")
        assert doing(cell, second) == "publishes"
        cell.parts[second].kill()
        until("the first takes over", lambda: doing(cell, first) == "publishes")
    check(cell, load.published)


def active_and_other(cell: Cell) -> tuple[str, str]:
    """The relay that publishes, and the other."""
    relays = ["relay", "relay-2"]
    until("one publishes", lambda: "publishes" in [doing(cell, name) for name in relays])
    relays.sort(key=lambda name: doing(cell, name) != "publishes")
    return relays[0], relays[1]
