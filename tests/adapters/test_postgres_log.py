"""What is particular to the log on PostgreSQL: its creation, its calls, its query plans."""

import threading
from collections.abc import Generator
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from adapters.log import open_log
from adapters.log.postgres import PostgresLog
from adapters.log.postgres_connections import Connections
from adapters.log.tables import SCHEMA
from domain.engine.log import Insertion, Log, LogError, LogUnreachable
from projections.database import opened as opened_views
from tests.contract.submitting import (
    MIXED,
    WORLD,
    decide,
    ends,
    everything,
    in_child,
    many_orders,
    order,
    submit,
)
from tests.servers.shared import SharedPostgres
from tests.waiting import until


def opened(database: str, **said: float) -> PostgresLog:
    log = open_log(database, **said)
    assert isinstance(log, PostgresLog)
    return log


@pytest.fixture
def log(database: str) -> Generator[PostgresLog]:
    log = opened(database)
    yield log
    log.close()


def rows(database: str, statement: str, *values: object) -> list[Any]:
    with psycopg.connect(database, autocommit=True) as connection:
        done = connection.execute(statement.encode(), values or None)
        return done.fetchall() if done.description else []


# --- its creation ---


def test_many_parts_make_it_at_once(database: str) -> None:
    def one(n: int) -> None:
        log = opened(database)
        submit(log, *[{**each, "id": f"{each['id']}-{n}"} for each in WORLD])

    children = [in_child(lambda n=n: one(n)) for n in range(6)]

    assert [child() for child in children] == [0] * 6
    log = opened(database)
    assert ends(log) == (5, 18, (0, 0))  # only the first of each has an effect
    assert rows(database, "SELECT version_num FROM alembic_version") == [(str(SCHEMA),)]
    log.close()


def test_a_log_that_is_there_is_only_looked_at(log: Log, database: str) -> None:
    submit(log, *WORLD)
    name = rows(database, "SELECT current_database()")[0][0]
    rows(database, f"ALTER DATABASE {name} SET default_transaction_read_only = on")

    again = opened(database)

    assert everything(again) == everything(log)
    with pytest.raises(LogError, match=r"is read-only .*nothing was recorded"):
        submit(again, *MIXED)
    again.close()


def test_of_a_newer_version(database: str) -> None:
    opened(database).close()
    rows(database, "UPDATE alembic_version SET version_num = '99'")
    with pytest.raises(LogError, match=rf"newer version .*schema 99, this one knows {SCHEMA}"):
        opened(database)


OTHERS = {
    "its events": "CREATE TABLE stored_events (x int)",
    "its versions": "CREATE TABLE alembic_version AS SELECT 'ae1027a6acf' AS version_num",
}


@pytest.mark.parametrize("statement", OTHERS.values(), ids=OTHERS)
def test_of_another_program(database: str, statement: str) -> None:
    rows(database, statement)
    with pytest.raises(LogError, match="belongs to another program: name another database"):
        opened(database)
    assert rows(database, "SELECT to_regclass('outcomes')") == [(None,)]


def test_a_database_that_can_not_keep_every_text(postgres: SharedPostgres) -> None:
    with psycopg.connect(postgres.address, autocommit=True) as connection:
        connection.execute(
            "CREATE DATABASE in_latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
        )
    try:
        with pytest.raises(LogError, match="LATIN1: name a database made with UTF8"):
            opened(postgres.url("in_latin"))
    finally:
        postgres.drop("in_latin")


# --- its calls ---


def test_every_batch_is_durable_whatever_is_set(database: str) -> None:
    log = opened(f"{database}?options=-csynchronous_commit%3Doff")
    with log.appending() as tx:
        assert _setting(tx) == "off"
        tx.insert(Insertion())
        assert _setting(tx) == "on"
    log.close()


def _setting(tx: Any) -> str:
    return tx.connection.execute("SHOW synchronous_commit").fetchone()[0]


