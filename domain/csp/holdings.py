"""Which prefixes are whose: a persistent binary trie, of which a change copies one path.

A look-up visits at most as many nodes as a prefix has bits, and mostly log n among n prefixes, far
fewer than in a list. A node exists only where a prefix is held or where two prefixes part.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from domain.words.prefix import IPV4, Prefix
from domain.words.structs import Frozen


class Holding(Frozen):
    """One prefix and whose it is: a customer's, or (None) the CSP's; claimed or confirmed."""

    prefix: Prefix
    customer_id: str | None
    confirmed: bool


class _Node(Frozen):
    """A block of addresses: a held prefix, or the smallest block around two branches."""

    first: int
    last: int
    bit: int
    """Half the block's size, as the bit that tells its branches apart; 0 for a single address."""
    held: Holding | None = None
    zero: "_Node | None" = None
    one: "_Node | None" = None


class Holdings:
    """All prefixes that some party holds, immutable. At most one holding per exact prefix."""

    __slots__ = ("_v4", "_v6")

    def __init__(self, v4: _Node | None = None, v6: _Node | None = None) -> None:
        self._v4: Final = v4
        self._v6: Final = v6

    @classmethod
    def of(cls, held: Iterable[Holding]) -> "Holdings":
        """These holdings, in any order: the same ones make the same trie."""
        holdings = cls()
        for each in held:
            holdings = holdings.holding(each)
        return holdings

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
        yield from _all(self._v4)
        yield from _all(self._v6)

    def _root(self, prefix: Prefix) -> _Node | None:
        return self._v4 if prefix.version == IPV4 else self._v6

    def _rooted(self, prefix: Prefix, root: _Node | None) -> "Holdings":
        return Holdings(root, self._v6) if prefix.version == IPV4 else Holdings(self._v4, root)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Holdings) and self._v4 == other._v4 and self._v6 == other._v6

    __hash__ = None  # pyright: ignore[reportAssignmentType]  nobody looks one up


def _with(root: _Node | None, holding: Holding) -> _Node:
    """A trie with a holding in it: a new path from the root, all else as it was."""
    first, last = holding.prefix.first, holding.prefix.last
    path: list[_Node] = []
    node = root
    while node is not None and node.first <= first and last <= node.last:
        if node.last - node.first == last - first:
            return _rebuilt(path, _Node(first, last, node.bit, holding, node.zero, node.one))
        path.append(node)
        node = node.one if first & node.bit else node.zero
    new = _block(first, last, holding)
    return _rebuilt(path, new if node is None else _beside(node, new))


def _beside(node: _Node, new: _Node) -> _Node:
    """The smallest block around a node and a new one that the node does not cover."""
    apart = max(node.first ^ new.first, new.last - new.first)
    hosts = (1 << apart.bit_length()) - 1
    if hosts == new.last - new.first:
        return _over(new, node)
    return _over(_over(_block(new.first & ~hosts, new.first | hosts), node), new)


def _without(root: _Node | None, prefix: Prefix) -> _Node | None:
    """A trie without the holding of exactly this prefix or any node that only it needed."""
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
    new = _needed(_Node(first, last, node.bit, None, node.zero, node.one))
    while new is None and path:
        above = path.pop()
        if first & above.bit:
            new = _needed(_Node(above.first, above.last, above.bit, above.held, above.zero, None))
        else:
            new = _needed(_Node(above.first, above.last, above.bit, above.held, None, above.one))
    return None if new is None else _rebuilt(path, new)


def _needed(node: _Node) -> _Node | None:
    """The node, or in its place its only branch, if any: without a holding it parts nothing."""
    if node.held or (node.zero and node.one):
        return node
    return node.zero or node.one


def _rebuilt(path: list[_Node], branch: _Node) -> _Node:
    """The root of a new path that ends in this branch."""
    for node in reversed(path):
        branch = _over(node, branch)
    return branch


def _block(first: int, last: int, held: Holding | None = None) -> _Node:
    return _Node(first, last, (last - first + 1) >> 1, held)


def _over(node: _Node, branch: _Node) -> _Node:
    """A node with this branch of it in place of the one that was there."""
    if branch.first & node.bit:
        return _Node(node.first, node.last, node.bit, node.held, node.zero, branch)
    return _Node(node.first, node.last, node.bit, node.held, branch, node.one)


def _all(node: _Node | None) -> Iterator[Holding]:
    if node is None:
        return
    if node.held:
        yield node.held
    yield from _all(node.zero)
    yield from _all(node.one)
