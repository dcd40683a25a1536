"""The present that a rule sees: states by typed keys, and the terms that a deployment fixes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from msgspec import Struct

from domain.profiles import CURRENT, Profile
from domain.words.sealed import Sealed
from domain.words.secret import Seal, Secret
from domain.words.structs import Frozen

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)


@dataclass(frozen=True)
class Key(Generic[S_co]):
    """Names the streams of one noun and the type of their states.

    `CUSTOMER: Key[Customer | None]` stands beside the state of a customer; the state is None where
    no customer ever had that id.
    """

    noun: str

    def stream(self, id: str) -> str:
        """The stream of one id: `customer/acme`."""
        return f"{self.noun}/{id}"


def no_keys(customer_id: str, field: str, secret: Secret, entropy: bytes) -> Sealed:
    """The seal of an engine without keys. Raises RuntimeError."""
    del customer_id, secret, entropy
    raise RuntimeError(f"there are no keys to seal {field} with")


@dataclass(frozen=True)
class Terms:
    """The terms that a deployment fixes: who owns the CSP, which profile new circuits get, and how
    secrets are sealed.
    """

    owner: str = "user:owner"
    profile: Profile = CURRENT
    seal: Seal = no_keys


class States(Frozen):
    """The present as far as a command's rule asked for it.

    `now` is the time by the clock, by which what is due is judged; what is recorded never runs
    backward, so that an event's time may be later.
    """

    terms: Terms
    now: str
    read: Mapping[str, Any]

    def of(self, key: Key[S], id: str) -> S:
        """The state of a stream that the rule's needs named. Raises KeyError for any other."""
        return self.read[f"{key.noun}/{id}"]


class Seen(Struct):
    """The states read so far for one command: its subject, and the streams named before."""

    subject: Any
    read: Mapping[str, Any]
    waits: bool = False
    """Whether the rule looked for a stream that has not been read: it may then need more."""

    def of(self, key: Key[S], id: str) -> S | None:
        """The state of a stream; None where it has not been read yet, or never began."""
        stream = f"{key.noun}/{id}"
        if stream not in self.read:
            self.waits = True
        return self.read.get(stream)
