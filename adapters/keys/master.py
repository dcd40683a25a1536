"""The master key, in a file of its own: it wraps every other key (AES key wrap, RFC 5649)."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap_with_padding,
    aes_key_wrap_with_padding,
)

from adapters.keys.errors import KeysUnusable
from adapters.private_files import put, put_first

SIZE: Final = 32


class Master:
    """The master keys in a file: the one that wraps, and during a rotation the one before it."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = keys

    def wrapped(self, key: bytes) -> bytes:
        """A key as it is stored."""
        return aes_key_wrap_with_padding(self._keys[0], key)

    def unwrapped(self, stored: bytes) -> bytes:
        """The key that was stored. Raises KeysUnusable where another master key wrapped it."""
        for key in self._keys:
            try:
                return aes_key_unwrap_with_padding(key, stored)
            except InvalidUnwrap:
                continue
        raise KeysUnusable("The master key is not the one that wrapped these keys: name its file")

    def followed_by(self, key: bytes) -> "Master":
        """The same with a new key that wraps from here on."""
        return Master([key, *self._keys])

    def alone(self) -> "Master":
        """The same without the keys before the one that wraps."""
        return Master(self._keys[:1])

    def write(self, path: Path) -> None:
        """Put it in the place of a file, whole or not at all."""
        put(path, self._text)

    def write_first(self, path: Path) -> None:
        """Put it where no file is yet; whoever does so first has made it."""
        put_first(path, self._text)

    @property
    def _text(self) -> str:
        return "".join(f"{urlsafe_b64encode(key).decode()}\n" for key in self._keys)


def drawn() -> bytes:
    """A new key of 256 bits."""
    return os.urandom(SIZE)


def read(path: Path) -> Master | None:
    """The master keys in a file; None if there is no file. Raises KeysUnusable."""
    try:
        lines = path.read_text(encoding="ascii").split()
        keys = [urlsafe_b64decode(line) for line in lines]
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as fault:
        raise KeysUnusable(f"The master key in {path} can't be read: {fault}") from fault
    if not keys or any(len(key) != SIZE for key in keys):
        raise KeysUnusable(f"{path} holds no master key: a line of 32 bytes in base64url")
    return Master(keys)
