"""JSON objects that have a member twice, which RFC 7493 forbids (contract, "Same content").

Readers differ in which of the two they take: a gateway may let pass what another reader then acts
on. Nearly no line has any, and a count of its quotes tells so without a second parse.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final, cast

import orjson

QUOTE: Final = b'"'
"""Begins and ends each name and each text, and without escapes is nowhere else."""


class WithRepeats(dict[str, Any]):
    """A message with the last of each member that it has twice."""

    def __init__(self, members: dict[str, Any], repeated: tuple[str, ...]) -> None:
        super().__init__(members)
        self.repeated = repeated
        """The paths of the members that are there more than once."""


def may_repeat(line: bytes, written: bytes) -> bool:
    """Whether a line may have a member twice, given what was read of it, written again compactly.

    A name that is dropped takes its quotes along. True also where the line has escapes, or a null
    that is not written.
    """
    return b"\\" in line or line.count(QUOTE) != written.count(QUOTE)


def with_repeats(line: str | bytes, value: Any) -> Any:
    """The value of a line, as a `WithRepeats` if an object in it has a member twice."""
    text = line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line
    with suppress(TypeError):  # nested deeper than orjson writes
        if not may_repeat(text, orjson.dumps(value)):
            return value
    paths = tuple(dict.fromkeys(_paths(json.loads(line, object_pairs_hook=_Members), "")))
    if not paths:
        return value
    return WithRepeats(cast("dict[str, Any]", value) if isinstance(value, dict) else {}, paths)


class _Members(list[tuple[str, Any]]):
    """The members of one object, as written."""


def _paths(value: Any, path: str) -> Iterator[str]:
    """The path of every member that its object has more than once."""
    if isinstance(value, _Members):
        names = [name for name, _ in value]
        for name, inner in value:
            here = f"{path}.{name}" if path else name
            if names.count(name) > 1:
                yield here
            yield from _paths(inner, here)
    elif isinstance(value, list):
        for place, inner in enumerate(cast("list[Any]", value)):
            yield from _paths(inner, f"{path}.{place}")
