"""Several relays of one cell: one publishes, whoever comes back late is fenced off."""

import pytest

from tests.production.checker import check
from tests.production.load import Load
from tests.production.plugin import ACell
from tests.production.running import Cell, until


def doing(cell: Cell, name: str) -> str:
    """What a part says that it does."""
    _, report = cell.parts[name].readiness()
    return report["doing"] if report else ""


@pytest.mark.timeout(300)
def test_one_frozen_and_woken_is_fenced_stands_by_and_takes_over(a_cell: ACell):
    cell = a_cell()
    cell.start()
    with Load(cell, seed=201, count=4000) as load:
        until("it publishes", lambda: doing(cell, "relay") == "publishes")
        cell.parts["relay"].freeze()
        cell.start("relay-2")
        until("the second publishes", lambda: doing(cell, "relay-2") == "publishes")
        cell.parts["relay"].thaw()
        until("the first is fenced", lambda: doing(cell, "relay") == "stands by")
        assert doing(cell, "relay-2") == "publishes"
        cell.parts["relay-2"].kill()
        until("the first takes over", lambda: doing(cell, "relay") == "publishes")
    check(cell, load.published)


@pytest.mark.timeout(240)
def test_two_that_start_together_do_not_fight(a_cell: ACell):
    """One publishes; nothing is published twice by turns."""
    cell = a_cell()
    cell.start("engine")
    cell.start("relay", "relay-2", "process", "project")
    with Load(cell, seed=202, count=300) as load:
        load.finish()
    evidence = check(cell, load.published)
    assert sorted([doing(cell, "relay"), doing(cell, "relay-2")]) == ["publishes", "stands by"]
    assert len(evidence.events) == len(evidence.rows), "no event twice"
