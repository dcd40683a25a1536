"""What is particular to the log in an SQLite file: its rows, its durability, its start."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from eventsourcing.application import LocalNotificationLog

from adapters.log import open_log, outcomes, sqlite_append
from adapters.log.mapper import EventMapper
from adapters.log.sqlite import SqliteLog
from domain.circuit.events import CircuitOrdered
from domain.engine.log import EventRow, Insertion, LogError
from tests.contract.submitting import (
    MIXED,
    WORLD,
    ends,
    everything,
    in_child,
    many_orders,
    order,
    submit,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tieline.db"


def opened(path: Path) -> SqliteLog:
    log = open_log(f"sqlite:///{path}")
    assert isinstance(log, SqliteLog)
    return log


def rows(path: Path, sql: str) -> list[Any]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.commit()
        connection.close()


# --- the library's tools ---


def test_the_librarys_notification_log_and_mapper_read_it(path: Path) -> None:
    log = opened(path)
    submit(log, *WORLD)
    submit(log, *MIXED)
    mapper = EventMapper()

    notifications = LocalNotificationLog(log.recorder, 1000).select(1, 1000)

    assert [mapper.to_domain_event(each) for each in notifications] == log.feed(0, 1000)
    assert log.recorder.max_notification_id() == log.mark().position
    stored = log.recorder.select_events("circuit/c1")
    assert [mapper.to_stored_event(each) for each in log.events("circuit/c1")] == stored
    log.close()


def test_the_librarys_recorder_appends_as_the_log_does(path: Path, tmp_path: Path) -> None:
    log, copy = opened(path), opened(tmp_path / "copy.db")
    submit(log, *WORLD)
    submit(log, *MIXED)
    mapper = EventMapper()
    events = log.feed(0, 1000)

    places = copy.recorder.insert_events([mapper.to_stored_event(each) for each in events])

    assert list(places) == [each.position for each in events]
    assert copy.feed(0, 1000) == events
    log.close()
    copy.close()


# --- stored events ---


def test_an_unknown_type_is_named(path: Path) -> None:
    log = opened(path)
    submit(log, *WORLD)
    last = log.mark().position
    with log.appending() as tx:
        tx.insert(Insertion([EventRow("circuit/c1", 1, "tieline.circuit.melted.v7", b"{}")]))

    for reading in (lambda: log.feed(0, 100), lambda: log.load("circuit/c1")):
        said = rf"circuit/c1/1 at position {last + 1} .*melted\.v7.*newer"
        with pytest.raises(LogError, match=said):
            reading()
    assert len(log.feed(0, last)) == last
    log.close()


def test_a_broken_event_is_named(path: Path) -> None:
    log = opened(path)
    submit(log, *WORLD)
    last = log.mark().position
    with log.appending() as tx:
        tx.insert(Insertion([EventRow("circuit/c1", 1, CircuitOrdered.kind, b'{"time":"x"}')]))

    with pytest.raises(LogError, match=rf"circuit/c1/1 at position {last + 1} can't be read"):
        log.events("circuit/c1")
    log.close()


# --- durability, start and other processes ---


def test_every_connection_is_durable(path: Path) -> None:
    log = opened(path)
    with log.appending() as tx:
        settings = [
            tx.cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "wal_autocheckpoint")
        ]
    assert settings == ["wal", 2, 10_000]
    log.close()


def test_an_existing_log_is_opened_without_writing(path: Path) -> None:
    log = opened(path)
    submit(log, *WORLD)
    log.close()
    before = path.read_bytes()

    log = opened(path)
    log.feed(0, 10)
    log.close()

    assert path.read_bytes() == before


def hooked(hook: Callable[[str], None]) -> Any:
    """A context in which every statement of a new connection is passed to a hook before it runs."""

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, *values: Any) -> Any:
            hook(sql)
            return super().execute(sql, *values)

    class Connection(sqlite3.Connection):
        def cursor(self, *_: Any, **__: Any) -> Any:
            return super().cursor(Cursor)

    return patch("sqlite3.connect", partial(sqlite3.connect, factory=Connection))


@pytest.mark.parametrize("times", [2, 10**9])
@pytest.mark.timeout(5)
def test_it_waits_for_others_who_make_the_same_log(path: Path, times: int) -> None:
    attempts = count()

    def busy(sql: str) -> None:
        if "journal_mode" in sql and next(attempts) < times:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorname = "SQLITE_BUSY"
            raise error

    with hooked(busy):
        if times > 2:
            with pytest.raises(LogError, match="locked by another writer"):
                open_log(f"sqlite:///{path}", busy_timeout=0.1)
        else:
            opened(path).close()
            assert next(attempts) == times + 1


def test_another_makes_the_log_while_it_is_looked_at(path: Path) -> None:
    connect = sqlite3.connect

    def meanwhile(sql: str) -> None:
        if "application_id" in sql:
            with patch("sqlite3.connect", connect), suppress(LogError):
                open_log(f"sqlite:///{path}", busy_timeout=0.05).close()

    with hooked(meanwhile):
        log = opened(path)
    submit(log, *WORLD)
    log.close()


def test_many_processes_make_the_same_log_at_once(path: Path) -> None:
    def one(n: int) -> None:
        log = opened(path)
        submit(log, *[{**each, "id": f"{each['id']}-{n}"} for each in WORLD])

    children = [in_child(lambda n=n: one(n)) for n in range(8)]

    assert [child() for child in children] == [0] * 8
    log = opened(path)
    assert ends(log) == (5, 24, (0, 0))  # only the first of each has an effect
    log.close()


def test_a_failing_rollback_leaves_no_lock(path: Path) -> None:
    log = opened(path)
    failing = partial(sqlite3.connect, factory=_NoRollback)
    with pytest.raises(ZeroDivisionError), patch("sqlite3.connect", failing), log.appending():
        raise ZeroDivisionError

    other = opened(path)
    submit(other, *WORLD)
    other.close()
    submit(log, *MIXED)
    log.close()


class _NoRollback(sqlite3.Connection):
    def rollback(self) -> None:
        raise sqlite3.OperationalError("no rollback")


def test_an_older_sqlite_takes_fewer_variables(path: Path) -> None:
    log = opened(path)
    with log.appending() as tx:
        tx.cursor.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
        assert log.known([n.to_bytes(16) for n in range(3000)]) == {}
    log.close()


def test_many_threads_read_one_log(path: Path) -> None:
    log = opened(path)
    submit(log, *WORLD)
    submit(log, *many_orders(200))
    expected = everything(log)

    with ThreadPoolExecutor(8) as pool:
        assert all(each == expected for each in pool.map(everything, [log] * 40))
    log.close()


PLANS = {
    "what moved": (sqlite_append.MOVED, "SEARCH stored_events USING INTEGER PRIMARY KEY (rowid>?)"),
    "refusals": (outcomes.REFUSALS, "SEARCH outcomes USING INDEX worded (seq>?)"),
}


@pytest.mark.parametrize(("sql", "plan"), PLANS.values(), ids=PLANS)
def test_it_costs_the_same_on_a_long_log(path: Path, sql: str, plan: str) -> None:
    """Only the end of the log is read, whatever plan SQLite would prefer."""
    opened(path).close()
    assert plan in rows(path, f"EXPLAIN QUERY PLAN {sql.replace('?', '5')}")[0]


def test_the_first_version_of_the_file_is_read_for_ever(path: Path) -> None:
    """A log as version 0.1 wrote it, byte for byte in its rows: never change this test's file."""
    connection = sqlite3.connect(path)
    connection.executescript((Path(__file__).parent / "log_v1.sql").read_text(encoding="utf-8"))
    connection.close()

    log = opened(path)

    events = log.feed(0, 100)
    assert [each.event.kind.split(".")[2] for each in events] == [
        "registered",
        "encapsulation-id-allocated",
        "subscription-added",
        "opened",
        "ordered",
        "circuit-attached",
        "capacity-taken",
        "placed",
    ]
    assert log.load("location/frankfurt")[0].taken["pair-1"] == 500
    refusals = [stored.outcome().refusal for _, stored in log.refusals(0, 9)]
    assert [each and each.code for each in refusals] == ["provider-not-at-location"]
    assert [each.subject for each in log.parked()] == ["circuit/c9"]
    first = log.mark()
    again = submit(log, *WORLD, order("m-1", "c1"), order("m-2", "c2", provider="nobody"))
    assert [each.accepted for each in again] == [True, True, True, True, False]
    assert log.mark() == first
    assert ends(log) == (8, 5, (1, 1))
    log.close()


def test_it_starts_at_once() -> None:
    """Importing the log, as `tieline show` does, loads no client of a server and no ORM."""
    program = "import domain.engine.decide as e, sys; import adapters.log; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "eventsourcing.sqlite" in loaded
    heavy = {"sqlalchemy", "cryptography", "psycopg", "eventsourcing.application", "unittest"}
    assert heavy.isdisjoint(loaded)
