"""The standard streams, whatever was done to them: closed, full, or read by nobody any more."""

import io
import os
import sys
from contextlib import suppress
from typing import Final, TextIO

READER_GONE: Final = 141
"""The exit code of a program that was ended for want of a reader (128 and SIGPIPE)."""


class Answers(io.FileIO):
    """Standard output, which remembers why it could not be written."""

    fault: OSError | None = None

    def write(self, data: object, /) -> int | None:
        """Write, and note what is wrong if that fails."""
        try:
            return super().write(data)  # pyright: ignore[reportArgumentType] - any buffer
        except OSError as fault:
            self.fault = fault
            raise


class Messages(io.FileIO):
    """Standard error: a message that can't be written is lost, and nothing else is."""

    def write(self, data: object, /) -> int | None:
        """Write, or pass it over."""
        with suppress(OSError):
            return super().write(data)  # pyright: ignore[reportArgumentType] - any buffer
        return len(bytes(data))  # pyright: ignore[reportArgumentType] - any buffer


def opened() -> Answers:
    """Put standard output and standard error in order: UTF-8, and nothing that is closed. A file of
    ours that got the number of a closed stream would be written to by whoever prints.
    """
    _fill_gaps()
    answers = Answers(_number_of(sys.stdout), "w", closefd=False)
    messages = Messages(_number_of(sys.stderr), "w", closefd=False)
    sys.stdout = _text(io.BufferedWriter(answers), line_buffering=answers.isatty())
    sys.stderr = _text(io.BufferedWriter(messages), line_buffering=True)
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(os.devnull)))
    return answers


def flushed(answers: Answers) -> None:
    """Write what is left; what can't be written any more is let go, and so is what would follow."""
    with suppress(OSError):
        sys.stdout.flush()
    sys.stderr.flush()
    if answers.fault:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, answers.fileno())
        os.close(nowhere)


def _fill_gaps() -> None:
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number, which is this one


def _number_of(stream: TextIO | None) -> int:
    """The number of a stream; of one that leads nowhere for a stream that was closed."""
    return stream.fileno() if stream else os.open(os.devnull, os.O_WRONLY)


def _text(buffer: io.BufferedWriter, *, line_buffering: bool) -> io.TextIOWrapper:
    return io.TextIOWrapper(
        buffer, encoding="utf-8", errors="replace", line_buffering=line_buffering
    )
