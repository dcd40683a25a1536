"""What `tieline audit prove` writes: an entry, the proof that it is in the log, the checkpoint."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any, Protocol

from adapters.proofs.entries import Entries, Reach
from adapters.proofs.kept import Kept, Signed
from adapters.proofs.tree import Tree
from adapters.proofs.verify import Checkpoint
from domain.engine.log import Log
from domain.words.content import pair_of


class NoEntry(Exception):
    """There is no such entry; the text says what there is."""


class Unsealed(Exception):
    """The entry is in the log, and in no checkpoint yet."""


class Sought(Protocol):
    """What is to be proved."""

    def index(self, log: Log, entries: Entries, reach: Reach) -> int:
        """The index of its entry in a tree. Raises NoEntry, Unsealed."""
        ...


class ByNumber:
    """An entry by its index."""

    def __init__(self, index: int) -> None:
        self._index = index

    def index(self, log: Log, entries: Entries, reach: Reach) -> int:
        """As it was given."""
        del entries
        if self._index < reach.size:
            return self._index
        mark = log.mark()
        if self._index < Reach(mark.position, mark.outcome).size:
            raise Unsealed
        raise NoEntry(f"there is no entry {self._index}: the first is 0, the last {reach.size - 1}")


class OfEvent:
    """The entry of an event."""

    def __init__(self, stream: str, version: int) -> None:
        self._stream = stream
        self._version = version

    def index(self, log: Log, entries: Entries, reach: Reach) -> int:
        """It follows from the event's position."""
        found = log.events(self._stream, self._version - 1, self._version)
        if not found:
            raise NoEntry(f"there is no event {self._stream}/{self._version}")
        if found[0].position > reach.position:
            raise Unsealed
        return entries.index_of_event(found[0].position, reach)


class OfOutcome:
    """The entry of the outcome of a command."""

    def __init__(self, source: str, id: str) -> None:
        self._pair = pair_of(source, id)

    def index(self, log: Log, entries: Entries, reach: Reach) -> int:
        """It follows from the outcome's number."""
        key = self._pair.key
        stored = log.known([key]).get(key)
        if stored is None:
            raise NoEntry(f"no command {self._pair.id} of {self._pair.source} was ever decided")
        index = entries.index_of_outcome(key, stored.position + stored.count, reach)
        if index is None:
            raise Unsealed
        return index


def proof_of(
    sought: Sought, log: Log, entries: Entries, kept: Kept, signed: Signed, since: str | None
) -> dict[str, Any]:
    """The proof of an entry against a checkpoint, and that this one extends `since`, an older one.
    Raises NoEntry, Unsealed, and ValueError for an older one that is none.
    """
    index = sought.index(log, entries, signed.reach)
    entry, tree = entries.at(index, signed.reach), Tree(signed.reach.size, kept)
    proof: dict[str, Any] = {
        "entry": b64encode(entry.written).decode(),
        "index": index,
        "proof": _written(tree.inclusion(index)),
        "checkpoint": signed.note,
    }
    if entry.data is not None:
        proof["data"] = entry.data
    if since is not None:
        older = Checkpoint.of_note(since)
        newest = Checkpoint.of_note(signed.note)
        if older.origin != newest.origin or older.size > newest.size:
            raise ValueError(f"it is of {older.origin}, {older.size} entries, not of this log")
        proof |= {"consistency": _written(tree.consistency(older.size)), "since": since}
    return proof


def _written(hashes: Sequence[bytes]) -> list[str]:
    return [b64encode(each).decode() for each in hashes]
