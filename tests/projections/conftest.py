"""Views on both databases: each test is run on SQLite and on PostgreSQL, in a new database.

A module with `DATABASES` is run on the databases named there. Everything opened is closed at the
end.
"""

import os
from collections.abc import Callable, Generator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any, Final, cast

import psycopg
import pytest
from psycopg import sql

from adapters.log import open_log
from domain.engine.log import Log
from tests.projections.histories import ADDRESS, OPENED
from tests.servers.shared import SharedPostgres

DATABASES: Final = ("sqlite", "postgresql")
NUMBERS = count(1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    module = cast(Any, metafunc.module)  # pyright: ignore[reportUnknownMemberType]  pytest's
    chosen = getattr(module, "DATABASES", DATABASES)
    if "database" in metafunc.fixturenames:
        metafunc.parametrize("database", chosen, indirect=True)


@pytest.fixture(scope="session")
def server(postgres: SharedPostgres) -> Generator[str]:
    """One database for the session, in which each test has schemas of its own."""
    with postgres.a_database() as address:
        yield address


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest) -> Generator[str]:
    """The kind of database that the test opens."""
    kind: str = request.param
    if kind == "postgresql":
        schemas: list[str] = []
        ADDRESS.append(_new_schema(request.getfixturevalue("server"), schemas))
    else:
        schemas = []
        ADDRESS.append(lambda: "sqlite://")
    yield kind
    ADDRESS.pop()
    while OPENED:
        OPENED.pop().dispose()
    if schemas:
        _drop(request.getfixturevalue("server"), schemas)


def _new_schema(server: str, made: list[str]) -> Callable[[], str]:
    """A function that makes a new, empty schema, notes its name, and returns its address."""

    def new() -> str:
        name = f"views_{os.getpid()}_{next(NUMBERS)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        made.append(name)
        return f"{server}?options=-csearch_path%3D{name}"

    return new


def _drop(server: str, schemas: list[str]) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        for name in schemas:
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))


@pytest.fixture
def log(tmp_path: Path) -> Generator[Log]:
    """An empty log in a file."""
    with closing(open_log(f"sqlite:///{tmp_path}/log.db")) as opened:
        yield opened
