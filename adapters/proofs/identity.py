"""What a log's proofs stand on for good: who it is, where its events come from, its key for salts.
All of it is kept with the log's facts, once, and goes where the log goes.
"""

from secrets import token_hex
from typing import Final, NamedTuple, Protocol
from uuid import uuid4

ORIGIN: Final = "proofs/origin"
SOURCE: Final = "proofs/source"
SALT: Final = "proofs/salt"

_BYTES: Final = 32


class Facts(Protocol):
    """The log, as far as it keeps facts."""

    def kept(self, name: str) -> str | None:
        """A fact; None if nobody kept it."""
        ...

    def keep_first(self, name: str, value: str) -> str:
        """Keep a fact unless one of that name is kept; returns the one that is."""
        ...


class Identity(NamedTuple):
    """Who a log is to those who check it."""

    origin: str
    source: str
    salt: bytes


def identity_of(facts: Facts, prefix: str, origin: str = "") -> Identity:
    """Who a log is, decided when it is asked for the first time: `origin`, or one of its own."""
    return Identity(
        _kept(facts, ORIGIN, origin or f"{prefix}/{uuid4()}"),
        _kept(facts, SOURCE, f"/{prefix}"),
        bytes.fromhex(_kept(facts, SALT, token_hex(_BYTES))),
    )


def _kept(facts: Facts, name: str, value: str) -> str:
    return facts.kept(name) or facts.keep_first(name, value)
