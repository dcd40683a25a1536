"""A process keeps its locks on a database file, whatever else it looks at.

Closing any descriptor of a file drops every lock that the process has on it (POSIX). Another
process that closes the file meanwhile then takes itself for the last one, and removes the
write-ahead log that this one is writing.
"""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from adapters.keys.opening import open_store
from adapters.log import open_log, open_log_to_read
from adapters.sqlite_files import is_log, refuse_foreign, to_read, to_write

READS_AND_LEAVES = (
    "import sqlite3, sys\n"
    "other = sqlite3.connect(sys.argv[1])\n"
    "other.execute('SELECT count(*) FROM sqlite_master').fetchall()\n"
    "other.close()\n"
)

WRITES = (
    "import sqlite3, sys\n"
    "other = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)\n"
    "other.execute('BEGIN IMMEDIATE')\n"
)


def look_again(path: Path) -> None:
    with closing(open_log_to_read(f"sqlite:///{path}")) as log:
        log.mark()


@pytest.mark.parametrize("look", [refuse_foreign, is_log, to_read, to_write, look_again])
def test_whoever_comes_and_goes_leaves_the_log_that_is_written(
    tmp_path: Path, look: Callable[[Path], object]
) -> None:
    path = tmp_path / "tieline.db"
    with closing(open_log(f"sqlite:///{path}")) as log:
        log.keep("before", "1")
        look(path)
        subprocess.run([sys.executable, "-c", READS_AND_LEAVES, str(path)], check=True)
        assert path.with_name("tieline.db-wal").exists()
        log.keep("after", "2")
    with closing(open_log_to_read(f"sqlite:///{path}")) as log:
        assert (log.kept("before"), log.kept("after")) == ("1", "2")


def test_whoever_opens_a_store_of_keys_again_leaves_its_locks(tmp_path: Path) -> None:
    path = tmp_path / "tieline.keys"
    open_store(str(path), make=True).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert is_locked(path)
        open_store(str(path), make=True).close()
        assert is_locked(path)


def is_locked(path: Path) -> bool:
    """Whether a process finds that another one writes the file."""
    tried = subprocess.run(
        [sys.executable, "-c", WRITES, str(path)], capture_output=True, text=True, check=False
    )
    return "database is locked" in tried.stderr
