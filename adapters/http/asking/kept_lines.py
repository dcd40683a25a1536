"""A file of lines that people change while the server runs: what it says holds within a second.

A line that can't be read counts for nothing, and is logged; the others hold. Where the whole file
can't be read, what it said before goes on: a disk that hiccups must not lock everybody out.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any, Final, Generic, NamedTuple, TypeVar

from adapters.observe.logs import logger

LOOK_AGAIN: Final = 1.0
"""Seconds between two looks at a file."""

V = TypeVar("V")


class Bad(NamedTuple):
    """A line that counts for nothing, and why."""

    number: int
    fault: str


class Read(NamedTuple, Generic[V]):
    """What a file says."""

    entries: Mapping[str, V]
    bad: list[Bad]


Parse = Callable[[str], tuple[str, V]]
"""Reads a line into what it is found by and what it says. Raises ValueError."""


def read_lines(lines: Iterable[str], parse: Parse[V]) -> Read[V]:
    """What lines say; blank ones and comments (`#`) say nothing. Two lines that are found by the
    same contradict each other: neither counts.
    """
    entries: dict[str, V] = {}
    twice: set[str] = set()
    bad: list[Bad] = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        try:
            key, entry = parse(text)
        except ValueError as fault:
            bad.append(Bad(number, str(fault)))
            continue
        if key in entries:
            bad.append(Bad(number, "an earlier line is about the same; neither counts"))
            twice.add(key)
        entries[key] = entry
    return Read({key: entry for key, entry in entries.items() if key not in twice}, bad)


class KeptLines(Generic[V]):
    """The lines of a file, as they were at the last look."""

    def __init__(self, path: Path, parse: Parse[V], clock: Callable[[], float] = monotonic) -> None:
        self._path = path
        self._parse = parse
        self._clock = clock
        self._entries: Mapping[str, V] = {}
        self._stamp: tuple[int, int, int] | None = None
        self._fault = ""
        self._looked_at = clock()
        self._look()

    def get(self, key: str) -> V | None:
        """What the file says about it; None if nothing."""
        if self._clock() - self._looked_at >= LOOK_AGAIN:
            self._looked_at = self._clock()
            self._look()
        return self._entries.get(key)

    def _look(self) -> None:
        try:
            found = self._path.stat()
            stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
            if stamp == self._stamp:
                return
            read = read_lines(self._path.read_text(encoding="utf-8").splitlines(), self._parse)
        except (OSError, UnicodeDecodeError) as fault:
            self._complain(str(fault))
            return
        self._entries, self._stamp, self._fault = read.entries, stamp, ""
        for number, why in read.bad:
            _log().error("line-counts-for-nothing", file=str(self._path), line=number, why=why)
        _log().info("read", file=str(self._path), entries=len(read.entries), bad=len(read.bad))

    def _complain(self, fault: str) -> None:
        """Once for each fault, not for each look."""
        if fault != self._fault:
            self._fault = fault
            kept = len(self._entries)
            _log().error("file-unreadable", file=str(self._path), why=fault, still_hold=kept)


def _log() -> Any:
    return logger(__name__)
