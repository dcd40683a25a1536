"""A database file that can't be used: a sentence that says what to do, and nothing lost."""

import os
import resource
import sqlite3
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from adapters.log import open_log, recorder
from adapters.log.sqlite import SqliteLog
from domain.engine.log import Log, LogError
from tests.contract.submitting import (
    MIXED,
    WORLD,
    as_cloudevents,
    everything,
    in_child,
    many_orders,
    submit,
)

NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tieline.db"


def opened(path: Path, **said: float) -> SqliteLog:
    log = open_log(f"sqlite:///{path}", **said)
    assert isinstance(log, SqliteLog)
    return log


def a_log(path: Path) -> None:
    """A log with something in it, closed."""
    log = opened(path)
    submit(log, *WORLD)
    log.close()


def works_again(path: Path, before: list[object] | None = None) -> None:
    """Nothing is half written, and the log takes the same commands."""
    log = opened(path)
    assert before is None or everything(log) == before
    submit(log, *WORLD)
    first = as_cloudevents(submit(log, *MIXED))
    assert as_cloudevents(submit(log, *MIXED)) == first
    log.close()


@pytest.mark.parametrize(
    "url",
    ["mysql://localhost/tieline", "sqlite://", "sqlite:///", "sqlite:///:memory:", "", "x"],
)
def test_no_address_of_a_log(url: str) -> None:
    with pytest.raises(LogError, match="use sqlite:///PATH"):
        open_log(url)


def test_a_relative_path_and_odd_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("var/tieline.db", "a b#c?d.db", "mode=memory/x.db", "file:x.db", "ü.db"):
        log = open_log("sqlite:///" + name.replace("?", "%3F"))
        submit(log, *WORLD)
        log.close()
        assert (tmp_path / name).is_file()


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    works_again(tmp_path / "a" / "b" / "tieline.db")


def test_a_directory(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="is a directory: name a file"):
        opened(tmp_path)


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(LogError, match=r"folder of .* can't be made"):
        opened(tmp_path / "var" / "tieline.db")


def test_not_a_database(path: Path) -> None:
    path.write_text("circuits of 2019, " * 100)
    with pytest.raises(LogError, match="is not an SQLite database: name another file"):
        opened(path)
    assert path.read_text() == "circuits of 2019, " * 100


def test_an_empty_file_becomes_a_log(path: Path) -> None:
    path.touch()
    works_again(path)


def test_of_a_newer_version(path: Path) -> None:
    a_log(path)
    _sql(path, "PRAGMA user_version = 99")
    with pytest.raises(LogError, match="newer version of tieline"):
        opened(path)


@pytest.mark.parametrize(
    "sql",
    ["PRAGMA user_version = 3", "PRAGMA application_id = 7", "CREATE TABLE stored_events (x)"],
)
def test_of_another_program(path: Path, sql: str) -> None:
    _sql(path, sql)
    before = path.read_bytes()
    with pytest.raises(LogError, match="another program"):
        opened(path)
    assert path.read_bytes() == before


def test_beside_the_tables_of_views(path: Path) -> None:
    _sql(path, "CREATE TABLE view_circuits_1 (circuit_id TEXT)")
    works_again(path)


def test_damaged(path: Path) -> None:
    a_log(path)
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\x5a" * (len(content) - 4096))
    with pytest.raises(LogError, match=r"is damaged .*: restore it from a backup"):
        submit(opened(path), *MIXED)


@pytest.mark.timeout(5)
def test_locked_by_another_process(path: Path) -> None:
    a_log(path)
    log = opened(path, busy_timeout=0.1)
    before = everything(log)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(LogError, match=r"locked by another writer for more than 0\.1 s"):
        submit(log, *MIXED)
    assert everything(log) == before  # reading still works
    opened(path, busy_timeout=0.1).close()

    other.execute("ROLLBACK")
    other.close()
    submit(log, *MIXED)
    log.close()


