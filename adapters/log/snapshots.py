"""States of long streams as of a version: a cache that may be thrown away at any time.

A snapshot counts only for the very code that wrote it: its `schema` is a hash over the sources that
define a state and its fold. A snapshot that can't be used, for whatever reason, is passed over, and
the stream is folded from the start.
"""

import sys
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, cast, get_args, get_origin

import msgspec
from msgspec import convert
from msgspec.json import Decoder, Encoder

from domain.catalogue import NOUNS, noun_of
from domain.engine.log import Snapshot
from domain.words.persistent import Persistent
from domain.words.prefix import Prefix
from domain.words.prefix_map import PrefixMap
from domain.words.sealed import Sealed
from domain.words.structs import from_json

SHARED = (
    "domain.catalogue",
    "domain.decider.noun",
    "domain.decider.rights",
    "domain.words.persistent",
    "domain.words.prefix",
    "domain.bandwidth_change.change",
    "domain.words.prefix_map",
    "domain.words.sealed",
    "domain.address_space",
    "domain.profiles",
    "domain.engine.records",
    "domain.words.structs",
    "domain.words.values",
)
"""The modules that states are made of and folded with, beside their noun's own folder."""


def kept(snapshot: Snapshot) -> tuple[str, int, bytes, bytes]:
    """The row of a snapshot: stream, version, schema, state."""
    noun = noun_of(snapshot.stream).name
    state = _encoder.encode(snapshot.state)
    return snapshot.stream, snapshot.version, fingerprint(noun), state


def state_of(stream: str, schema: bytes, state: bytes) -> Any | None:
    """The state of a snapshot, or None if other code wrote it or it is broken."""
    noun = noun_of(stream).name
    if schema != fingerprint(noun):
        return None
    try:
        return _decoder(noun).decode(state)
    except ValueError:
        return None


@cache
def fingerprint(noun: str) -> bytes:
    """16 bytes that change with the shape of a noun's state and with the code that evolves it."""
    code = blake2b(msgspec.__version__.encode(), digest_size=16)
    for source in sources(noun):
        code.update(source.read_bytes())
    return code.digest()


def sources(noun: str) -> list[Path]:
    """The files that decide which state a noun's events fold to."""
    folder = _file(NOUNS[noun].state.__module__).parent
    return [*sorted(folder.glob("*.py")), *(_file(module) for module in SHARED)]


def _file(module: str) -> Path:
    return Path(str(sys.modules[module].__file__))


@cache
def _decoder(noun: str) -> Decoder[Any]:
    return Decoder(NOUNS[noun].state, dec_hook=_from_json)


def _in_json(value: Any) -> Any:
    """The parts of a state that JSON has no form for, as a snapshot has them."""
    match value:
        case Persistent():
            return dict(cast("Mapping[str, Any]", value))
        case PrefixMap():
            return list(cast("PrefixMap[Any]", value))
        case Prefix() | Sealed():
            return value.text
        case _:
            raise ValueError(f"no JSON for {type(value).__name__}")


def _from_json(kind: Any, value: Any) -> Any:
    if get_origin(kind) is Persistent:
        key, held = get_args(kind)
        return Persistent(convert(value, dict[key, held], dec_hook=_from_json))
    if get_origin(kind) is PrefixMap:
        (known,) = get_args(kind)
        entries: list[Any] = convert(value, list[known], dec_hook=_from_json)
        return PrefixMap[Any].of(entries)
    return from_json(kind, value)


_encoder: Final = Encoder(enc_hook=_in_json)
