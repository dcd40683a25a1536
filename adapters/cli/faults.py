"""From an exception to a sentence and an exit code: the one place where that is decided."""

import os
from collections.abc import Iterable
from difflib import get_close_matches

import typer
from typer.exceptions import TyperException

from adapters.cli.streams import READER_GONE
from adapters.cli.troubles import found_damaged, unreachable
from adapters.cli.visible import complain
from adapters.settings import SettingsError

REFUSED, WRONG_USE, UNREACHABLE, PARKED, DEFECT = 1, 2, 3, 4, 70


class NotFound(Exception):
    """What was asked for does not exist; the text says what and what could be done."""


def explain(fault: Exception) -> int:
    """Say on standard error what is wrong and what would do; the exit code."""
    if isinstance(fault, TyperException):
        return _wrong_use(fault)
    if isinstance(fault, NotFound | SettingsError):
        say(str(fault))
        return WRONG_USE if isinstance(fault, SettingsError) else REFUSED
    if sentence := unreachable(fault):
        say(sentence)
        return UNREACHABLE
    if os.environ.get("TIELINE_TEST_TRACEBACK"):
        raise fault
    if sentence := found_damaged():
        say(sentence)
        return UNREACHABLE
    say(
        f"This is a defect of tieline, nothing you did: {type(fault).__name__}: {fault}. "
        "TIELINE_TEST_TRACEBACK=1 shows where it happened."
    )
    return DEFECT


def explain_output(fault: OSError) -> int:
    """Standard output can't be written: say so, unless its reader has simply had enough."""
    if isinstance(fault, BrokenPipeError):
        return READER_GONE
    say(
        f"Standard output can't be written ({fault.strerror}), so answers are missing. "
        "A command that was sent may have been decided: sent again, it is answered as before"
    )
    return UNREACHABLE


def say(sentence: str) -> None:
    """A message for people, on standard error."""
    complain(f"tieline: {sentence}")


def nearest(word: str, words: Iterable[str]) -> str:
    """`; did you mean X?` for the nearest right word, otherwise all the words there are."""
    words = list(words)
    near = get_close_matches(word, words, 1, 0.5)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(words)}"


def _wrong_use(fault: TyperException) -> int:
    if show := getattr(fault, "show", None):
        show()
    else:
        say(fault.format_message())
    return getattr(fault, "exit_code", WRONG_USE)


def one_of(*words: str) -> "OneOf":
    """A check for an argument or option that takes one of these words."""
    return OneOf(words)


class OneOf:
    """Refuses other words, naming the nearest; completes to the right ones. Looks at the words only
    when they are needed.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = words

    @property
    def words(self) -> tuple[str, ...]:
        """The words there are."""
        return tuple(self._words)

    def check(self, value: str | None) -> str | None:
        """The value, if it is one of the words."""
        if value is None or value in self.words:
            return value
        raise typer.BadParameter(f"{value!r} is not known{nearest(value, self.words)}")

    def complete(self, incomplete: str) -> list[str]:
        """The words that begin with `incomplete`."""
        return [word for word in self.words if word.startswith(incomplete)]