def test_locked_while_it_is_made(path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LogError, match="locked by another writer"):
        opened(path, busy_timeout=0.1)
    other.close()
    works_again(path)


def test_another_thread_appends_for_too_long(path: Path) -> None:
    log = opened(path, busy_timeout=0.1)
    with log.appending(), pytest.raises(LogError, match="locked by another writer"):
        _append(log)
    submit(log, *WORLD)
    log.close()


def test_full(path: Path) -> None:
    a_log(path)
    log = opened(path)
    before = everything(log)
    log.close()
    pages = path.stat().st_size // 4096
    for more in range(12):
        limited = (*recorder.WRITING, f"max_page_count={pages + more}")
        with patch.object(recorder, "WRITING", limited):
            log = opened(path)
            with pytest.raises(LogError, match=r"no space left .*: free some and send the same"):
                submit(log, *many_orders(200))
            assert everything(log) == before
            log.close()
    works_again(path, before)


def test_full_while_it_is_made(path: Path) -> None:
    for pages in range(1, 6):
        limited = (*recorder.WRITING, f"max_page_count={pages}")
        with patch.object(recorder, "WRITING", limited), pytest.raises(LogError) as kept:
            opened(path)
        assert "no space left" in str(kept.value)
    opened(path, busy_timeout=0.1).close()  # the last error is still held, but no lock is
    works_again(path)


def test_a_file_that_may_not_grow(path: Path) -> None:
    a_log(path)
    log = opened(path)
    before = everything(log)
    log.close()
    for size in range(60_000, 130_000, 10_000):
        child = in_child(lambda size=size: _within_bytes(path, size, before))
        assert child() == 0
    works_again(path, before)


def _within_bytes(path: Path, size: int, before: list[object]) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    log = opened(path)
    with pytest.raises(LogError, match=r"nothing was recorded.*send the same again"):
        submit(log, *many_orders(200))
    assert everything(log) == before


def test_a_read_only_file_can_be_read_but_not_written(path: Path) -> None:
    a_log(path)

    def attempt() -> None:
        log = opened(path)
        before = everything(log)
        with pytest.raises(LogError, match=r"is read-only .*let this user write"):
            submit(log, *MIXED)
        assert everything(log) == before

    _open_to_everybody(path.parent)
    path.chmod(0o444)
    assert in_child(lambda: _as_nobody(attempt))() == 0
    path.chmod(0o644)
    works_again(path)


def test_a_read_only_folder(path: Path) -> None:
    a_log(path)

    def attempt() -> None:
        with pytest.raises(LogError, match="this user"):
            submit(opened(path), *MIXED)

    _open_to_everybody(path.parent)
    path.chmod(0o666)
    path.parent.chmod(0o555)
    assert in_child(lambda: _as_nobody(attempt))() == 0
    path.parent.chmod(0o755)
    works_again(path)


def test_a_new_log_in_a_read_only_folder(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir()

    def attempt() -> None:
        for path in (folder / "tieline.db", folder / "deeper" / "tieline.db"):
            with pytest.raises(LogError, match=r"can't be opened .*this user|can't be made"):
                opened(path)

    _open_to_everybody(tmp_path)
    folder.chmod(0o555)
    assert in_child(lambda: _as_nobody(attempt))() == 0
    folder.chmod(0o755)
    works_again(folder / "tieline.db")


def test_closed(path: Path) -> None:
    log = opened(path)
    log.close()
    log.close()
    with pytest.raises(LogError, match="was closed: open it again"):
        _append(log)
    with pytest.raises(LogError, match="closed"):
        log.mark()


def _append(log: Log) -> None:
    with log.appending():
        pass


def _sql(path: Path, sql: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(sql)
    connection.commit()
    connection.close()


def _open_to_everybody(folder: Path) -> None:
    """Root ignores permissions, so the tests act as nobody, who must be able to get there."""
    folder.chmod(0o777)
    for parent in folder.parents:
        if os.geteuid() == 0 and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o001)


def _as_nobody(attempt: Callable[[], None]) -> None:
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    attempt()
