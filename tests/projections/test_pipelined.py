"""Statements sent to PostgreSQL ahead: all of them count, or none, and errors are told apart."""

from collections.abc import Callable
from typing import Any

import pytest
from psycopg.pq import PipelineStatus
from sqlalchemy import (
    Connection,
    Engine,
    Integer,
    Text,
    column,
    insert,
    select,
    table,
    text,
)
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from projections.database import pipelined, writing
from tests.projections.histories import opened

DATABASES = ("postgresql",)
ROOMS = table("rooms", column("name", Text), column("floor", Integer))


@pytest.fixture
def engine() -> Engine:
    engine = opened()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE rooms (name TEXT PRIMARY KEY, floor INTEGER)"))
    return engine


def add(connection: Connection, *rooms: str | None, floor: int = 1) -> None:
    for name in rooms:
        connection.execute(insert(ROOMS), {"name": name, "floor": floor})


def sent_ahead(engine: Engine, send: Callable[[Connection], None]) -> None:
    with writing(engine) as connection, pipelined(connection):
        send(connection)


def names(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        return list(connection.execute(select(ROOMS.c.name).order_by("name")).scalars())


def test_everything_is_written(engine: Engine) -> None:
    def send(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        assert driver.pgconn.pipeline_status == PipelineStatus.ON
        add(connection, "attic", "cellar", "hall")
        connection.execute(insert(ROOMS), [{"name": f"r{n}", "floor": n} for n in range(500)])

    sent_ahead(engine, send)
    assert len(names(engine)) == 503


def taken(connection: Connection) -> None:
    add(connection, "attic", "hall", "attic", "cellar")


def too_high(connection: Connection) -> None:
    add(connection, "attic")
    add(connection, "hall", floor=2**40)
    add(connection, "cellar")


def stumbling(connection: Connection) -> None:
    add(connection, "attic")
    raise KeyError("hall")


@pytest.mark.parametrize(
    ("send", "error"), [(taken, IntegrityError), (too_high, DataError), (stumbling, KeyError)]
)
def test_an_error_is_of_its_kind_and_nothing_is_written(
    engine: Engine, send: Callable[[Connection], None], error: type[Exception]
) -> None:
    with pytest.raises(error):
        sent_ahead(engine, send)
    assert names(engine) == []


def test_a_connection_that_is_cut_is_let_go_and_the_next_one_works(engine: Engine) -> None:
    def send(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        with engine.connect() as other:
            own = {"own": driver.info.backend_pid}
            other.execute(text("SELECT pg_terminate_backend(:own)"), own)
        add(connection, "attic", "hall")

    with pytest.raises(OperationalError) as caught:
        sent_ahead(engine, send)
    assert caught.value.connection_invalidated
    assert names(engine) == []