@pytest.mark.parametrize("table", ["stored_events", "outcomes"])
def test_a_server_process_that_ends_between_two_tables(
    log: PostgresLog, database: str, table: str
) -> None:
    """The call waits for a locked table, and its server process is terminated there."""
    submit(log, *WORLD)
    before = everything(log)
    draft, insertion = decide(log, MIXED)
    mark = log.mark()
    failed: list[LogError] = []

    def appending() -> None:
        with pytest.raises(LogUnreachable) as kept:
            log.append(insertion, draft.reads, mark)
        failed.append(kept.value)

    thread = threading.Thread(target=appending)
    with psycopg.connect(database) as holder:
        holder.execute(f"LOCK TABLE {table} IN SHARE MODE".encode())
        thread.start()
        _terminate_waiting(database, table)
        thread.join()
    assert "send the same again" in str(failed[0])
    assert everything(log) == before

    assert log.append(insertion, draft.reads, mark) is not None


def _terminate_waiting(database: str, table: str) -> None:
    waiting = (
        "SELECT pg_terminate_backend(pid) FROM pg_locks "
        "WHERE NOT granted AND relation = %s::regclass"
    )
    until("one waits for the table", lambda: rows(database, waiting, table))


def test_who_waited_for_the_lock_sees_what_was_written_meanwhile(database: str) -> None:
    """This holds whatever isolation the server's transactions have by default."""
    url = f"{database}?options=-cdefault_transaction_isolation%3Dserializable"
    log, other = opened(url), opened(database)
    submit(log, *WORLD)
    draft, insertion = decide(log, [order("m-1", "c1")])
    mark = log.mark()
    answers: list[object] = []
    thread = threading.Thread(
        target=lambda: answers.append(log.append(insertion, draft.reads, mark))
    )
    with other.appending() as tx:
        _, first = decide(other, [order("m-9", "c9")])
        tx.insert(first)
        thread.start()
        waiting = "SELECT pid FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
        until("one waits for the lock", lambda: rows(database, waiting))
    thread.join()

    assert answers == [None]
    came = [each.stream for each in log.feed(mark.position, 9)]
    assert came == [each.stream for each in first.rows]
    log.close()
    other.close()


def test_a_snapshot_is_used_where_there_is_one(log: Log, database: str) -> None:
    submit(log, *WORLD)
    draft, insertion = decide(log, many_orders(700))
    assert log.append(insertion, draft.reads, log.mark()) is not None
    state, version = log.load("location/frankfurt")
    assert version > 500
    rows(
        database,
        "UPDATE stored_events SET state = '' "
        "WHERE originator_id LIKE 'location/%' AND originator_version < 500",
    )

    assert log.load("location/frankfurt") == (state, version)


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (
            "SELECT DISTINCT originator_id FROM stored_events WHERE notification_id > 2000",
            "stored_events_notification_id_idx",
        ),
        (
            "SELECT seq FROM outcomes WHERE body IS NOT NULL AND seq > 5 ORDER BY seq LIMIT 1",
            "worded",
        ),
        (
            "SELECT state FROM stored_events WHERE originator_id = ANY ('{circuit/o1,circuit/o2}')",
            "stored_events_pkey",
        ),
    ],
    ids=["what moved", "refusals", "streams"],
)
def test_it_costs_the_same_on_a_long_log(
    log: Log, database: str, statement: str, index: str
) -> None:
    submit(log, *WORLD)
    submit(log, *many_orders(500), *MIXED)
    rows(database, "ANALYZE")

    plan = "\n".join(line for (line,) in rows(database, f"EXPLAIN {statement}"))

    assert index in plan
    assert "Seq Scan" not in plan


_PLANS = "SELECT coalesce(sum(generic_plans), 0), sum(custom_plans) FROM pg_prepared_statements"


def test_no_plan_is_kept_from_when_the_log_was_small(database: str) -> None:
    """A kept plan would read all of a log that has grown since, again and again."""
    connections = Connections(database, 5.0)
    with connections.taken() as connection:
        for at in range(20):
            connection.execute("SELECT %s::bigint", (at,), prepare=True)

        (plans,) = connection.execute(_PLANS).fetchall()
    connections.close()

    assert plans == (0, 20)


def test_no_plan_is_kept_from_when_a_view_was_small(database: str) -> None:
    engine = opened_views(database)
    with engine.connect() as connection:
        for at in range(20):
            connection.execute(text("SELECT cast(:at as bigint)"), {"at": at})

        kept, made = connection.execute(text(_PLANS)).one()
    engine.dispose()

    assert kept == 0
    assert made > 10
