"""What is known of prefixes: a persistent binary trie, of which a change copies one path.

A look-up visits at most as many nodes as a prefix has bits, and mostly log n among n prefixes, far
fewer than in a list. A node exists only where something is known or where two prefixes part.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final, Generic, Protocol, TypeVar

from domain.words.prefix import IPV4, Prefix
from domain.words.structs import Frozen


class OfPrefix(Protocol):
    """Something known of one prefix."""

    @property
    def prefix(self) -> Prefix:
        """Which prefix."""
        ...


E = TypeVar("E", bound=OfPrefix)


class _Node(Frozen):
    """A block of addresses: one that something is known of, or the smallest around two branches."""

    first: int
    last: int
    bit: int
    """Half the block's size, as the bit that tells its branches apart; 0 for a single address."""
    known: tuple[Any, ...] = ()
    zero: "_Node | None" = None
    one: "_Node | None" = None


class PrefixMap(Generic[E]):
    """What is known of each prefix, immutable: any number of entries for one and the same prefix,
    in the order they were added.
    """

    __slots__ = ("_v4", "_v6")

    def __init__(self, v4: _Node | None = None, v6: _Node | None = None) -> None:
        self._v4: Final = v4
        self._v6: Final = v6

    @classmethod
    def of(cls, entries: Iterable[E]) -> "PrefixMap[E]":
        """A map of these entries."""
        known: PrefixMap[E] = cls()
        for each in entries:
            known = known.add(each)
        return known

    def at(self, prefix: Prefix) -> tuple[E, ...]:
        """What is known of exactly this prefix."""
        return _known(_way(self._root(prefix), prefix), prefix)

    def overlapping(self, prefix: Prefix) -> list[E]:
        """What is known of every prefix that covers this one or lies inside it."""
        found: list[E] = []
        node = self._root(prefix)
        first, last = prefix.first, prefix.last
        while node is not None and node.first <= last and first <= node.last:
            if first <= node.first and node.last <= last:
                return found + _all(node)
            if node.known:
                found.extend(node.known)
            node = node.one if first & node.bit else node.zero
        return found

    def covering(self, prefix: Prefix) -> list[E]:
        """What is known of every prefix that this one equals or lies in, the longest first."""
        way = _way(self._root(prefix), prefix)
        return [each for node in reversed(way) for each in node.known]

    def add(self, entry: E) -> "PrefixMap[E]":
        """The map with one more entry."""
        way = _way(self._root(entry.prefix), entry.prefix)
        return self._put(way, entry.prefix, (*_known(way, entry.prefix), entry))

    def remove(self, entry: E) -> "PrefixMap[E]":
        """The map without an entry; the map as it is where that entry is unknown."""
        way = _way(self._root(entry.prefix), entry.prefix)
        left = [each for each in _known(way, entry.prefix) if each != entry]
        return self._put(way, entry.prefix, tuple(left))

    def put(self, prefix: Prefix, entries: tuple[E, ...]) -> "PrefixMap[E]":
        """The map with these entries in place of all others of exactly this prefix."""
        return self._put(_way(self._root(prefix), prefix), prefix, entries)

    def _put(self, way: list[_Node], prefix: Prefix, entries: tuple[E, ...]) -> "PrefixMap[E]":
        root = self._root(prefix)
        root = _with(root, way, prefix, entries) if entries else _without(root, way, prefix)
        return PrefixMap(root, self._v6) if prefix.version == IPV4 else PrefixMap(self._v4, root)

    def __iter__(self) -> Iterator[E]:
        return chain(_all(self._v4), _all(self._v6))

    def _root(self, prefix: Prefix) -> _Node | None:
        return self._v4 if prefix.version == IPV4 else self._v6

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PrefixMap) and self._v4 == other._v4 and self._v6 == other._v6

    __hash__ = None  # pyright: ignore[reportAssignmentType]  nobody looks one up


