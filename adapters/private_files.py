"""Small files for their owner's eyes alone, written whole or not at all."""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_PRIVATE: Final = 0o600


def put(path: Path, text: str) -> None:
    """Put a text in the place of a file, which keeps its owner; a link leads to it as before."""
    path = path.resolve()
    with _written_beside(path, text) as beside:
        with suppress(FileNotFoundError):
            _own_alike(beside, path)
        beside.replace(path)
    _sync(path.parent)


def put_first(path: Path, text: str) -> None:
    """Put a text where no file is yet; whoever does so first has made it."""
    with _written_beside(path, text) as beside, suppress(FileExistsError):
        os.link(beside, path)
    _sync(path.parent)


@contextmanager
def _written_beside(path: Path, text: str) -> Generator[Path]:
    """A file with the text that is gone afterwards."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    at = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    with os.fdopen(at, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        yield beside
    finally:
        beside.unlink(missing_ok=True)


def _own_alike(file: Path, model: Path) -> None:
    """Who administers a server is not always the user it runs as, who must read the file."""
    is_mine, wanted = file.stat(), model.stat()
    if (is_mine.st_uid, is_mine.st_gid) != (wanted.st_uid, wanted.st_gid):
        os.chown(file, wanted.st_uid, wanted.st_gid)


def _sync(folder: Path) -> None:
    """Have the folder's entries survive a power cut, where the system can."""
    at = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(at)
    finally:
        os.close(at)
