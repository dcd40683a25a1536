"""Sets of numbers as sorted ranges: of addresses, of ports. Whether one is in it is a bisection."""

from bisect import bisect_right
from collections.abc import Iterable
from operator import attrgetter
from typing import Final

from domain.words.prefix import IPV4, IPV6, Prefix


class Ranges:
    """A set of numbers, as ranges in order that neither overlap nor touch."""

    __slots__ = ("_firsts", "_lasts")

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        """Of ranges in any order, each a first and a last number."""
        self._firsts: Final[list[int]] = []
        self._lasts: Final[list[int]] = []
        for first, last in sorted(ranges):
            if self._lasts and first <= self._lasts[-1] + 1:
                self._lasts[-1] = max(last, self._lasts[-1])
            else:
                self._firsts.append(first)
                self._lasts.append(last)

    def hold(self, first: int, last: int) -> bool:
        """Whether every number from the first to the last is in it."""
        place = bisect_right(self._firsts, first) - 1
        return place >= 0 and last <= self._lasts[place]


_ENDS: Final = attrgetter("first", "last")


class Addresses:
    """A set of addresses of both families, made of prefixes."""

    __slots__ = ("_of",)

    def __init__(self, prefixes: Iterable[Prefix]) -> None:
        known = list(prefixes)
        self._of: Final = {
            version: Ranges(map(_ENDS, (each for each in known if each.version == version)))
            for version in (IPV4, IPV6)
        }

    def hold(self, prefix: Prefix) -> bool:
        """Whether every address of a prefix is in it."""
        return self._of[prefix.version].hold(prefix.first, prefix.last)
