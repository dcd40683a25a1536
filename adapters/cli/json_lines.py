"""JSON lines from files and standard input, in bounded memory whatever their size."""

import codecs
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, cast

import typer

BATCH: Final = 500
"""Lines handed over at once: what the engine decides in one transaction."""

BATCH_BYTES: Final = 4_000_000
"""Bytes after which a batch ends early, so that long lines don't pile up."""

LONGEST: Final = 16_000_000
"""Bytes of the longest line that is read; the rest of a longer one is passed over, and what is left
of it can't be read as a command."""

STDIN: Final = "-"


@contextmanager
def opened(file: str) -> Generator[BufferedReader]:
    """A file by name, or standard input for `-`. Raises BadParameter if it can't be read, or is not
    in UTF-8 from its very beginning.
    """
    if file == STDIN:
        source = cast("BufferedReader", sys.stdin.buffer)
        _begin(source, called(file))
        yield source
        return
    try:
        source = Path(file).open("rb")  # noqa: SIM115 - closed below; only opening it may complain
    except OSError as fault:
        raise typer.BadParameter(f"{file} can't be read: {fault.strerror}") from fault
    with source:
        _begin(source, file)
        yield source


def called(file: str) -> str:
    """A file as people call it."""
    return "standard input" if file == STDIN else file


def _begin(source: BufferedReader, name: str) -> None:
    """Look at the first bytes: JSON begins with ASCII, so a zero there is another encoding's. The
    mark that some editors put before UTF-8 is passed over.
    """
    first = source.peek(4)[:4]
    if first.startswith(codecs.BOM_UTF8):
        source.read(len(codecs.BOM_UTF8))
    elif first[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or b"\0" in first:
        wide = b"\0\0" in first
        raise typer.BadParameter(
            f"{name} is in {'UTF-32' if wide else 'UTF-16'}, and nothing of it was decided: "
            "JSON lines are in UTF-8"
        )


def size_of(files: list[str]) -> int:
    """The bytes of some files, 0 if one of them is standard input.

    Looks at all of them before the first is begun. Raises BadParameter.
    """
    for file in files:
        with opened(file):
            pass
    return 0 if STDIN in files else sum(Path(file).stat().st_size for file in files)


class Line(NamedTuple):
    """A line that is not blank, and its number in its file."""

    number: int
    text: bytes


def batches(source: BinaryIO) -> Iterator[list[Line]]:
    """Lines in batches, blank ones left out."""
    batch: list[Line] = []
    size = 0
    for line in _lines(source):
        batch.append(line)
        size += len(line.text)
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _lines(source: BinaryIO) -> Iterator[Line]:
    number = 0
    while text := source.readline(LONGEST):
        number += 1
        if len(text) == LONGEST and not text.endswith(b"\n"):
            _pass_over(source)
            text = text[:1000] + b" (this line is too long)"
        if not text.isspace():
            yield Line(number, text)


def _pass_over(source: BinaryIO) -> None:
    while (rest := source.readline(LONGEST)) and not rest.endswith(b"\n"):
        pass
