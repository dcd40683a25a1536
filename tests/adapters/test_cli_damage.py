"""Whatever is the matter with what a verb needs is told as that, and never called a defect."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from adapters.log.damage import is_damaged, what_is_left
from tests.adapters.test_cli_reading import OTHERS, READING
from tests.running import STORY, Result, Tieline

VERBS = (*READING, *OTHERS)
FAULTY_PAGE = bytes(range(256)) * 16
PATIENT = {"TIELINE_TEST_PATIENCE": "0.1"}


@pytest.fixture(scope="module")
def storied(tmp_path_factory: pytest.TempPathFactory) -> Tieline:
    tieline = Tieline(tmp_path_factory.mktemp("damage"))
    (tieline.folder / "story.jsonl").write_bytes(STORY.read_bytes())
    assert tieline.run("submit", "--settle", "story.jsonl").code == 0
    return tieline


@pytest.fixture
def sound(storied: Tieline) -> bytes:
    return _file(storied).read_bytes()


def _file(tieline: Tieline) -> Path:
    return tieline.folder / "var" / "tieline.db"


def _spoilt(file: Path, content: bytes, root: str) -> bytes:
    """The file with the first page of a table or an index overwritten."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as database:
        (page,) = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (root,)
        ).fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    at = (page - 1) * size
    return content[:at] + FAULTY_PAGE[:size] + content[at + size :]


def page_of(root: str) -> Callable[[Path, bytes], bytes]:
    return lambda file, content: _spoilt(file, content, root)


def header(_: Path, content: bytes) -> bytes:
    return b"\x00" * 16 + content[16:]


def half(_: Path, content: bytes) -> bytes:
    return content[: len(content) // 2]


def after_the_first_page(_: Path, content: bytes) -> bytes:
    return content[:4096] + FAULTY_PAGE * (len(content) // 4096 - 1)


def schema(_: Path, content: bytes) -> bytes:
    return content.replace(b"CREATE TABLE outcomes", b"CREATE TABLE 0utcomes")


def an_event(_: Path, content: bytes) -> bytes:
    """The stored JSON of an event broken in its middle."""
    assert b'"service_key":"' in content
    return content.replace(b'"service_key":"', b'"service_key"\x00"')


DAMAGE = {
    "header": header,
    "half": half,
    "everything": after_the_first_page,
    "schema": schema,
    "event": an_event,
    "events": page_of("stored_events"),
    "index": page_of("sqlite_autoindex_stored_events_1"),
    "outcomes": page_of("outcomes"),
    "parked": page_of("parked"),
    "snapshots": page_of("snapshots"),
    "facts": page_of("facts"),
    "views": page_of("views"),
    "view": page_of("view_circuits_1"),
    "reactors": page_of("reactors"),
}


def assert_told(result: Result, verb: str) -> None:
    told = result.err.lower()
    assert "defect" not in told, (verb, result)
    assert "traceback" not in told, (verb, result)
    assert "is safe" not in told, (verb, result)
    if result.code == 3:
        assert len(result.err.splitlines()) == 1, (verb, result)


@pytest.mark.parametrize("spoil", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_called_that(
    storied: Tieline, sound: bytes, spoil: Callable[[Path, bytes], bytes]
):
    """A verb that does not look where the damage is does its work."""
    file = _file(storied)
    damaged = spoil(file, sound)
    codes: set[int] = set()
    try:
        for verb in VERBS:
            file.write_bytes(damaged)
            result = storied.run(*verb.split())
            assert_told(result, verb)
            codes.add(result.code)
            assert result.code in (0, 1, 3), (verb, result)
            if result.code == 3:
                assert "damaged" in result.err, (verb, result)
                assert "read" in result.err or "first page" in result.err, (verb, result)
    finally:
        for each in file.parent.glob("tieline.db-*"):
            each.unlink()
        file.write_bytes(sound)
    assert 3 in codes or spoil in (DAMAGE["snapshots"], DAMAGE["facts"], DAMAGE["parked"])


def test_what_can_still_be_read_is_said(storied: Tieline, sound: bytes):
    file = _file(storied)
    second = ("circuit/acme-fra-1", 2)
    with closing(sqlite3.connect(file)) as database, database:
        found = database.execute(
            "UPDATE stored_events SET state = 'x'"
            " WHERE originator_id = ? AND originator_version = ? RETURNING rowid",
            second,
        )
        (position,) = found.fetchone()
    try:
        result = storied.run("show", "circuit", "acme-fra-1", "--at-version", "3")
        again = storied.run("projections", "rebuild")
    finally:
        file.write_bytes(sound)
    for each in (result, again):
        assert each.code == 3
        assert f"at position {position} can't be read" in each.err
        assert f"those up to position {position - 1} can still be read" in each.err


GONE = {
    "log server": {"TIELINE_DATABASE": "postgresql://t@127.0.0.1:1/t"},
    "views server": {"TIELINE_VIEWS": "postgresql://t@127.0.0.1:1/t"},
    "log is a directory": {"TIELINE_DATABASE": "sqlite:///var"},
    "views are a directory": {"TIELINE_VIEWS": "sqlite:///var"},
    "views in no folder": {"TIELINE_VIEWS": "sqlite:////proc/self/views.db"},
    "log in no folder": {"TIELINE_DATABASE": "sqlite:////proc/self/log.db"},
    "log below a file": {"TIELINE_DATABASE": "sqlite:///story.jsonl/log.db"},
}


@pytest.mark.parametrize("gone", GONE.values(), ids=GONE)
def test_what_is_not_there_is_called_that(storied: Tieline, sound: bytes, gone: dict[str, str]):
    """A dry run takes a log that can only be missing for an empty one."""
    for verb in VERBS:
        result = storied.run(*verb.split(), **gone, **PATIENT)
        _file(storied).write_bytes(sound)
        assert_told(result, verb)
        on_nothing = gone == GONE["log in no folder"] and "nothing was written" in result.out
        codes = (3,) if "TIELINE_DATABASE" in gone and not on_nothing else (0, 1, 3)
        assert result.code in codes, (verb, result)


@pytest.mark.parametrize("verb", ["circuit list", "projections status", "projections verify"])
def test_brokers_that_are_not_there_and_views_that_were_never_built(tieline: Tieline, verb: str):
    tieline.run("submit", "-", given="")
    kept = tieline.folder / "var" / "tieline.db"
    with closing(sqlite3.connect(kept)) as database, database:
        database.execute("DROP TABLE views")
    result = tieline.run(*verb.split(), TIELINE_KAFKA="127.0.0.1:1", TIELINE_TEST_HASTE="10")
    assert_told(result, verb)
    assert result.code == 3


def test_an_outcome_whose_body_cant_be_read_is_damage_though_every_page_is_sound(
    storied: Tieline, sound: bytes
):
    file = _file(storied)
    assert not is_damaged(file)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE outcomes SET body = 'no JSON' WHERE seq = 2")
    assert is_damaged(file)
    assert "not all that goes with them" in what_is_left(file)
    file.write_bytes(sound)
