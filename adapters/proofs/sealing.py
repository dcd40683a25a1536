"""Sealing: the entries of the log since the last checkpoint are added to the tree, and the next
checkpoint is signed.
"""

from typing import Final, Protocol

from adapters.proofs.entries import Altered, Entries, Reach
from adapters.proofs.kept import Kept, Signed
from adapters.proofs.signing import Signer
from adapters.proofs.tree import Growing
from adapters.proofs.verify import Checkpoint, leaf_hash
from domain.engine.log import Mark

TILES_HELD: Final = 256
"""Whole tiles that are held before they are written."""


class Marked(Protocol):
    """The log, as far as it says how far it has come."""

    def mark(self) -> Mark:
        """How far the log has come."""
        ...


class Sealer:
    """Adds to the tree of a log and signs checkpoints. There may be several of one log."""

    def __init__(self, log: Marked, entries: Entries, kept: Kept, signer: Signer) -> None:
        self._log = log
        self._entries = entries
        self._kept = kept
        self._signer = signer

    def seal(self) -> Signed:
        """Sign a checkpoint of all that the log holds, unless the newest one is that; returns the
        newest. Raises Altered where the log or the tree is not an extension of the last checkpoint.
        """
        before = self._kept.last()
        mark = self._log.mark()
        after, upto = before.reach if before else Reach(0, 0), Reach(mark.position, mark.outcome)
        if before and after == upto:
            return before
        tree = self._grown(before, after, upto)
        text = Checkpoint(self._signer.key.name, tree.size, tree.root()).text
        signed = Signed(upto, self._signer.signed(text))
        if self._kept.sign(before, signed, tree.taken()):
            return signed
        return self.seal()

    def _grown(self, before: Signed | None, after: Reach, upto: Reach) -> Growing:
        tree = Growing(after.size, self._kept)
        if before and Checkpoint.of_note(before.note).root != tree.root():
            raise Altered("the tiles do not lead to the root of the last checkpoint")
        if upto.position < after.position or upto.outcome < after.outcome:
            raise Altered(f"the log ends before the last checkpoint, of {after.size} entries")
        for entry in self._entries.between(after, upto):
            tree.add(leaf_hash(entry.written))
            if len(tree.whole) >= TILES_HELD:
                self._kept.keep(tree.whole)
                tree.whole.clear()
        return tree
