from collections.abc import Generator
from pathlib import Path

import pytest

from domain.engine.log import Log
from tests.contract.stores import PostgresStore, SqliteStore, Store
from tests.servers.shared import SharedPostgres


@pytest.fixture(scope="session")
def shared_database(postgres: SharedPostgres) -> Generator[str]:
    with postgres.a_database() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Store]:
    if request.param == "sqlite":
        yield SqliteStore(tmp_path)
        return
    made = PostgresStore(request.getfixturevalue("shared_database"))
    yield made
    made.drop()


@pytest.fixture
def log(store: Store) -> Generator[Log]:
    opened = store.open()
    yield opened
    opened.close()
