"""Which prefixes are whose: a persistent binary trie, of which a change copies one path.

A look-up visits at most as many nodes as a prefix has bits, and mostly log n among n prefixes, far
fewer than in a list. A node exists only where a prefix is held or where two prefixes part.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

from domain.words.prefix import IPV4, Prefix, prefix


class Holding(NamedTuple):
    """One prefix and whose it is: a customer's, or (None) the CSP's; claimed or confirmed."""

    prefix: Prefix
    customer_id: str | None
    confirmed: bool


class _Node(NamedTuple):
    """A block of addresses: a held prefix, or the smallest block around two branches."""

    first: int
    last: int
    bit: int
    """Half the block's size, as the bit that tells its branches apart; 0 for a single address."""
    held: Holding | None = None
    zero: "_Node | None" = None
    one: "_Node | None" = None


@dataclass(frozen=True)
class Holdings:
    """All prefixes that some party holds. At most one holding per exact prefix."""

    v4: _Node | None = None
    v6: _Node | None = None

    def at(self, prefix: Prefix) -> Holding | None:
        """The holding of exactly this prefix."""
        node = self._root(prefix)
        first, last = prefix.first, prefix.last
        while node is not None and node.first <= first and last <= node.last:
            if node.first == first and node.last == last:
                return node.held
            node = node.one if first & node.bit else node.zero
        return None

    def overlapping(self, prefix: Prefix) -> list[Holding]:
        """Every holding that covers the prefix or lies inside it."""
        found: list[Holding] = []
        node = self._root(prefix)
        first, last = prefix.first, prefix.last
        while node is not None and node.first <= last and first <= node.last:
            if first <= node.first and node.last <= last:
                found.extend(_all(node))
                break
            if node.held:
                found.append(node.held)
            node = node.one if first & node.bit else node.zero
        return found

    def holding(self, holding: Holding) -> "Holdings":
        """The holdings with this one in place of any other of the same prefix."""
        root = _with(self._root(holding.prefix), holding)
        return self._rooted(holding.prefix, root)

    def free(self, prefix: Prefix) -> "Holdings":
        """The holdings without that of exactly this prefix."""
        root = _without(self._root(prefix), prefix)
        return self._rooted(prefix, root)

    def __iter__(self) -> Iterator[Holding]:
        yield from _all(self.v4)
        yield from _all(self.v6)

    def _root(self, prefix: Prefix) -> _Node | None:
        return self.v4 if prefix.version == IPV4 else self.v6

    def _rooted(self, prefix: Prefix, root: _Node | None) -> "Holdings":
        return Holdings(root, self.v6) if prefix.version == IPV4 else Holdings(self.v4, root)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """A snapshot holds a list of prefix, party and whether it is confirmed."""
        return core_schema.no_info_after_validator_function(
            _from_list,
            core_schema.list_schema(core_schema.any_schema()),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda held: [[each.prefix.text, *each[1:]] for each in held]
            ),
        )


def _with(node: _Node | None, holding: Holding) -> _Node:
    """A branch with a holding in it."""
    first, last = holding.prefix.first, holding.prefix.last
    if node is None:
        return _block(first, last, holding)
    apart = max(node.first ^ first, node.last - node.first, last - first)
    hosts = (1 << apart.bit_length()) - 1  # of the smallest block around both
    if hosts == node.last - node.first:
        if hosts == last - first:
            return node._replace(held=holding)
        return _over(node, _with(node.one if first & node.bit else node.zero, holding))
    new = _block(first, last, holding)
    if hosts == last - first:
        return _over(new, node)
    return _over(_over(_block(first & ~hosts, first | hosts), node), new)


def _without(node: _Node | None, prefix: Prefix) -> _Node | None:
    """A branch without the holding of exactly this prefix or any node that only it needed."""
    first, last = prefix.first, prefix.last
    if node is None or first < node.first or node.last < last:
        return node
    if node.first == first and node.last == last:
        node = node._replace(held=None)
    elif first & node.bit:
        node = node._replace(one=_without(node.one, prefix))
    else:
        node = node._replace(zero=_without(node.zero, prefix))
    if node.held or (node.zero and node.one):
        return node
    return node.zero or node.one


def _block(first: int, last: int, held: Holding | None = None) -> _Node:
    return _Node(first, last, (last - first + 1) >> 1, held)


def _over(node: _Node, branch: _Node) -> _Node:
    """A node with this branch of it in place of the one that was there."""
    first, last, bit, held, zero, one = node
    if branch.first & bit:
        return _Node(first, last, bit, held, zero, branch)
    return _Node(first, last, bit, held, branch, one)


def _from_list(rows: list[Any]) -> Holdings:
    held = Holdings()
    for text, customer_id, confirmed in rows:
        held = held.holding(Holding(prefix(text), customer_id, confirmed))
    return held


def _all(node: _Node | None) -> Iterator[Holding]:
    if node is None:
        return
    if node.held:
        yield node.held
    yield from _all(node.zero)
    yield from _all(node.one)
