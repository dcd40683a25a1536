"""What differs between a thing as it was shown and as it is shown now, field by field.

Nothing is known here of any noun: a view's JSON says what there is. A list of things is compared
thing by thing, each named by its first field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

_MOVES_ALWAYS: Final = "version"


class Changed(NamedTuple):
    """A field has another value; `what` is the way to it, e.g. `peerings private vlan`."""

    what: str
    before: Any
    after: Any


class Added(NamedTuple):
    """A list has more in it."""

    what: str
    which: Sequence[Any]


class Removed(NamedTuple):
    """A list has less in it."""

    what: str
    which: Sequence[Any]


Difference = Changed | Added | Removed


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """All that differs apart from the version, in the order of the fields."""
    for name in dict.fromkeys([*before, *after]):
        if name != _MOVES_ALWAYS:
            yield from _between(name, before.get(name), after.get(name))


def _between(what: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        old, new = cast("dict[str, Any]", before), cast("dict[str, Any]", after)
        for name in dict.fromkeys([*old, *new]):
            yield from _between(f"{what} {name}", old.get(name), new.get(name))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _between_lists(what, cast("list[Any]", before), cast("list[Any]", after))
    else:
        yield Changed(what, before, after)


def _between_lists(what: str, before: list[Any], after: list[Any]) -> Iterator[Difference]:
    old = {_name(each): each for each in before if each not in after}
    new = {_name(each): each for each in after if each not in before}
    for name in filter(new.__contains__, old):
        yield from _between(f"{what} {name}", old[name], new[name])
    if removed := [name for name in old if name not in new]:
        yield Removed(what, removed)
    if added := [name for name in new if name not in old]:
        yield Added(what, added)
    if not old and not new:
        yield Changed(what, list(map(_name, before)), list(map(_name, after)))


def _name(each: Any) -> Any:
    """A thing's first field, otherwise the value itself."""
    return next(iter(cast("dict[str, Any]", each).values())) if isinstance(each, dict) else each
