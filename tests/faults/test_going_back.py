"""The database went back under running engines: an older copy took its place. What was lost had not
been published, so that nobody but the engines themselves can know.
"""

from collections.abc import Generator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import psycopg
import pytest
from kafka.admin import KafkaAdminClient
from psycopg import sql

from adapters.wiring.brokers import group_of
from adapters.wiring.stores import log_of
from domain.csp.events import RestoreAccepted
from domain.engine.log import Log, Mark
from tests.production.drills import drill
from tests.production.load import lay_ground, publish
from tests.production.plugin import ACell
from tests.production.running import HASTE, Cell
from tests.running import command
from tests.servers.shared import SharedPostgres
from tests.waiting import until

CUSTOMER = "customer/acme"


def subscribe(id: str, subscription: str) -> Any:
    return command(id, "add-subscription", CUSTOMER, subscription_id=subscription)


@pytest.mark.timeout(240)
def test_an_engine_halts_until_it_is_accepted_and_decides_anew(
    a_cell: ACell, postgres: SharedPostgres, database: str
):
    cell = a_cell(**HASTE)
    cell.start("engine", "relay")
    lay_ground(cell, 905)
    with log_of(cell.settings) as log:
        kept, last = log.mark(), log.load(CUSTOMER)[1]
    lost = _lost(cell, postgres, database.rpartition("/")[2], kept)
    publish(cell, [lost[0], subscribe("new", "new")])
    assert "the database another of the same name" in _halted(cell, kept)
    cell.parts["engine"].stop()
    cell.launch("engine")
    _halted(cell, kept)  # as engines note how far they came beside their offsets
    with drill("The log went back", cell.cli, cell.prefix) as runs:
        runs("log status")
        runs("log accept-restore")
        until("it goes on", cell.parts["engine"].is_ready)
        with log_of(cell.settings) as log:
            until("all is decided", lambda: log.mark().outcome == kept.outcome + 3)
            decided = [each.causation_id for each in log.events(CUSTOMER, last)]
            assert decided == [lost[0]["id"], "new"], "a repeat of what was lost is decided anew"
            _assert_recorded(log, kept)
            _read_again(cell)
            until("all else is", lambda: log.mark().outcome == kept.outcome + 2 + len(lost))
            assert len(log.events(CUSTOMER, last)) == 1 + len(lost)
            _assert_no_gap(log)
            cell.start("relay")
            until("all is published", lambda: _published(cell) == log.mark().position)
        runs("log status")
        runs("relay verify")


@pytest.mark.timeout(180)
def test_views_notice_that_nobody_else_knows_what_was_published(
    a_cell: ACell, postgres: SharedPostgres, database: str
):
    """Kafka has forgotten what relay and engines had noted, as it does after a week."""
    name = database.rpartition("/")[2]
    with postgres.a_database() as views:
        cell = a_cell(TIELINE_VIEWS=views, **HASTE)
        cell.start("engine", "relay", "project")
        lay_ground(cell, 906)
        _copy(postgres, name)
        with log_of(cell.settings) as log:
            there = f"{CUSTOMER}/{log.load(CUSTOMER)[1] + 1} at position {log.mark().position + 1}"
        publish(cell, [command("lost", "grant-role", CUSTOMER, principal="user:e", role="reader")])
        until("views know of it", lambda: "user:e" in str(cell.cli.ask("customer", "show", "acme")))
        cell.stop()
        _restore(postgres, name)
        _forget(cell, "engine", "relay")
        for each in (cell.launch("process"), cell.launch("project")):
            until("it has halted", lambda each=each: "halted" in each.missing())
            (said,) = [line["reason"] for line in each.told("halted")[:1]]
            assert f"went back: views have applied {there}, where it holds nothing" in said
        cell.start("engine")
        for name in ("process", "project"):  # as Kafka had kept the command, it is decided anew
            until("it goes on", cell.parts[name].is_ready)
        cell.stop()


def _assert_recorded(log: Log, kept: Mark) -> None:
    """The acceptance says how far the log was, and begins its next epoch."""
    events = [each.event for each in log.events("csp/self")]
    (event,) = [each for each in events if isinstance(each, RestoreAccepted)]
    assert (event.epoch_before, event.position) == (kept.epoch, kept.position)
    assert (event.known_position or 0) > kept.position
    assert event.epoch == log.mark().epoch


def _lost(cell: Cell, postgres: SharedPostgres, name: str, kept: Mark) -> list[Any]:
    """Commands that are decided, and then lost with their events: an older copy of the database
    takes the place of the one that they are in.
    """
    until("all is published", lambda: _published(cell) == kept.position)
    cell.parts["relay"].stop()
    _copy(postgres, name)
    lost = [subscribe(f"lost-{n}", f"lost-{n}") for n in range(7)]
    publish(cell, lost)
    with log_of(cell.settings) as log:
        until("they are decided", lambda: log.mark().outcome == kept.outcome + len(lost))
    _restore(postgres, name)
    return lost


def _halted(cell: Cell, kept: Mark) -> str:
    """The engine decides nothing, however often it tries; returns what it says."""
    engine = cell.parts["engine"]
    until("it has halted", lambda: "halted" in engine.missing())
    tried = len(engine.told("halted"))
    until("it tries again", lambda: len(engine.told("halted")) > tried + 2)
    _, report = engine.readiness()
    (said,) = [each["reason"] for each in report["reasons"] if each["what"] == "halted"]
    assert "went back" in said
    assert "'tieline log accept-restore'" in said
    with log_of(cell.settings) as log:
        assert log.mark() == kept
    return said


def _read_again(cell: Cell) -> None:
    """Set the engines' group back to the beginning of its topics."""
    cell.parts["engine"].stop()
    _forget(cell, "engine")
    cell.start("engine")


def _forget(cell: Cell, *groups: str) -> None:
    """Have Kafka forget groups without members, with all that is noted there."""
    admin: Any = KafkaAdminClient(bootstrap_servers=cell.bootstrap.split(","))
    try:
        admin.delete_groups([group_of(cell.settings, each) for each in groups])
    finally:
        admin.close()


def _published(cell: Cell) -> int:
    status = cell.cli.run("relay", "status", "--output", "json")
    return status.lines[0]["published"] if status.code == 0 else 0


def _assert_no_gap(log: Log) -> None:
    events = sorted(log.feed(0, 10**6), key=lambda each: (each.stream, each.version))
    for stream, of_stream in groupby(events, lambda each: each.stream):
        versions = [each.version for each in of_stream]
        assert versions == list(range(1, len(versions) + 1)), stream


def _copy(postgres: SharedPostgres, name: str) -> None:
    with _away(postgres, name):
        _statement(postgres, "CREATE DATABASE {} TEMPLATE {}", f"{name}_copy", name)


def _restore(postgres: SharedPostgres, name: str) -> None:
    """The copy takes the place of the database."""
    postgres.drop(name)
    _statement(postgres, "ALTER DATABASE {} RENAME TO {}", f"{name}_copy", name)


@contextmanager
def _away(postgres: SharedPostgres, name: str) -> Generator[None]:
    """Nobody reaches a database meanwhile: it is copied only while nobody uses it."""
    _statement(postgres, "ALTER DATABASE {} ALLOW_CONNECTIONS false", name)
    with psycopg.connect(postgres.address, autocommit=True) as connection:
        ended = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
        connection.execute(ended, [name])
    yield
    _statement(postgres, "ALTER DATABASE {} ALLOW_CONNECTIONS true", name)


def _statement(postgres: SharedPostgres, statement: Any, *names: str) -> None:
    with psycopg.connect(postgres.address, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
