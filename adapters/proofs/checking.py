"""Checks that the log is what it was when its checkpoints were signed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple, Protocol

from adapters.proofs.entries import Altered, Entries, Reach
from adapters.proofs.kept import Signed
from adapters.proofs.tree import HASH, WIDTH, Growing, Place, Tiles
from adapters.proofs.verify import Checkpoint, Fails, Key, Note, leaf_hash, named

TILES_HELD: Final = 64
"""Whole tiles that are compared at once."""


class Checked(NamedTuple):
    """What was found as it was: so many entries, and the checkpoints that were signed of them."""

    entries: int
    checkpoints: int


class KeptTree(Tiles, Protocol):
    """The tiles of a log, and the checkpoints that were signed of it."""

    def last(self) -> Signed | None:
        """The newest checkpoint."""
        ...

    def signed_after(self, size: int) -> Iterator[Signed]:
        """The checkpoints of more entries than that, from the oldest on."""
        ...


class Check:
    """One check of a log, which `key` has signed for."""

    def __init__(self, entries: Entries, kept: KeptTree, key: Key) -> None:
        self._entries = entries
        self._kept = kept
        self._key = key

    def run(self, since: int = 0, advance: Callable[[int], None] = lambda _: None) -> Checked:
        """Check all that was sealed, from an entry on; `advance` hears of each so many entries.
        Raises Altered for the first thing that is not as it was.
        """
        last = self._kept.last()
        if last is None or since >= last.reach.size:
            return Checked(0, 0)
        begin = reached = self._entries.reach_of(since, last.reach)
        tree, checkpoints = Growing(begin.size, self._kept), 0
        for signed in self._kept.signed_after(begin.size):
            self._add(tree, reached, signed.reach, advance)
            self._compare_root(tree, signed)
            reached, checkpoints = signed.reach, checkpoints + 1
        return Checked(tree.size - begin.size, checkpoints)

    def _add(
        self, tree: Growing, after: Reach, upto: Reach, advance: Callable[[int], None]
    ) -> None:
        told = tree.size
        for entry in self._entries.between(after, upto):
            tree.add(leaf_hash(entry.written))
            if len(tree.whole) >= TILES_HELD:
                self._compare(tree.whole, upto)
                tree.whole.clear()
                advance(tree.size - told)
                told = tree.size
        self._compare(tree.taken(), upto)
        advance(tree.size - told)

    def _compare(self, tiles: Mapping[Place, bytes], reach: Reach) -> None:
        """Compare tiles that follow from the log with those that are kept. An unfinished one is a
        beginning of what is kept.
        """
        kept = self._kept.read(tiles)
        for place, hashes in sorted(tiles.items()):
            found = kept.get(place, b"")[: len(hashes)]
            if found == hashes:
                continue
            if place.level or not found:
                raise Altered(
                    f"tile {place.level}/{place.number} of the tree is not the one that follows "
                    "from the log"
                )
            index = place.number * WIDTH + _differs_at(hashes, found)
            entry = self._entries.at(index, reach)
            raise Altered(
                f"entry {index} is not the one that was sealed; the log holds, in its place, "
                f"{named(entry.written)}"
            )

    def _compare_root(self, tree: Growing, signed: Signed) -> None:
        note = Note.read(signed.note)
        checkpoint = Checkpoint.read(note.text)
        where = f"the checkpoint of {checkpoint.size} entries"
        try:
            is_signed, _ = note.signed_by(self._key)
        except Fails as fault:
            raise Altered(f"{where} was altered: {fault}") from fault
        if not is_signed:
            raise Altered(f"{where} is not signed by {self._key.name}")
        if (checkpoint.size, checkpoint.root) != (tree.size, tree.root()):
            raise Altered(
                f"log and tiles agree, and are not what {where} was signed for: entries after the "
                "checkpoint before it were altered together with their tiles"
            )


def _differs_at(one: bytes, other: bytes) -> int:
    """The number of the first hash that differs."""
    return next(at // HASH for at in range(len(one)) if one[at : at + 1] != other[at : at + 1])
