"""Reading a database on PostgreSQL needs no writing: a standby is read, and by a user who may only
read.
"""

from collections.abc import Generator
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.adapters.test_cli_reading import READING
from tests.running import STORY, Tieline
from tests.servers.shared import SharedPostgres

STANDBY = "options=-c%20default_transaction_read_only%3Don"
"""Transactions are read-only unless they say otherwise, much as on a standby."""


@pytest.fixture(scope="module")
def storied(
    postgres: SharedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Generator[tuple[Tieline, str]]:
    """A log that went through the story, and the address of its database."""
    with postgres.a_database() as address:
        tieline = Tieline(tmp_path_factory.mktemp("story"), TIELINE_DATABASE=address)
        assert tieline.run("submit", "--settle", str(STORY)).code == 0
        (tieline.folder / "story.jsonl").write_bytes(STORY.read_bytes())
        yield tieline, address


@pytest.fixture(scope="module")
def auditor(storied: tuple[Tieline, str]) -> Generator[str]:
    """The address of the same database for a user who may only read."""
    name, address = f"auditor_{uuid4().hex[:8]}", storied[1]
    role = sql.Identifier(name)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'reads'").format(role))
        connection.execute(sql.SQL("GRANT pg_read_all_data TO {}").format(role))
        parts = urlsplit(address)
        yield parts._replace(netloc=f"{name}:reads@{parts.netloc.rpartition('@')[2]}").geturl()
        connection.execute(sql.SQL("DROP ROLE {}").format(role))


@pytest.fixture(params=["a standby", "a user who may only read"])
def reading(request: pytest.FixtureRequest, storied: tuple[Tieline, str], auditor: str) -> str:
    return f"{storied[1]}?{STANDBY}" if request.param == "a standby" else auditor


@pytest.mark.parametrize("verb", READING)
def test_every_reading_verb_answers_as_ever(
    storied: tuple[Tieline, str], reading: str, verb: str
) -> None:
    tieline, _ = storied
    expected = tieline.run(*verb.split())
    found = tieline.run(*verb.split(), TIELINE_DATABASE=reading)
    assert (found.code, found.err) == (expected.code, expected.err)
    if "plan" not in verb and "dry-run" not in verb:  # those answer with the time
        assert found.out == expected.out


def test_views_that_are_behind_are_built_for_the_reader_alone(
    storied: tuple[Tieline, str], auditor: str
) -> None:
    tieline, address = storied
    shown = tieline.ask("show", "circuit", "acme-fra-1")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("UPDATE view_places SET place = 3")
        connection.execute("DELETE FROM view_circuits_1")
        assert tieline.ask("show", "circuit", "acme-fra-1", TIELINE_DATABASE=auditor) == shown
        left = connection.execute("SELECT count(*) FROM view_circuits_1").fetchone()
    assert left == (0,)
    assert tieline.ask("show", "circuit", "acme-fra-1") == shown


@pytest.mark.parametrize("verb", ["submit story.jsonl", "location close frankfurt"])
def test_what_writes_says_that_nothing_can_be_written(
    storied: tuple[Tieline, str], reading: str, verb: str
) -> None:
    refused = storied[0].run(*verb.split(), TIELINE_DATABASE=reading)
    assert (refused.code, refused.out) == (3, "")
    assert "defect" not in refused.err
