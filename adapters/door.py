"""The one way in: every message to the engine becomes an `Arrival` here.

Messages come from a file, from Kafka, from the engine's own parts, or from the parked commands. The
door checks the shape of each, takes its digest, gives it 128 bits of entropy, and checks whether
its source may speak for its actor (contract, "Order of checks", 1 and 2). Behind the door a secret
is a `Secret`; its clear text is nowhere else.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from adapters.collecting import without_collection
from adapters.speakers import Speakers
from domain.catalogue import COMMANDS, INSIDE_COMMANDS
from domain.engine.batch import Arrival
from domain.engine.log import Parked
from domain.words.attributes import Envelope, plain_envelope, plain_line
from domain.words.content import hashed
from domain.words.messages import (
    Command,
    Kinds,
    Read,
    Unreadable,
    command_in,
    load,
    parsed,
    read_command,
    read_with_care,
)
from domain.words.secret import HIDDEN, Secret, secret_fields

Entropy = Callable[[int], bytes]
"""Gives as many random bytes as it is asked for: `os.urandom`, or a seeded source if a run must
repeat.
"""

Seal = Callable[[Secret], str]
"""Turns a secret into the text that is stored when its command is parked."""

_ENTROPY_BYTES: Final = 16


class Door:
    """Turns messages into arrivals. `speakers` says who may speak for whom from outside, and who
    speaks if a message names nobody.
    """

    def __init__(
        self,
        speakers: Speakers,
        entropy: Entropy = os.urandom,
        *,
        seed: str | None = None,
        kinds: Kinds = COMMANDS,
        inside_kinds: Kinds = INSIDE_COMMANDS,
        seal: Seal = str,
    ) -> None:
        """With a `seed` each command's bits are derived from the seed and the command's pair, so
        that a run gives the same events in whatever order commands of different subjects arrive.
        """
        self._owner = speakers.owner
        self._speakers = None if speakers.anyone else speakers
        self._entropy = entropy
        self._seed = seed
        self._kinds = kinds
        self._inside_kinds = inside_kinds
        self._seal = seal
        every = {*kinds.values(), *inside_kinds.values()}
        self._secrets = {kind: names for kind in every if (names := secret_fields(kind))}

    def from_lines(self, lines: Sequence[str | bytes]) -> list[Arrival]:
        """Lines as they were published, each a structured CloudEvent."""
        with without_collection():
            return [self.from_line(line) for line in lines]

    def from_own_parts(self, messages: Sequence[dict[str, Any]]) -> list[Arrival]:
        """Messages of the engine's own parts, sent within this process."""
        with without_collection():
            return [self.from_inside(message) for message in messages]

    def from_line(self, line: str | bytes) -> Arrival:
        """A message from outside as the text of its JSON."""
        written = line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line
        told = plain_line(written)
        if told is None:
            return self.from_outside(load(line), written)
        return self._from_outside(told, written, written)

    def from_outside(self, message: Any, written: bytes | None) -> Arrival:
        """A message from outside: its JSON (or why it has none), and its bytes as written."""
        return self._from_outside(plain_envelope(message), message, written)

    def _from_outside(self, told: Envelope | None, message: Any, written: bytes | None) -> Arrival:
        speakers, principal, kinds = self._speakers, self._owner, self._kinds
        if speakers:
            principal = speakers.default(told.source if told else _member(message, "source"))
        bits = self._bits(told, message)
        as_read = (told and command_in(told, kinds, principal, bits)) or read_with_care(
            parsed(message), kinds, principal, written, bits
        )
        may = speakers is None or isinstance(as_read, Unreadable) or speakers.may(as_read)
        return Arrival(as_read, bits, self._kept(message, as_read), principal, spoken_for=may)

    def from_inside(self, message: Any, written: bytes | None = None) -> Arrival:
        """A message from one of the engine's own parts."""
        told, owner, kinds = plain_envelope(message), self._owner, self._inside_kinds
        bits = self._bits(told, message)
        as_read = (told and command_in(told, kinds, owner, bits)) or read_with_care(
            message, kinds, owner, written, bits
        )
        return Arrival(as_read, bits, self._kept(message, as_read), owner, inside=True)

    def from_parked(self, parked: Parked) -> Arrival:
        """A parked command, to be decided with the entropy and the principal that it came with."""
        message, kinds = load(parked.message), self._kinds
        if parked.inside:
            kinds = self._inside_kinds
        as_read = read_command(message, kinds, parked.principal, entropy=parked.entropy)
        kept = self._kept(message, as_read)
        return Arrival(
            as_read,
            parked.entropy,
            message=kept,
            principal=parked.principal,
            inside=parked.inside,
            seq=parked.seq,
        )

    def _bits(self, told: Envelope | None, message: Any) -> bytes:
        if self._seed is None or not (told or isinstance(message, dict)):
            return self._entropy(_ENTROPY_BYTES)
        source, id = (
            (told.source, told.id) if told else (_member(message, "source"), _member(message, "id"))
        )
        named = f"{source}\0{id}"
        return hashed(f"{self._seed}{named}".encode("utf-8", "surrogatepass"), _ENTROPY_BYTES)

    def _kept(self, message: Any, as_read: Read) -> dict[str, Any] | bytes | None:
        """The message to store if the command is parked, without the clear text of secrets.

        None for a message that can't be decided: it is never parked, and a secret may stand
        anywhere in it.
        """
        if not isinstance(as_read, Command):
            return None
        if not self._secrets or not (names := self._secrets.get(type(as_read.data))):
            return message
        return self._sealed(parsed(message), as_read.data, names)

    def _sealed(self, message: dict[str, Any], data: Any, names: frozenset[str]) -> dict[str, Any]:
        sent: dict[str, Any] = message["data"]
        held = {name: getattr(data, name) for name in names if sent.get(name) is not None}
        hidden = {
            name: self._seal(value) if isinstance(value, Secret) else HIDDEN
            for name, value in held.items()
        }
        return {**message, "data": {**sent, **hidden}}


def _member(message: Any, name: str) -> object:
    """A member of a message that may be no object."""
    return cast("dict[str, Any]", message).get(name) if isinstance(message, dict) else None
