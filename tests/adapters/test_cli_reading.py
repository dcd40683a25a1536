"""Reading needs no writing: an auditor's copy is read as it is, and nothing is made."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.running import STORY, Tieline

READING = (
    "show circuit acme-fra-1",
    "show circuit acme-fra-1 --at-version 3",
    "show circuit acme-fra-1 --as-of 2100-01-01",
    "circuit list",
    "circuit history acme-fra-1",
    "circuit plan acme-fra-1.r2 --bandwidth 100",
    "circuit router-config acme-fra-1.r2",
    "customer list",
    "customer list --as-of 2100-01-01",
    "network routes n1 --subnet web --as-of 2100-01-01",
    "customer report acme",
    "location close frankfurt --dry-run",
    "changes list",
    "changes show acme-fra-1/down-1",
    "audit trail circuit/acme-fra-1",
    "audit isolation",
    "projections status",
    "projections verify",
    "parked list",
    "log status",
    "plan story.jsonl",
)
OTHERS = (
    "submit story.jsonl",
    "location close frankfurt",
    "projections rebuild",
    "parked retry",
    "parked drop 1",
)


@pytest.fixture(scope="module")
def storied(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a log that went through the story."""
    tieline = Tieline(tmp_path_factory.mktemp("story"))
    assert tieline.run("submit", "--settle", str(STORY)).code == 0
    return (tieline.folder / "var" / "tieline.db").read_bytes()


@pytest.fixture
def copy(tieline: Tieline, storied: bytes) -> Path:
    """A copy of that file, alone in its folder."""
    (tieline.folder / "story.jsonl").write_bytes(STORY.read_bytes())
    (tieline.folder / "var").mkdir()
    file = tieline.folder / "var" / "tieline.db"
    file.write_bytes(storied)
    return file


@contextmanager
def read_only(file: Path) -> Generator[None]:
    """A file that nobody may write, in a folder where nobody may make one."""
    file.chmod(0o444)
    file.parent.chmod(0o555)
    try:
        yield
    finally:
        file.parent.chmod(0o755)
        file.chmod(0o644)


def everything_in(folder: Path) -> dict[str, bytes | None]:
    return {
        str(each): each.read_bytes() if each.is_file() else None
        for each in sorted(folder.rglob("*"))
    }


@pytest.mark.usefixtures("copy")
@pytest.mark.parametrize("verb", READING)
def test_reading_changes_no_byte(tieline: Tieline, verb: str):
    before = everything_in(tieline.folder)
    assert tieline.run(*verb.split()).code in (0, 1)
    assert everything_in(tieline.folder) == before


@pytest.mark.parametrize("verb", READING)
def test_a_copy_that_nobody_may_write_is_read_all_the_same(tieline: Tieline, copy: Path, verb: str):
    """Root may write it: then the bytes, and the files beside it, show that it did not."""
    expected = tieline.run(*verb.split())
    before = everything_in(tieline.folder)
    with read_only(copy):
        found = tieline.run(*verb.split())
    assert (found.code, found.err) == (expected.code, expected.err)
    if "plan" not in verb and "dry-run" not in verb:  # those answer with the time
        assert found.out == expected.out
    assert everything_in(tieline.folder) == before


def test_views_that_are_behind_are_built_for_the_reader_alone(tieline: Tieline, copy: Path):
    shown = tieline.ask("show", "circuit", "acme-fra-1")
    with closing(sqlite3.connect(copy)) as database, database:
        database.execute("UPDATE view_places SET place = 3")
        database.execute("DELETE FROM view_circuits_1")
    before = copy.read_bytes()
    with read_only(copy):
        assert tieline.ask("show", "circuit", "acme-fra-1") == shown
        assert copy.read_bytes() == before
    assert tieline.ask("show", "circuit", "acme-fra-1") == shown
    assert copy.read_bytes() != before, "where they may be written, they are brought forward"


def test_what_its_last_writer_left_in_a_copy_is_not_passed_over(tieline: Tieline, copy: Path):
    copy.with_name("tieline.db-wal").write_bytes(b"\x00" * 100)
    with read_only(copy):
        result = tieline.run("circuit", "list")
    assert (result.code, result.out) == (3, "")
    assert "tieline.db-wal" in result.err


@pytest.mark.usefixtures("copy")
@pytest.mark.parametrize("verb", [*READING, "projections rebuild", "parked retry", "parked drop 1"])
@pytest.mark.parametrize("path", ["var/tielin.db", "vra/tieline.db"])
def test_a_slip_in_the_address_is_told_and_nothing_is_made(tieline: Tieline, verb: str, path: str):
    before = everything_in(tieline.folder)
    result = tieline.run(*verb.split(), TIELINE_DATABASE=f"sqlite:///{path}")
    assert (result.code, result.out) == (3, "")
    assert f"There is no database {path}; did you mean var/tieline.db?" in result.err
    assert everything_in(tieline.folder) == before


def test_where_there_is_no_database_at_all(tieline: Tieline):
    for verb in READING:
        if "plan" in verb or "--dry-run" in verb:
            continue
        result = tieline.run(*verb.split())
        assert (result.code, result.out) == (3, ""), verb
        assert "There is no database var/tieline.db yet" in result.err
    assert not list(tieline.folder.iterdir())


def test_before_there_is_a_database_a_dry_run_is_made_on_an_empty_one(tieline: Tieline):
    register = "customer register a --name A --model connect-through --dry-run"
    assert tieline.run(*register.split()).code == 0
    assert tieline.run("plan", "-", given=STORY.read_bytes()).code == 1
    assert tieline.run("circuit", "plan", "c1", "--bandwidth", "100").code == 1
    assert not list(tieline.folder.iterdir())


def test_a_file_that_is_no_log_yet_has_nothing_to_read(tieline: Tieline):
    (tieline.folder / "t.db").touch()
    result = tieline.run("circuit", "list", TIELINE_DATABASE="sqlite:///t.db")
    assert (result.code, "holds no log yet" in result.err) == (3, True)


def of_a_browser(file: Path) -> None:
    """Another program's database, in its own journal mode, with a table named like one of ours."""
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE bookmarks (title TEXT)")
        database.execute("CREATE TABLE view_history (at TEXT)")


def of_another_schema(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA user_version = 7")


def of_another_application(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA application_id = 7")


@pytest.mark.parametrize("make", [of_a_browser, of_another_schema, of_another_application])
@pytest.mark.parametrize("setting", ["TIELINE_DATABASE", "TIELINE_VIEWS"])
@pytest.mark.parametrize("verb", ["circuit list", "projections verify", *OTHERS])
def test_another_programs_database_is_refused_untouched(
    tieline: Tieline, copy: Path, verb: str, setting: str, make: object
):
    other = copy.with_name("other.db")
    make(other)  # pyright: ignore[reportCallIssue]
    before = everything_in(other.parent)
    result = tieline.run(*verb.split(), **{setting: "sqlite:///var/other.db"})
    if (setting, verb) == ("TIELINE_VIEWS", "parked drop 1"):
        return  # looks at no view
    assert (result.code, result.out) == (3, ""), result
    assert "belongs to another program" in result.err
    assert {each.name for each in other.parent.iterdir()} >= {"other.db"}
    assert everything_in(other.parent)[str(other)] == before[str(other)]
    assert not list(other.parent.glob("other.db-*"))
