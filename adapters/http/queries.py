"""The parameters of a request's address, checked: what is unknown or of another form is refused."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import QueryParams

from adapters.http.problems import Problem, bad_request
from domain.words.content import is_text
from domain.words.values import written_moment
from projections.listing import Kind, WordsOf

Parse = Callable[[str], Any]
"""The value of a parameter. Raises ValueError, which says what would be accepted."""

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Parameter:
    """How a parameter is read, and which texts it takes, as JSON Schema says it."""

    read: Parse
    schema: Schema

    def __call__(self, value: str) -> Any:
        """The value. Raises ValueError, which says what would be accepted."""
        return self.read(value)


def schema_of(parse: Parse) -> Schema:
    """The texts that a parameter takes; any text where its reader does not say."""
    return parse.schema if isinstance(parse, Parameter) else {"type": "string"}


_LONGEST_NUMBER: Final = 18


def parsed(
    given: QueryParams, known: Mapping[str, Parse], needed: Iterable[str] = ()
) -> dict[str, Any]:
    """The parameters that were given, each once. Raises Problem, also where a `needed` one is
    missing.
    """
    if unknown := sorted(set(given) - set(known)):
        there = f"there are {', '.join(known)}" if known else "none is taken here"
        raise bad_request(f"There is no parameter {', '.join(unknown)}; {there}.")
    if lacking := [name for name in needed if name not in given]:
        raise bad_request(f"There is no answer without the parameter {', '.join(lacking)}.")
    return {name: _value(name, given.getlist(name), known[name]) for name in given}


def _value(name: str, values: list[str], parse: Parse) -> Any:
    if len(values) > 1:
        raise bad_request(f"The parameter {name} is given more than once.")
    try:
        return parse(values[0])
    except ValueError as fault:
        raise _wrong(name, values[0], str(fault)) from fault


def _wrong(name: str, value: str, wanted: str) -> Problem:
    return bad_request(f"The parameter {name} can't be {value[:100]!r}: {wanted}.")


def _text(value: str) -> str:
    if not is_text(value):
        raise ValueError("use a text without U+0000")
    return value


text: Final = Parameter(_text, {"type": "string", "pattern": r"^[^\x00]*$"})
"""Any text that can be stored."""


cursor: Final = Parameter(
    _text,
    {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "description": "The `next` of a page."},
)
"""Where a page begins, as the page before it said."""


def between(least: int, most: int) -> Parameter:
    """A whole number from `least` to `most`."""

    def read(value: str) -> int:
        is_number = value.isascii() and value.isdecimal() and len(value) <= _LONGEST_NUMBER
        if not (is_number and least <= int(value) <= most):
            raise ValueError(f"use a whole number from {least} to {most}")
        return int(value)

    return Parameter(read, {"type": "integer", "minimum": least, "maximum": most})


number: Final = between(0, 10**_LONGEST_NUMBER - 1)
"""A whole number, not negative."""


def _flag(value: str) -> bool:
    if value not in ("true", "false"):
        raise ValueError("use true or false")
    return value == "true"


flag: Final = Parameter(_flag, {"type": "boolean"})
"""Yes or no."""


moment: Final = Parameter(
    written_moment,
    {
        "anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}],
        "description": "A time with its offset, or a day, which is meant to its end (UTC).",
    },
)
"""A time, or a day, which is meant to its end; as the log writes it."""


def one_of(words: Iterable[str]) -> Parameter:
    """One of some words."""
    known = tuple(words)

    def read(value: str) -> str:
        if value not in known:
            raise ValueError(f"use {', '.join(known)}")
        return value

    return Parameter(read, {"type": "string", "enum": list(known)})


def of_kind(kind: Kind) -> Parameter:
    """The values of a list's filter."""
    if isinstance(kind, WordsOf):
        return one_of(kind)
    kinds: dict[type, Parameter] = {int: number, bool: flag, str: text}
    return kinds[kind]
