"""From an exception to a sentence and an exit code: the one place where that is decided."""

import os
import sys
from collections.abc import Iterable
from difflib import get_close_matches

import typer
from typer.exceptions import TyperException

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
    if sentence := _unreachable(fault):
        say(sentence)
        return UNREACHABLE
    if os.environ.get("TIELINE_TEST_TRACEBACK"):
        raise fault
    say(
        f"This is a defect of tieline, nothing you did: {type(fault).__name__}: {fault}. "
        "What was recorded before is safe. TIELINE_TEST_TRACEBACK=1 shows where it happened."
    )
    return DEFECT


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


def _unreachable(fault: Exception) -> str | None:
    """The sentence about something that can't be reached or used: the log, the views, a file."""
    from domain.engine.log import LogError

    if isinstance(fault, LogError):
        return str(fault)
    if isinstance(fault, _errors_over_kafka()):
        return str(fault)
    if isinstance(fault, OSError):
        where = f"{fault.filename}: " if fault.filename else ""
        return f"{where}{fault.strerror or fault}"
    database_errors = getattr(sys.modules.get("sqlalchemy.exc"), "DBAPIError", None)
    if database_errors and isinstance(fault, database_errors):
        return f"The database of the views can't be used: {getattr(fault, 'orig', fault)}"
    return None


def _errors_over_kafka() -> tuple[type[Exception], ...]:
    """The errors that Kafka's modules raise, as far as they are loaded."""
    named = {
        "kafka_python": ("Unreachable",),
        "client": ("NoOutcomeYet",),
        "settling": ("NotAtRest",),
        "topics": ("TopicsError",),
        "relay": ("LogForked",),
        "transactions": ("Fenced",),
    }
    return tuple(
        getattr(module, name)
        for where, names in named.items()
        if (module := sys.modules.get(f"adapters.kafka.{where}"))
        for name in names
    )


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
