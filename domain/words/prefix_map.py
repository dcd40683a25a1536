"""What is known of prefixes: a persistent binary trie, of which a change copies one path.

A look-up visits at most as many nodes as a prefix has bits, and mostly log n among n prefixes, far
fewer than in a list. A node exists only where something is known or where two prefixes part.
"""

from collections.abc import Iterable, Iterator
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
        node = self._root(prefix)
        first, last = prefix.first, prefix.last
        while node is not None and node.first <= first and last <= node.last:
            if node.first == first and node.last == last:
                return node.known
            node = node.one if first & node.bit else node.zero
        return ()

    def overlapping(self, prefix: Prefix) -> list[E]:
        """What is known of every prefix that covers this one or lies inside it."""
        found: list[E] = []
        node = self._root(prefix)
        first, last = prefix.first, prefix.last
        while node is not None and node.first <= last and first <= node.last:
            if first <= node.first and node.last <= last:
                found.extend(_all(node))
                break
            found.extend(node.known)
            node = node.one if first & node.bit else node.zero
        return found

    def covering(self, prefix: Prefix) -> list[E]:
        """What is known of every prefix that this one equals or lies in, the longest first."""
        found: list[E] = []
        node = self._root(prefix)
        first, last = prefix.first, prefix.last
        while node is not None and node.first <= first and last <= node.last:
            found.extend(reversed(node.known))
            node = node.one if first & node.bit else node.zero
        found.reverse()
        return found

    def add(self, entry: E) -> "PrefixMap[E]":
        """The map with one more entry."""
        return self.put(entry.prefix, (*self.at(entry.prefix), entry))

    def remove(self, entry: E) -> "PrefixMap[E]":
        """The map without an entry; the map as it is where that entry is unknown."""
        known = self.at(entry.prefix)
        return self.put(entry.prefix, tuple([each for each in known if each != entry]))

    def put(self, prefix: Prefix, entries: tuple[E, ...]) -> "PrefixMap[E]":
        """The map with these entries in place of all others of exactly this prefix."""
        root = self._root(prefix)
        root = _with(root, prefix, entries) if entries else _without(root, prefix)
        return self._rooted(prefix, root)

    def __iter__(self) -> Iterator[E]:
        yield from _all(self._v4)
        yield from _all(self._v6)

    def _root(self, prefix: Prefix) -> _Node | None:
        return self._v4 if prefix.version == IPV4 else self._v6

    def _rooted(self, prefix: Prefix, root: _Node | None) -> "PrefixMap[E]":
        return PrefixMap(root, self._v6) if prefix.version == IPV4 else PrefixMap(self._v4, root)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PrefixMap) and self._v4 == other._v4 and self._v6 == other._v6

    __hash__ = None  # pyright: ignore[reportAssignmentType]  nobody looks one up


def _with(root: _Node | None, prefix: Prefix, known: tuple[Any, ...]) -> _Node:
    """A trie with these entries in it: a new path from the root, all else as it was."""
    first, last = prefix.first, prefix.last
    path: list[_Node] = []
    node = root
    while node is not None and node.first <= first and last <= node.last:
        if node.last - node.first == last - first:
            return _rebuilt(path, _Node(first, last, node.bit, known, node.zero, node.one))
        path.append(node)
        node = node.one if first & node.bit else node.zero
    new = _block(first, last, known)
    return _rebuilt(path, new if node is None else _beside(node, new))


def _beside(node: _Node, new: _Node) -> _Node:
    """The smallest block around a node and a new one that the node does not cover."""
    apart = max(node.first ^ new.first, new.last - new.first)
    hosts = (1 << apart.bit_length()) - 1
    if hosts == new.last - new.first:
        return _over(new, node)
    return _over(_over(_block(new.first & ~hosts, new.first | hosts), node), new)


def _without(root: _Node | None, prefix: Prefix) -> _Node | None:
    """A trie without the entries of exactly this prefix or any node that only they needed."""
    first, last = prefix.first, prefix.last
    path: list[_Node] = []
    node = root
    while node is not None and node.first <= first and last <= node.last:
        if node.last - node.first == last - first:
            break
        path.append(node)
        node = node.one if first & node.bit else node.zero
    else:
        return root
    new = _needed(_Node(first, last, node.bit, (), node.zero, node.one))
    while new is None and path:
        above = path.pop()
        if first & above.bit:
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
    """The root of a new path that ends in this branch."""
    for node in reversed(path):
        branch = _over(node, branch)
    return branch


def _block(first: int, last: int, known: tuple[Any, ...] = ()) -> _Node:
    return _Node(first, last, (last - first + 1) >> 1, known)


def _over(node: _Node, branch: _Node) -> _Node:
    """A node with this branch of it in place of the one that was there."""
    if branch.first & node.bit:
        return _Node(node.first, node.last, node.bit, node.known, node.zero, branch)
    return _Node(node.first, node.last, node.bit, node.known, branch, node.one)


def _all(node: _Node | None) -> Iterator[Any]:
    if node is None:
        return
    yield from node.known
    yield from _all(node.zero)
    yield from _all(node.one)
