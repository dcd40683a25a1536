"""Checks proofs of a log's history. It needs this file, Python and the package `cryptography`; no
database, no network, nothing else of tieline: read it once, keep it, and run it anywhere.

    python verify.py FILE --key VKEY [--since CHECKPOINT] [--witness VKEY]...

Hashes and proofs are those of RFC 6962, the signed note and the checkpoint those of C2SP
(signed-note, tlog-checkpoint, tlog-cosignature). Exit code 0: all of it holds. 1: something does
not, and the first thing that does not is named. 2: what was given can't be read.
"""

import argparse
import json
import sys
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519: Final = 1
COSIGNATURE: Final = 4
"""The types of keys that are known (signed-note, "Signature types")."""

EMPTY: Final = sha256(b"").digest()
"""The root of a tree without entries."""

_HASH: Final = 32
_PUBLIC: Final = 32
_ID: Final = 4
"""Bytes of a hash, of a public key, of a key's id."""

_MOST_SIGNATURES: Final = 100
_DASH: Final = "\u2014"

T = TypeVar("T")


class Fails(Exception):
    """What was checked does not hold; the text says why."""


# --- the tree (RFC 6962, section 2.1) ---------------------------------------------------------


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the tree of a size and root has a leaf at an index. Raises Fails."""
    if not 0 <= index < size:
        raise Fails(f"entry {index} is not in a tree of {size} entries")
    at, last, made = index, size - 1, leaf
    for each in proof:
        if last == 0:
            raise Fails("the proof of inclusion is too long")
        if at % 2 == 1 or at == last:
            made = node_hash(each, made)
            while at % 2 == 0 and at != 0:
                at, last = at >> 1, last >> 1
        else:
            made = node_hash(made, each)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise Fails("the proof of inclusion is too short")
    if made != root:
        raise Fails(f"entry {index} is not the one in the tree: its hash does not lead to the root")


def check_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that a tree extends an older one. Raises Fails."""
    if old > new:
        raise Fails(f"a tree of {new} entries can't extend one of {old}")
    if old in (0, new):
        _check_without_proof(old, old_root, new_root, proof)
        return
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise Fails("the proof of consistency is too short")
    at, last = old - 1, new - 1
    while at % 2 == 1:
        at, last = at >> 1, last >> 1
    then = now = path[0]
    for each in path[1:]:
        if last == 0:
            raise Fails("the proof of consistency is too long")
        if at % 2 == 1 or at == last:
            then, now = node_hash(each, then), node_hash(each, now)
            while at % 2 == 0 and at != 0:
                at, last = at >> 1, last >> 1
        else:
            now = node_hash(now, each)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise Fails("the proof of consistency is too short")
    if then != old_root:
        raise Fails(f"the tree does not begin with the {old} entries of the older checkpoint")
    if now != new_root:
        raise Fails("the proof of consistency does not lead to the root of the checkpoint")


def _check_without_proof(
    old: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    if proof:
        raise Fails("the proof of consistency is too long")
    if old == 0 and old_root != EMPTY:
        raise Fails("the older checkpoint is of no entries and has another root than no entries")
    if old != 0 and old_root != new_root:
        raise Fails(f"two trees of {old} entries have different roots: history was altered")


# --- notes and checkpoints ---------------------------------------------------------------------


class Key(NamedTuple):
    """A verifier key: what a signature line must name, and what verifies it."""

    name: str
    id: bytes
    kind: int
    public: bytes

    @classmethod
    def read(cls, vkey: str) -> "Key":
        """A key from its text, `name+hex id+base64`. Raises ValueError."""
        name, _, rest = vkey.strip().partition("+")
        written, _, encoded = rest.partition("+")
        material = _base64(encoded)
        kind, public = material[:1], material[1:]
        if len(public) != _PUBLIC or kind[0] not in (ED25519, COSIGNATURE):
            raise ValueError("the key is no Ed25519 key of a log or of a witness")
        made = cls.of(name, kind[0], public)
        if made.id.hex() != written or not _is_name(name):
            raise ValueError("the key's id is not that of its name and its bytes")
        return made

    @classmethod
    def of(cls, name: str, kind: int, public: bytes) -> "Key":
        """The key of a name."""
        id = sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:_ID]
        return cls(name, id, kind, public)

    def __str__(self) -> str:
        """Its text."""
        material = b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{material}"

    def check(self, text: str, signature: bytes) -> int | None:
        """Check a signature of a note's text; returns the time of a witness, in seconds since
        1970, or None for a log's. Raises Fails.
        """
        time, signed = None, text.encode()
        if self.kind == COSIGNATURE:
            time, signature = int.from_bytes(signature[:8]), signature[8:]
            signed = cosigned(text, time)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, signed)
        except InvalidSignature:
            raise Fails(f"the signature of {self.name} is wrong") from None
        return time


