"""A database that can't be used: one sentence, exit code 3, nothing lost and no traceback."""

import resource
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.running import STORY, Result, Tieline, as_lines, command

VERBS = ("submit story.jsonl", "circuit list", "show circuit acme-fra-1", "location close ffm")


@pytest.fixture
def storied(tieline: Tieline) -> Tieline:
    (tieline.folder / "story.jsonl").write_bytes(STORY.read_bytes())
    return tieline


def assert_unreachable(result: Result) -> None:
    assert result.code == 3, result
    assert result.out == ""
    assert result.err.startswith("tieline: ")
    assert len(result.err.splitlines()) == 1


def a_directory(folder: Path) -> str:
    (folder / "t.db").mkdir()
    return "is a directory"


def of_a_newer_version(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "t.db")) as database:
        database.execute("PRAGMA application_id = 0x7469656C")
        database.execute("PRAGMA user_version = 99")
    return "newer version"


def of_another_program(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "t.db")) as database:
        database.execute("CREATE TABLE stored_events (x)")
    return "another program"


def no_database(folder: Path) -> str:
    (folder / "t.db").write_bytes(b"hello, this is no database at all" * 100)
    return "not an SQLite database"


def under_a_file(folder: Path) -> str:
    (folder / "t.db").symlink_to(folder / "story.jsonl" / "below")
    return "t.db"


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "spoil", [a_directory, of_a_newer_version, of_another_program, no_database, under_a_file]
)
def test_what_is_no_database(storied: Tieline, spoil: Callable[[Path], str], verb: str):
    told = spoil(storied.folder)
    result = storied.run(*verb.split(), TIELINE_DATABASE="sqlite:///t.db")
    assert_unreachable(result)
    assert told in result.err


@pytest.mark.parametrize("verb", VERBS)
def test_a_place_where_nobody_can_write(storied: Tieline, verb: str):
    """Even root can't write to this file system; the next test has an ordinary file."""
    result = storied.run(*verb.split(), TIELINE_DATABASE="sqlite:////proc/self/tieline.db")
    assert_unreachable(result)


def test_a_read_only_file(storied: Tieline):
    """Root may write whatever the file's mode is, so the test tries it first."""
    assert storied.run("submit", "--settle", "story.jsonl").code == 0
    file = storied.folder / "var" / "tieline.db"
    file.chmod(0o444)
    try:
        file.open("ab").close()
    except PermissionError:
        assert_unreachable(storied.run("location", "close", "frankfurt"))
    else:
        assert storied.run("location", "close", "frankfurt").code == 0


def test_a_database_in_use_by_another_process(storied: Tieline):
    assert storied.run("submit", "--settle", "story.jsonl").code == 0
    impatient = {"TIELINE_TEST_PATIENCE": "0.1"}
    closing_it = ("location", "close", "frankfurt")
    file = storied.folder / "var" / "tieline.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = storied.run(*closing_it, **impatient)
        assert_unreachable(result)
        assert "locked by another" in result.err
        assert storied.ask("location", "show", "frankfurt")["open"] is True
        other.execute("ROLLBACK")
    assert storied.run(*closing_it, **impatient).code == 0


def test_a_disk_that_is_full(storied: Tieline):
    """A limit on the file's size plays the full disk; what was answered before is kept."""

    def customer(number: int) -> object:
        data = {"name": "X" * 900, "model": "connect-through"}
        return command(f"r-{number}", "register-customer", f"customer/c{number}", **data)

    many = as_lines([customer(number) for number in range(3000)])  # pyright: ignore[reportArgumentType]
    (storied.folder / "many.jsonl").write_text(many, encoding="utf-8")
    done = subprocess.run(
        storied.command("submit", "many.jsonl"),
        cwd=storied.folder,
        env=storied.environment,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000)),
    )
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    answered = len(done.stdout.splitlines())
    assert 0 < answered < 3000
    again = storied.run("submit", "many.jsonl")
    assert again.code == 0
    assert again.out.startswith(done.stdout)
    assert len(storied.ask_list("customer", "list")) == 3000


def test_views_in_no_folder(storied: Tieline):
    result = storied.run("circuit", "list", TIELINE_VIEWS="sqlite:////proc/self/views.db")
    assert_unreachable(result)