def _way(node: _Node | None, prefix: Prefix) -> list[_Node]:
    """The nodes that cover a prefix, from the root down, its own node last where it has one."""
    first, last = prefix.first, prefix.last
    way: list[_Node] = []
    while node is not None and node.first <= first and last <= node.last:
        way.append(node)
        node = node.one if first & node.bit else node.zero
    return way


def _is_own(way: list[_Node], prefix: Prefix) -> bool:
    """Whether a way ends in the prefix's own node."""
    return bool(way) and way[-1].first == prefix.first and way[-1].last == prefix.last


def _known(way: list[_Node], prefix: Prefix) -> tuple[Any, ...]:
    """What is known of exactly this prefix, given the way to it."""
    return way[-1].known if _is_own(way, prefix) else ()


def _with(root: _Node | None, way: list[_Node], prefix: Prefix, known: tuple[Any, ...]) -> _Node:
    """A trie with these entries at the end of the way: a new path from the root, all else as it
    was.
    """
    if _is_own(way, prefix):
        *above, own = way
        return _rebuilt(above, _Node(own.first, own.last, own.bit, known, own.zero, own.one))
    new = _block(prefix.first, prefix.last, known)
    node = _branch(way[-1], prefix) if way else root
    return _rebuilt(way, new if node is None else _beside(node, new))


def _branch(node: _Node, prefix: Prefix) -> _Node | None:
    """The branch of a node on whose side a prefix lies."""
    return node.one if prefix.first & node.bit else node.zero


def _beside(node: _Node, new: _Node) -> _Node:
    """The smallest block around a node and a new one that the node does not cover."""
    apart = max(node.first ^ new.first, new.last - new.first)
    hosts = (1 << apart.bit_length()) - 1
    if hosts == new.last - new.first:
        return _over(new, node)
    return _over(_over(_block(new.first & ~hosts, new.first | hosts), node), new)


def _without(root: _Node | None, way: list[_Node], prefix: Prefix) -> _Node | None:
    """A trie without the entries of exactly this prefix or any node that only they needed."""
    if not _is_own(way, prefix):
        return root
    *path, own = way
    new = _needed(_Node(own.first, own.last, own.bit, (), own.zero, own.one))
    while new is None and path:
        above = path.pop()
        if prefix.first & above.bit:
            new = _needed(_Node(above.first, above.last, above.bit, above.known, above.zero, None))
        else:
            new = _needed(_Node(above.first, above.last, above.bit, above.known, None, above.one))
    return None if new is None else _rebuilt(path, new)


def _needed(node: _Node) -> _Node | None:
    """The node, or in its place its only branch, if any: without entries it parts nothing."""
    if node.known or (node.zero and node.one):
        return node
    return node.zero or node.one


def _rebuilt(path: list[_Node], branch: _Node) -> _Node:
    """The root of a new path that ends in this branch; `_over` written out, as most of the time of
    a change is spent here.
    """
    first = branch.first
    for node in reversed(path):
        if first & node.bit:
            branch = _Node(node.first, node.last, node.bit, node.known, node.zero, branch)
        else:
            branch = _Node(node.first, node.last, node.bit, node.known, branch, node.one)
    return branch


def _block(first: int, last: int, known: tuple[Any, ...] = ()) -> _Node:
    return _Node(first, last, (last - first + 1) >> 1, known)


def _over(node: _Node, branch: _Node) -> _Node:
    """A node with this branch of it in place of the one that was there."""
    if branch.first & node.bit:
        return _Node(node.first, node.last, node.bit, node.known, node.zero, branch)
    return _Node(node.first, node.last, node.bit, node.known, branch, node.one)


def _all(node: _Node | None) -> list[Any]:
    """What is known in a block, in the order of addresses, wider prefixes first."""
    found: list[Any] = []
    ahead = [node] if node else []
    while ahead:
        node = ahead.pop()
        if node.known:
            found.extend(node.known)
        if node.one:
            ahead.append(node.one)
        if node.zero:
            ahead.append(node.zero)
    return found