def cosigned(text: str, time: int) -> bytes:
    """What a witness signs (tlog-cosignature, "Ed25519 signed message")."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


class Note(NamedTuple):
    """A signed note: its text, and its signatures by name and key id."""

    text: str
    signatures: Sequence[tuple[str, bytes, bytes]]

    @classmethod
    def read(cls, written: str) -> "Note":
        """A note as it is written. Raises ValueError."""
        text, found, lines = written.rpartition("\n\n")
        if not found or not lines.endswith("\n") or any(c < " " and c != "\n" for c in written):
            raise ValueError("this is no signed note")
        signatures: list[tuple[str, bytes, bytes]] = []
        for line in lines[:-1].split("\n"):
            dash, _, rest = line.partition(" ")
            name, _, encoded = rest.partition(" ")
            signature = _base64(encoded)
            if dash != _DASH or not _is_name(name) or len(signature) <= _ID:
                raise ValueError("a line below the note is no signature")
            signatures.append((name, signature[:_ID], signature[_ID:]))
        if len(signatures) > _MOST_SIGNATURES:
            raise ValueError("the note has too many signatures")
        return cls(f"{text}\n", signatures)

    def signed_by(self, key: Key) -> tuple[bool, int | None]:
        """Whether a key has signed it, and when if that is told. Raises Fails for a wrong one."""
        found, time = False, None
        for name, id, signature in self.signatures:
            if (name, id) == (key.name, key.id):
                found, time = True, key.check(self.text, signature)
        return found, time


class Checkpoint(NamedTuple):
    """What a log says of itself: its origin, how many entries it has, and their root."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def read(cls, text: str) -> "Checkpoint":
        """A checkpoint from a note's text. Raises ValueError."""
        origin, size, root, *_ = [*text.split("\n"), "", "", ""]
        decoded = _base64(root)
        if not origin or not size.isascii() or not size.isdecimal() or len(decoded) != _HASH:
            raise ValueError("the note is no checkpoint")
        if str(int(size)) != size:
            raise ValueError("the size of the checkpoint has zeroes before it")
        return cls(origin, int(size), decoded)

    @classmethod
    def of_note(cls, written: str) -> "Checkpoint":
        """The checkpoint of a signed note, whoever has signed it. Raises ValueError."""
        return cls.read(Note.read(written).text)

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def signature_line(key: Key, signature: bytes) -> str:
    """A line below a note."""
    return f"{_DASH} {key.name} {b64encode(key.id + signature).decode()}\n"


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(each.isspace() for each in name)


