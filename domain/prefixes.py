"""Which prefixes are whose: a persistent binary trie, one path of it copied per change.

A look-up sees no more nodes than a prefix has bits, however many prefixes there are; that is why it
is no list. A node is a tuple of what is held there and its two branches, or None.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

from domain.prefix import IPV4, WIDTH, Prefix, prefix


class Holding(NamedTuple):
    """One prefix and whose it is: a customer's, or (None) the CSP's; claimed or confirmed."""

    prefix: Prefix
    customer_id: str | None
    confirmed: bool


_Node = tuple[Any, Any, Any]
_LEAF: _Node = (None, None, None)


@dataclass(frozen=True)
class Holdings:
    """All prefixes that some party holds. At most one holding per exact prefix."""

    v4: _Node | None = None
    v6: _Node | None = None

    def at(self, prefix: Prefix) -> Holding | None:
        """The holding of exactly this prefix."""
        node = self._root(prefix)
        first, shift = prefix.first, WIDTH[prefix.version]
        for _ in range(prefix.length):
            if node is None:
                return None
            shift -= 1
            node = node[1 + (first >> shift & 1)]
        return node[0] if node else None

    def overlapping(self, prefix: Prefix) -> list[Holding]:
        """Every holding that covers the prefix or lies inside it."""
        found: list[Holding] = []
        node = self._root(prefix)
        first, shift = prefix.first, WIDTH[prefix.version]
        for _ in range(prefix.length):
            if node is None:
                return found
            if node[0]:
                found.append(node[0])
            shift -= 1
            node = node[1 + (first >> shift & 1)]
        found.extend(_all(node))
        return found

    def holding(self, holding: Holding) -> "Holdings":
        """With this holding in place of any other of the same prefix."""
        return self._with(holding.prefix, holding)

    def free(self, prefix: Prefix) -> "Holdings":
        """Without the holding of exactly this prefix."""
        return self._with(prefix, None)

    def __iter__(self) -> Iterator[Holding]:
        yield from _all(self.v4)
        yield from _all(self.v6)

    def _root(self, prefix: Prefix) -> _Node | None:
        return self.v4 if prefix.version == IPV4 else self.v6

    def _with(self, prefix: Prefix, holding: Holding | None) -> "Holdings":
        """Down along the prefix, then up again, each node on the way made anew."""
        node = self._root(prefix)
        first, shift = prefix.first, WIDTH[prefix.version]
        path: list[tuple[_Node, int]] = []
        for _ in range(prefix.length):
            here = node or _LEAF
            shift -= 1
            branch = first >> shift & 1
            path.append((here, branch))
            node = here[1 + branch]
        _, zero, one = node or _LEAF
        below = _pruned(holding, zero, one)
        for (held, zero, one), branch in reversed(path):
            below = _pruned(held, zero, below) if branch else _pruned(held, below, one)
        return Holdings(below, self.v6) if prefix.version == IPV4 else Holdings(self.v4, below)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """In a snapshot: a list of prefix, party and whether it is confirmed."""
        return core_schema.no_info_after_validator_function(
            _from_list,
            core_schema.list_schema(core_schema.any_schema()),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda held: [[each.prefix.text, *each[1:]] for each in held]
            ),
        )


def _pruned(held: Holding | None, zero: _Node | None, one: _Node | None) -> _Node | None:
    return (held, zero, one) if held or zero or one else None


def _from_list(rows: list[Any]) -> Holdings:
    held = Holdings()
    for text, customer_id, confirmed in rows:
        held = held.holding(Holding(prefix(text), customer_id, confirmed))
    return held


def _all(node: _Node | None) -> Iterator[Holding]:
    if node is None:
        return
    if node[0]:
        yield node[0]
    yield from _all(node[1])
    yield from _all(node[2])
