"""What operators do by mistake or on purpose: a group reset, a second prefix, an older version of a
part, engines that nobody starts. Each is told in words, and nothing is lost.
"""

import re
from urllib.request import urlopen

import pytest

from adapters.kafka.topics import topics_of
from adapters.wiring.brokers import brokers_of, cell_of
from tests.kafka.cells import register, reset_group
from tests.production.plugin import ACell
from tests.production.running import HASTE, Cell
from tests.running import as_lines
from tests.waiting import until

CUSTOMERS = as_lines([register(f"c-{number}") for number in range(3)])


@pytest.mark.timeout(120)
def test_an_event_of_a_newer_version_stops_its_readers_who_say_so(a_cell: ACell):
    cell = a_cell(**HASTE)
    cell.start("project")
    _write_event(cell, "tieline.circuit.teleported.v1")
    project = cell.parts["project"]
    until("it waits", lambda: project.missing() == ["kafka"])
    _, report = project.readiness()
    (reason,) = report["reasons"]
    assert "is of type tieline.circuit.teleported.v1" in reason["reason"]
    assert "does not know: use a newer one" in reason["reason"]
    assert project.server.running
    assert "defect" not in project.tail()
    assert project.stop() == 0


def _write_event(cell: Cell, kind: str) -> None:
    """Write an event as the relay does, of a type that may not exist yet."""
    told = {
        "specversion": "1.0",
        "id": "circuit/c/1",
        "source": f"/{cell.prefix}",
        "type": kind,
        "subject": "circuit/c",
        "time": "2026-01-05T09:00:00.000000Z",
        "actor": "user:owner",
        "correlationid": "c",
        "causationid": "c",
        "sequence": "1",
        "position": "1",
    }
    headers = [(f"ce_{name}", value.encode()) for name, value in told.items()]
    producer = brokers_of(cell.settings).producer()
    topic = topics_of(cell.prefix).events
    producer.send(topic, value=b"{}", key=b"circuit/c", headers=headers).get(20)
    producer.close(timeout=5)


@pytest.mark.timeout(180)
def test_a_reset_group_is_told_and_a_second_prefix_is_refused(a_cell: ACell):
    cell = a_cell()
    cell.start("engine", "relay")
    assert cell.cli.run("submit", "-", given=CUSTOMERS).code == 0
    cell.parts["relay"].stop()
    with cell_of(cell.settings) as its:
        reset_group(its)
    for verb, code in (("status", 1), ("verify", 3), ("repair", 3)):
        done = cell.cli.run("relay", verb)
        assert done.code == code, done
        assert "The relay's checkpoint is lost" in done.err
        assert "defect" not in done.err
    cell.start("relay")
    until("all is published again", lambda: _behind(cell) == 0)
    assert cell.parts["relay"].told("checkpoint-lost")
    assert cell.cli.run("relay", "verify").code == 0
    _refuses_and_moves(cell)


def _refuses_and_moves(cell: Cell) -> None:
    """Under another prefix nothing is published until the log was moved there."""
    other = {"TIELINE_PREFIX": f"{cell.prefix}.moved"}
    refused = cell.cli.run("relay", "verify", **other)
    assert refused.code == 3
    assert f"This log is the cell {cell.prefix}'s" in refused.err
    move = ("relay", "move", "--from", cell.prefix)
    running = cell.cli.run(*move, **other)
    assert running.code == 3
    assert f"{cell.prefix}-engine" in running.err
    cell.parts["engine"].stop()
    assert cell.cli.run(*move, **other).code == 0
    until("the old relay ends by itself", lambda: not cell.parts["relay"].server.running)
    assert "This log is the cell" in cell.parts["relay"].tail()
    assert cell.parts["relay"].ended() == 3
    assert f"the cell {cell.prefix}.moved's" in cell.cli.run("relay", "verify").err
    cell.start("relay", **other)
    until("all is published there", lambda: _behind(cell, **other) == 0)
    assert cell.cli.run("relay", "verify", **other).code == 0


def _behind(cell: Cell, **settings: str) -> int | None:
    done = cell.cli.run("relay", "status", "--output", "json", **settings)
    return sum(each["behind"] for each in done.lines) if done.code == 0 else None


@pytest.mark.timeout(180)
def test_a_relay_shows_what_waits_for_engines_that_are_gone(a_cell: ACell):
    cell = a_cell()
    cell.start("relay")
    assert cell.cli.run("submit", "--no-wait", "-", given=CUSTOMERS).code == 0
    ownerless, lag = "tieline_group_ownerless_partitions", "tieline_group_lag_records"
    age = "tieline_oldest_command_seconds"
    until("it is told", lambda: _shown(cell, ownerless) == 12 and _shown(cell, lag) == 3)
    until("they grow old", lambda: _shown(cell, age, f'topic="{cell.prefix}.commands"') > 0)
    cell.start("engine")
    until("it is over", lambda: _shown(cell, ownerless) == 0 and _shown(cell, lag) == 0)
    until("none is old", lambda: _shown(cell, age, f'topic="{cell.prefix}.commands"') == 0)


def _shown(cell: Cell, name: str, labels: str | None = None) -> float:
    """The sum of what the relay shows of a metric, about the engines' group unless told."""
    address = cell.parts["relay"].told("listening")[-1]["metrics"]
    with urlopen(f"http://{address}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    about = re.escape(labels or f'group="{cell.prefix}-engine"')
    found = re.findall(rf"^{name}\{{[^}}]*{about}[^}}]*\}} (\S+)$", text, re.MULTILINE)
    return sum(map(float, found)) if found else -1
