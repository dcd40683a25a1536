"""A log on PostgreSQL that the version before made; and what its server tells of itself."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.log import open_log_to_read
from adapters.log.postgres_connections import Connections
from adapters.log.postgres_server import Server, server_of
from adapters.log.tables import SCHEMA
from domain.engine.log import Log
from tests.adapters.test_postgres_log import opened, rows
from tests.contract.submitting import ends, order, submit


def test_of_the_version_before(database: str, tmp_path: Path) -> None:
    """It is read as it stands, moved forward once, and what was written goes on."""
    steps = Path("adapters/log/migrations/versions/schema_2.sql").read_text(encoding="utf-8")
    rows(database, steps)
    rows(database, "CREATE TABLE alembic_version AS SELECT '2'::varchar(32) AS version_num")
    with closing(_example(tmp_path / "log.db", 2)) as log:
        events = [(row.stream, row.version, row.kind, row.state, at) for at, row in log.rows(0, 99)]
    for each in events:
        rows(database, "INSERT INTO stored_events VALUES (%s, %s, %s, %s, %s)", *each)
    with closing(open_log_to_read(database)) as log:
        assert (ends(log), log.mark().epoch) == ((len(events), 0, (0, 0)), "")

    with closing(opened(database)) as log:
        epoch = log.mark().epoch
        assert log.feed(0, 99)[-1].position == len(events)
        assert submit(log, order("m-9", "c9"))[0].accepted
        assert log.events("circuit/c9")[0].position == len(events) + 1
    with closing(opened(database)) as log:
        assert len(epoch) == 32
        assert log.mark().epoch == epoch
    assert rows(database, "SELECT version_num FROM alembic_version") == [(str(SCHEMA),)]


def _example(path: Path, schema: int) -> Log:
    """A log in a file, as the version with this schema wrote it."""
    with closing(sqlite3.connect(path)) as connection:
        example = Path("tests/adapters", f"log_v{schema}.sql")
        connection.executescript(example.read_text(encoding="utf-8"))
    return open_log_to_read(f"sqlite:///{path}")


def test_an_ordinary_role_is_told_which_server_it_is(database: str) -> None:
    rows(database, "DROP ROLE IF EXISTS reader_of_a_log")
    rows(database, "CREATE ROLE reader_of_a_log LOGIN")
    told = database.replace("postgres@", "reader_of_a_log@")
    with closing(Connections(told, 1.0)) as connections, closing(Connections(database, 1.0)) as own:
        found = server_of(connections)
        assert found == server_of(own)
        assert all(found)
    rows(database, "DROP ROLE reader_of_a_log")


SAME = Server("7", "00000001", "16384")
CHANGED = {
    "It is another server: 7 before, 8 now": SAME._replace(system="8", timeline="00000002"),
    "timeline was 00000001 and is 00000002: it was promoted": SAME._replace(timeline="00000002"),
    "the database another of the same name": SAME._replace(database="9"),
    "rows were taken from its tables": SAME,
    "tells nothing of itself": Server(),
}


@pytest.mark.parametrize("said", CHANGED)
def test_what_is_told_of_a_server_says_why_a_log_went_back(said: str) -> None:
    assert said in CHANGED[said].since(SAME)
