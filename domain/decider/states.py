"""The present that a rule sees: states by typed keys, and what a deployment fixes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from domain.profiles import CURRENT, Profile

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)


@dataclass(frozen=True)
class Key(Generic[S_co]):
    """Names the streams of one noun, and says of what type their states are.

    `CUSTOMER: Key[Customer | None]` stands beside the state of a customer; the state is None where
    there never was one of that id.
    """

    noun: str

    def stream(self, id: str) -> str:
        """The stream of one id: `customer/acme`."""
        return f"{self.noun}/{id}"


@dataclass(frozen=True)
class Terms:
    """What a deployment fixes: who owns the CSP, and the rule profile that new circuits get."""

    owner: str = "user:owner"
    profile: Profile = CURRENT


class States(NamedTuple):
    """The present as far as a command's rule asked for it, and the time of the decision."""

    terms: Terms
    now: str
    read: Mapping[str, Any]

    def of(self, key: Key[S], id: str) -> S:
        """The state of a stream that the rule's needs named. Raises KeyError for another."""
        return self.read[f"{key.noun}/{id}"]


class Seen:
    """What was read so far for one command: its subject, and the streams named before."""

    __slots__ = ("read", "subject", "waits")

    def __init__(self, subject: Any, read: Mapping[str, Any]) -> None:
        self.subject = subject
        self.read = read
        self.waits = False
        """Whether a stream was asked for that has not been read: then there may be more to read."""

    def of(self, key: Key[S], id: str) -> S | None:
        """The state of a stream; None where it has not been read yet, or never began."""
        stream = f"{key.noun}/{id}"
        if stream not in self.read:
            self.waits = True
        return self.read.get(stream)
