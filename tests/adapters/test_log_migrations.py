"""A log that an older version wrote is migrated when it is opened, once and as a whole."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.log import open_log, open_log_to_read
from adapters.log.sqlite import SqliteLog
from adapters.log.tables import SCHEMA
from domain.engine.log import LogError
from tests.contract.stores import SqliteStore
from tests.contract.submitting import (
    WORLD,
    as_cloudevents,
    everything,
    in_child,
    message,
    order,
    submit,
)

HERE = Path(__file__).parent
EXAMPLES = {version: HERE / f"log_v{version}.sql" for version in range(1, SCHEMA + 1)}
"""A log with something in it for each schema, as its version wrote it: never change a file."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tieline.db"


def written(path: Path, schema: int) -> Path:
    """A log as the version with this schema wrote it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(EXAMPLES[schema].read_text(encoding="utf-8"))
    return path


def opened(path: Path, **said: float) -> SqliteLog:
    log = open_log(f"sqlite:///{path}", **said)
    assert isinstance(log, SqliteLog)
    return log


def shape(path: Path) -> list[Any]:
    """The schema as SQLite keeps it, and its number."""
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
        return [*sorted(map(str, tables)), *connection.execute("PRAGMA user_version")]


@pytest.mark.parametrize("schema", EXAMPLES)
def test_every_schema_comes_to_that_of_a_new_log(path: Path, tmp_path: Path, schema: int) -> None:
    opened(written(path, schema)).close()
    opened(tmp_path / "new.db").close()

    assert shape(path) == shape(tmp_path / "new.db")
    assert shape(path)[-1] == (SCHEMA,)


@pytest.mark.parametrize("schema", EXAMPLES)
def test_what_was_written_is_read_and_goes_on(path: Path, schema: int) -> None:
    log = opened(written(path, schema))

    assert [each.event.kind.split(".")[2] for each in log.feed(0, 8)] == [
        "registered",
        "encapsulation-id-allocated",
        "subscription-added",
        "opened",
        "ordered",
        "circuit-attached",
        "capacity-taken",
        "placed",
    ]
    before = log.mark()
    again = submit(log, *WORLD, order("m-1", "c1"), order("m-2", "c2", provider="nobody"))
    assert [each.accepted for each in again] == [True, True, True, True, False]
    assert log.mark() == before
    first = as_cloudevents([each.outcome() for _, each in log.outcomes(0, 5)])
    assert as_cloudevents(again) == first
    assert submit(log, order("m-7", "c7"))[0].accepted
    log.keep("a", "b")
    log.close()


@pytest.mark.parametrize("schema", EXAMPLES)
def test_an_older_log_is_read_as_it_stands(path: Path, schema: int) -> None:
    before = shape(written(path, schema))
    with closing(open_log_to_read(f"sqlite:///{path}")) as log:
        read = everything(log)
        assert bool(log.mark().epoch) == (schema >= 3)
    assert shape(path) == before

    with closing(opened(path)) as log:
        assert everything(log) == read


@pytest.mark.parametrize("schema", EXAMPLES)
def test_its_epoch_is_drawn_once(path: Path, schema: int) -> None:
    with closing(opened(written(path, schema))) as log:
        epoch = log.mark().epoch
    assert len(epoch) == 32
    with closing(opened(path)) as log, closing(open_log_to_read(f"sqlite:///{path}")) as read:
        assert log.mark().epoch == read.mark().epoch == epoch


def test_the_second_schema_tells_facts_and_subjects(path: Path) -> None:
    log = opened(written(path, 2))

    assert log.kept("partitions of tieline.events") == "4"
    (_, deletion) = log.outcomes(5, 9)[0]
    assert deletion.events[0][0].startswith("location/")
    assert (deletion.outcome().command_id, deletion.outcome().subject) == ("m-3", "circuit/c1")
    log.close()


def test_a_deletion_from_before_tells_its_subject(path: Path) -> None:
    """Schema 1 kept a deletion's outcome without a body, although it begins with the location."""
    log = opened(path)
    submit(log, *WORLD, order("m-1", "c1"), order("m-2", "c2"))
    deletions = [
        message(f"d-{n}", "delete-circuit", f"circuit/c{n}", correlationid="a 'story' \" ü")
        for n in (1, 2)
    ]
    first = as_cloudevents(submit(log, *deletions))
    log.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "UPDATE outcomes SET body = NULL; DROP TABLE facts; DROP TABLE epochs; "
            "DROP TABLE tiles; DROP TABLE checkpoints; "
            "PRAGMA user_version = 1"
        )

    log = opened(path)

    assert as_cloudevents([each.outcome() for _, each in log.outcomes(5, 9)]) == first
    assert as_cloudevents(submit(log, *deletions)) == first
    assert log.refusals(0, 9) == []
    assert [each.body is None for _, each in log.outcomes(0, 9)] == [True] * 5 + [False] * 2
    log.close()


def test_many_processes_move_it_at_once(path: Path) -> None:
    written(path, 1)

    def one(n: int) -> None:
        log = opened(path)
        submit(log, order(f"m-1{n}", f"c1{n}"))

    children = [in_child(lambda n=n: one(n)) for n in range(6)]

    assert [child() for child in children] == [0] * 6
    log = opened(path)
    assert log.mark().position == 8 + 6 * 4
    log.close()


def test_killed_on_the_way_it_is_moved_by_the_next(tmp_path: Path) -> None:
    reference = opened(written(tmp_path / "reference.db", 1))
    expected = everything(reference)
    reference.close()
    at = 0
    for at in range(1, 100):
        store = SqliteStore(tmp_path / f"{at}")
        written(store.path, 1)
        code = in_child(lambda store=store, at=at: _killed(store, at))()
        assert code in (0, -9)
        log = opened(store.path)
        assert everything(log) == expected
        log.close()
        assert shape(store.path) == shape(tmp_path / "reference.db")
        if code == 0:
            break
    assert 10 < at < 99


def _killed(store: SqliteStore, at: int) -> None:
    with store.interrupted(at, "killed") as interruption:
        interruption.armed = True
        store.open()


@pytest.mark.timeout(20)
def test_it_waits_for_a_writer_but_not_for_ever(path: Path) -> None:
    written(path, 1)
    before = shape(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogError, match="locked by another writer"):
            opened(path, busy_timeout=0.1)
    assert shape(path) == before
    opened(path).close()


def test_a_log_of_the_present_schema_is_opened_without_alembic(path: Path) -> None:
    opened(path).close()
    program = (
        "import sys; from adapters.log import open_log; "
        f"open_log('sqlite:///{path}').mark(); print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "adapters.log.sqlite" in loaded
    assert {"alembic", "sqlalchemy", "psycopg"}.isdisjoint(loaded)
