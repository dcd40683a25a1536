"""Engines and processes decide nothing by a clock that is far ahead of the database server's."""

from collections.abc import Generator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import time_ns

import pytest

from adapters import clocks
from adapters.log import clock_of, open_log
from adapters.observe.health import Health
from adapters.observe.traces import UNTRACED
from adapters.observe.witness import ClockAhead
from adapters.parts import engine, reacting
from adapters.settings import Settings, load
from adapters.wiring.parts import make_engine, make_process
from adapters.wiring.serving import Frame, Recipe
from adapters.wiring.workers import worker_of
from tests.doors import a_door
from tests.running import as_lines, command

REGISTER = command("1", "register-customer", "customer/a", name="a", model="connect-through")


@pytest.fixture
def an_hour_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine's clock; the database server's is right."""
    monkeypatch.setattr(clocks, "time_ns", lambda: time_ns() + 3600 * 10**9)


def test_the_server_tells_its_time(database: str) -> None:
    log = open_log(database)
    try:
        ask = clock_of(log)
        assert ask is not None
        assert abs(ask() - datetime.now(UTC)) < timedelta(minutes=1)
    finally:
        log.close()


@pytest.mark.usefixtures("an_hour_ahead")
@pytest.mark.parametrize("let_pass", ["600", "7200"])
def test_a_worker_decides_nothing_and_leaves_nothing(
    database: str, tmp_path: Path, let_pass: str
) -> None:
    given = {"TIELINE_DATABASE": database, "TIELINE_CLOCK_AHEAD": let_pass}
    with worker_of(load(given, tmp_path)) as worker:
        arrivals = list(a_door().from_lines(as_lines([REGISTER]).encode().splitlines()))
        if let_pass == "7200":
            assert len(worker.handle(arrivals)) == 1
            return
        for judged in (lambda: worker.handle(arrivals), worker.now):
            with pytest.raises(ClockAhead, match=r"36\d\d s ahead"):
                judged()
        assert worker.log.mark().outcome == 0


@pytest.fixture
def settings(kafka: str, prefix: str, database: str, tmp_path: Path) -> Settings:
    return load(
        {
            "TIELINE_KAFKA": kafka,
            "TIELINE_PREFIX": prefix,
            "TIELINE_DATABASE": database,
            "TIELINE_PARTITIONS": "2",
        },
        tmp_path,
    )


@pytest.fixture
def opened() -> Generator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "needs", "make"),
    [("engine", engine.NEEDS, make_engine), ("process", reacting.NEEDS, make_process)],
)
def test_a_part_waits_for_its_clock(
    settings: Settings,
    opened: ExitStack,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    needs: tuple[str, ...],
    make: Recipe,
) -> None:
    health = Health(name, needs)
    part = make(Frame(settings, health, UNTRACED, opened))
    part.turn()
    assert not health.down()["clock"]
    monkeypatch.setattr(clocks, "time_ns", lambda: time_ns() + 3600 * 10**9)
    with pytest.raises(ClockAhead):
        part.turn()
    monkeypatch.undo()
    part.turn()
