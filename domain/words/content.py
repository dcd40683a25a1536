"""The pair that names a command for ever, and the command's content (contract, "Same content")."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, cast

import orjson

from domain.words.structs import Frozen
from domain.words.values import GREATEST_INTEGER

DEEPEST = 100
"""The deepest nesting for which content has a canonical form; no command comes near it."""


class CommandPair(Frozen):
    """The publisher's source and the command's id, which together name a command for ever."""

    source: str
    id: str
    key: bytes
    """16 bytes. They begin with the source and the id's stem, so that neighbours in time are
    neighbours in the index (docs/decisions/0003)."""


def pair_of(source: str, id: str) -> CommandPair:
    """The pair of a source and an id, with its key."""
    whole = blake2b(f"{source}\0{id}".encode(), digest_size=12).digest()
    return CommandPair(source, id, _near(source, id) + whole)


def content_digest(message: Mapping[str, Any], principal: str, key: bytes = b"") -> bytes:
    """The digest of a command's content, 16 bytes (contract, "Same content")."""
    return digest_of(content_of(message, principal), key)


def digest_of(content: list[Any], key: bytes = b"") -> bytes:
    """The digest of a message's `content_of`, 16 bytes; with a key, nobody else can tell a secret
    in it by trying.

    Equal to a hash of the RFC 8785 form of all that a command can hold: no fractions, member names
    in ASCII.
    """
    written = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return blake2b(written, digest_size=16, key=key).digest()


def content_of(message: Mapping[str, Any], principal: str) -> list[Any]:
    """The parts of a message that count as content; the connection's principal is the actor where
    the message names none.
    """
    return [
        message.get("type"),
        message.get("subject"),
        message.get("data"),
        message.get("actor") or principal,
        message.get("onbehalfof"),
    ]


def is_canonical(value: Any, deepest: int = DEEPEST) -> bool:
    """Whether RFC 8785 can express a JSON value; the contract also excludes U+0000.

    It can't express a float beyond 2^53 - 1 without a fraction, which may have been an integer.
    """
    match value:
        case str():
            return is_text(value)
        case bool() | None:
            return True
        case int():
            return -GREATEST_INTEGER <= value <= GREATEST_INTEGER
        case float():
            return abs(value) <= GREATEST_INTEGER
        case list() if deepest:
            items = cast("list[Any]", value)
            return all(is_canonical(each, deepest - 1) for each in items)
        case dict() if deepest:
            members = cast("dict[str, Any]", value)
            return all(
                is_text(key) and is_canonical(each, deepest - 1) for key, each in members.items()
            )
        case _:
            return False


def is_text(text: Any) -> bool:
    """Whether a text can be kept: no U+0000, no lone surrogate."""
    if text.isascii():
        return "\x00" not in text
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def derived_key(pair: CommandPair, digest: bytes) -> bytes:
    """The key of an attempt that must not touch its pair's outcome, made of pair and content."""
    return _near(pair.source, pair.id) + hashed(pair.key + digest, 12)


def hashed(content: bytes, size: int, key: bytes = b"") -> bytes:
    """A hash of some content, `size` bytes long."""
    return blake2b(content, digest_size=size, key=key).digest()


STEMS_KEPT = 10_000
_stems: dict[tuple[str, str], bytes] = {}


def _near(source: str, id: str) -> bytes:
    """4 bytes that a publisher's neighbouring ids share: a hash of the source and the id's stem."""
    stem = id.rstrip("0123456789")
    near = _stems.get((source, stem))
    if near is None:
        if len(_stems) > STEMS_KEPT:
            _stems.clear()
        near = _stems[source, stem] = hashed(f"{source}\0{stem}".encode(), 4)
    return near
