"""The tree of a log (RFC 6962), kept as tiles: 256 hashes to a tile, each hash of a level the root
of a whole tile below it (C2SP tlog-tiles).

The last tile of each level is kept as far as it has come. Hashes are only ever added, so the tiles
of an older tree are beginnings of those of today.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from adapters.proofs.verify import EMPTY, node_hash

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
"""Hashes of a whole tile."""

HASH: Final = 32
"""Bytes of a hash."""


class Place(NamedTuple):
    """Where a tile lies."""

    level: int
    number: int


class Tiles(Protocol):
    """Where tiles are read."""

    def read(self, places: Collection[Place]) -> Mapping[Place, bytes]:
        """The hashes of tiles."""
        ...


class _Perfect(NamedTuple):
    """A subtree of 2^height leaves, the `number`th of its height."""

    height: int
    number: int

    @property
    def place(self) -> Place:
        """The tile from which its hash is made."""
        level = self.height // HEIGHT
        return Place(level, self.number >> (HEIGHT - self.height % HEIGHT))

    def root(self, tile: bytes) -> bytes:
        """Its hash, from the hashes of its tile."""
        width = 1 << self.height % HEIGHT
        begin = self.number % (WIDTH // width) * width
        return folded(tile[begin * HASH : (begin + width) * HASH])


def folded(tile: bytes) -> bytes:
    """The root over a power of two of hashes."""
    hashes = [tile[at : at + HASH] for at in range(0, len(tile), HASH)]
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


class Tree:
    """A tree of a size, whose tiles are kept."""

    def __init__(self, size: int, tiles: Tiles) -> None:
        self.size = size
        self._tiles = tiles

    def root(self) -> bytes:
        """Its root."""
        return self._roots([range(self.size)])[0] if self.size else EMPTY

    def inclusion(self, index: int) -> list[bytes]:
        """The proof that it has a leaf (RFC 6962, section 2.1.1)."""
        beside: list[range] = []
        within = range(self.size)
        while len(within) > 1:
            left, right = _halves(within)
            within, other = (left, right) if index in left else (right, left)
            beside.append(other)
        return self._roots(reversed(beside))

    def consistency(self, old: int) -> list[bytes]:
        """The proof that it extends the tree of an older size (RFC 6962, section 2.1.2)."""
        beside: list[range] = []
        within = range(self.size)
        while old not in (0, within.stop):
            left, right = _halves(within)
            within, other = (left, right) if old <= left.stop else (right, left)
            beside.append(other)
        if old and within.start:
            beside.append(within)
        return self._roots(reversed(beside))

    def _roots(self, ranges: Iterable[range]) -> list[bytes]:
        """The roots of some subtrees, all their tiles read at once."""
        parts = [list(_perfect(each)) for each in ranges]
        tiles = self._tiles.read({each.place for some in parts for each in some})
        return [_joined([each.root(tiles[each.place]) for each in some]) for some in parts]


class Growing:
    """A tree to which leaves are added, at its edge: the unfinished tile of each level."""

    def __init__(self, size: int, tiles: Tiles) -> None:
        self.size = size
        unfinished = {place: width for place, width in edge_of(size) if width}
        kept = tiles.read(unfinished)
        self._edge = [
            bytearray(kept[place][: width * HASH]) if width else bytearray()
            for place, width in edge_of(size)
        ]
        self.whole: dict[Place, bytes] = {}
        """Tiles that have become whole, to be kept."""

    def add(self, leaf: bytes) -> None:
        """Add a leaf by its hash."""
        level, added, index = 0, leaf, self.size
        while True:
            if level == len(self._edge):
                self._edge.append(bytearray())
            edge = self._edge[level]
            edge += added
            if len(edge) < WIDTH * HASH:
                break
            whole = bytes(edge)
            edge.clear()
            level, index = level + 1, index // WIDTH
            self.whole[Place(level - 1, index)] = whole
            added = folded(whole)
        self.size += 1

    def read(self, places: Collection[Place]) -> Mapping[Place, bytes]:
        """The unfinished tiles."""
        return {place: bytes(self._edge[place.level]) for place in places}

    def root(self) -> bytes:
        """The root of the tree."""
        return Tree(self.size, self).root()

    def taken(self) -> Mapping[Place, bytes]:
        """The tiles that have changed since they were last taken, to be kept."""
        unfinished = {place: width for place, width in edge_of(self.size) if width}
        taken = {**self.whole, **self.read(unfinished)}
        self.whole = {}
        return taken


def edge_of(size: int) -> Iterator[tuple[Place, int]]:
    """The last tile of each level of a tree, with its number of hashes; none if it has none yet."""
    level = 0
    while size:
        yield Place(level, size // WIDTH), size % WIDTH
        level, size = level + 1, size // WIDTH


def _halves(leaves: range) -> tuple[range, range]:
    """The two subtrees of a subtree: the left one as large a power of two as leaves a right one."""
    middle = leaves.start + (1 << (len(leaves) - 1).bit_length() - 1)
    return range(leaves.start, middle), range(middle, leaves.stop)


def _perfect(leaves: range) -> Iterator[_Perfect]:
    """A subtree as perfect ones, from left to right."""
    start = leaves.start
    while start < leaves.stop:
        height = (leaves.stop - start).bit_length() - 1
        yield _Perfect(height, start >> height)
        start += 1 << height


def _joined(roots: Sequence[bytes]) -> bytes:
    """The root over perfect subtrees from left to right."""
    *rest, joined = roots
    for each in reversed(rest):
        joined = node_hash(each, joined)
    return joined
