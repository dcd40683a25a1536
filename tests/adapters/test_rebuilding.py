"""One rebuild at a time: the second is told, and takes nothing from the first."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from adapters.rebuilding import RebuildRuns, alone
from projections.database import opened, scratch
from tests.running import Tieline, command


@contextmanager
def views_at(url: str) -> Generator[Engine]:
    engine = opened(url)
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture
def registered(tieline: Tieline) -> Tieline:
    """A log with a customer, and its views."""
    sent = command("1", "register-customer", "customer/a", name="a", model="connect-through")
    assert tieline.submit(sent).code == 0
    return tieline


def test_the_second_of_two_is_told_that_one_runs(registered: Tieline) -> None:
    before = registered.ask_list("projections", "status")
    with views_at(f"sqlite:///{registered.folder}/var/tieline.db") as engine, alone(engine):
        second = registered.run("projections", "rebuild")
        assert second.code == 3
        assert "Another rebuild of views runs in sqlite:///" in second.err
        assert "defect" not in second.err
        assert registered.ask_list("projections", "status") == before
        assert registered.run("customer", "list").code == 0
    assert registered.run("projections", "rebuild").code == 0
    assert [each.name for each in registered.folder.glob("var/*-rebuild")] == []


def test_one_that_failed_keeps_nobody_out(tmp_path: Path) -> None:
    with views_at(f"sqlite:///{tmp_path}/views.db") as engine:
        for _ in range(2):
            with pytest.raises(ZeroDivisionError), alone(engine):
                raise ZeroDivisionError
        with alone(engine), pytest.raises(RebuildRuns), alone(engine):
            pass


def test_databases_in_memory_are_each_alone() -> None:
    with scratch() as one, alone(one), scratch() as other, alone(other):
        pass


def test_in_postgres_too(database: str) -> None:
    with views_at(database) as one, views_at(database) as other:
        with alone(one), pytest.raises(RebuildRuns, match="runs in postgresql"), alone(other):
            pass
        with alone(other):
            pass