def _base64(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        raise ValueError("this is no base64") from None


# --- what `tieline audit prove` writes --------------------------------------------------------


def checked(
    proof: Mapping[str, Any], key: Key, since: str | None = None, witnesses: Sequence[Key] = ()
) -> Iterator[str]:
    """Check a proof; says what holds, a line for each thing. `since` is an older checkpoint that
    somebody has kept. Raises Fails for the first thing that does not hold, ValueError for what
    can't be read.
    """
    checkpoint = yield from _signed(_member(proof, "checkpoint", str), key, witnesses)
    entry, index = _base64(_member(proof, "entry", str)), _member(proof, "index", int)
    path = _hashes(proof, "proof")
    check_inclusion(leaf_hash(entry), index, checkpoint.size, path, checkpoint.root)
    yield f"entry {index} is in it: {named(entry)}"
    if "data" in proof:
        _check_data(entry, proof["data"])
        yield "its data is the data that the entry names by its hash"
    if since is not None:
        older = yield from _signed(since, key)
        path = _hashes(proof, "consistency")
        check_extends(older, checkpoint, path)
        yield f"it extends the checkpoint of {older.size} entries"


def check_extends(older: Checkpoint, newer: Checkpoint, path: Sequence[bytes]) -> None:
    """Check that a checkpoint extends an older one of the same log. Raises Fails."""
    if older.origin != newer.origin:
        raise Fails(f"the checkpoints are of two logs: {older.origin} and {newer.origin}")
    check_consistency(older.size, newer.size, older.root, newer.root, path)


def named(entry: bytes) -> str:
    """What an entry is about."""
    told = json.loads(entry)
    return f"{told.get('type')} {told.get('id')}, {told.get('time')}"


def _signed(
    written: str, key: Key, witnesses: Sequence[Key] = ()
) -> Generator[str, None, Checkpoint]:
    note = Note.read(written)
    checkpoint = Checkpoint.read(note.text)
    if not note.signed_by(key)[0]:
        raise Fails(f"the checkpoint of {checkpoint.origin} is not signed by {key.name}")
    if checkpoint.origin != key.name:
        raise Fails(f"{key.name} has signed a checkpoint of {checkpoint.origin}")
    yield f"checkpoint of {checkpoint.size} entries, signed by {key.name}"
    for each in witnesses:
        signed, time = note.signed_by(each)
        if not signed:
            raise Fails(f"the checkpoint is not cosigned by {each.name}")
        when = f", {datetime.fromtimestamp(time, UTC):%Y-%m-%dT%H:%M:%SZ}" if time else ""
        yield f"cosigned by {each.name}{when}"
    return checkpoint


def _check_data(entry: bytes, data: Any) -> None:
    """Canonical JSON (RFC 8785) of what a log holds: no fractions, and names of members in ASCII,
    which Python sorts alike.
    """
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if json.loads(entry).get("datasha256") != sha256(canonical.encode()).hexdigest():
        raise Fails("the data beside the entry is not the data that the entry names by its hash")


def _document(file: Path) -> Mapping[str, Any]:
    read = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(read, dict):
        raise ValueError("this is no proof")  # noqa: TRY004 - it can't be read
    return cast("Mapping[str, Any]", read)


def _hashes(document: Mapping[str, Any], name: str) -> list[bytes]:
    written = cast("list[Any]", _member(document, name, list))
    return [_base64(str(each)) for each in written]


def _member(document: Mapping[str, Any], name: str, kind: type[T]) -> T:
    value = document.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"the proof has no {name}")  # noqa: TRY004 - it can't be read
    return value


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a file; returns the exit code."""
    parser = argparse.ArgumentParser(description="Check a proof of a log's history.")
    parser.add_argument("file", type=Path, help="what tieline audit prove has written")
    parser.add_argument("--key", required=True, help="the log's verifier key")
    parser.add_argument("--since", type=Path, help="an older checkpoint, kept since then")
    parser.add_argument("--witness", action="append", default=[], help="a witness's verifier key")
    asked = parser.parse_args(arguments)
    try:
        proof = _document(asked.file)
        since = asked.since.read_text(encoding="utf-8") if asked.since else None
        witnesses = [Key.read(each) for each in asked.witness]
        for line in checked(proof, Key.read(asked.key), since, witnesses):
            print("holds:", line)  # noqa: T201 - it runs alone
    except Fails as fault:
        print("FAILS:", fault)  # noqa: T201 - as above
        return 1
    except (OSError, ValueError) as fault:
        print("can't be read:", fault, file=sys.stderr)  # noqa: T201 - as above
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
