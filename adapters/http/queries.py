"""The parameters of a request's address, checked: what is unknown or of another form is refused."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from starlette.datastructures import QueryParams

from adapters.http.problems import Problem, bad_request
from domain.words.values import written_time
from projections.listing import Kind, WordsOf

Parse = Callable[[str], Any]
"""The value of a parameter. Raises ValueError, which says what would be accepted."""

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LAST_OF_DAY: Final = "T23:59:59.999999Z"
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


def text(value: str) -> str:
    """Any text that can be stored."""
    if not value.isprintable():
        raise ValueError("use printable characters")
    return value


def number(value: str) -> int:
    """A whole number, not negative."""
    if not (value.isascii() and value.isdecimal() and len(value) <= _LONGEST_NUMBER):
        raise ValueError("use a whole number")
    return int(value)


def flag(value: str) -> bool:
    """Yes or no."""
    if value not in ("true", "false"):
        raise ValueError("use true or false")
    return value == "true"


def moment(value: str) -> str:
    """A time, or a day, which is meant to its end; as the log writes it."""
    return written_time(f"{value}{_LAST_OF_DAY}" if _DATE.fullmatch(value) else value)


def one_of(words: Iterable[str]) -> Parse:
    """One of some words."""

    def parse(value: str) -> str:
        if value not in (known := tuple(words)):
            raise ValueError(f"use {', '.join(known)}")
        return value

    return parse


def of_kind(kind: Kind) -> Parse:
    """The values of a list's filter."""
    if isinstance(kind, WordsOf):
        return one_of(kind)
    parses: dict[type, Parse] = {int: number, bool: flag, str: text}
    return parses[kind]
