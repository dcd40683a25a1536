"""The one way in: whatever the engine is asked, from wherever it comes, becomes an `Arrival` here.

From a file, from Kafka, from the engine's own parts, or from among the parked commands: each is
read for its shape and its digest, gets its 128 bits, and is asked whether its source may speak for
its actor (contract, "Order of checks", 1 and 2). Behind the door a secret is a `Secret`, and its
clear text is nowhere else.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from adapters.collecting import without_collection
from adapters.speakers import Speakers
from domain.catalogue import COMMANDS, INSIDE_COMMANDS
from domain.engine.batch import Arrival
from domain.engine.log import Parked
from domain.words.content import hashed
from domain.words.messages import Command, Kinds, Read, Unreadable, load, read_command
from domain.words.secret import HIDDEN, Secret, secret_fields

Entropy = Callable[[int], bytes]
"""So many random bytes: `os.urandom`, or a seeded source where a run must repeat."""

Seal = Callable[[Secret], str]
"""What is kept of a secret when its command is parked."""

_ENTROPY_BYTES: Final = 16


class Door:
    """Makes arrivals of messages. `speakers` say who may speak for whom from outside, and who
    speaks where a message names nobody.
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
        """With a `seed` the bits of each command follow from it and the command's pair, so that a
        run gives the same events in whatever order commands of different subjects arrive.
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
            return [self.from_outside(load(line), line) for line in lines]

    def from_own_parts(self, messages: Sequence[dict[str, Any]]) -> list[Arrival]:
        """Messages of the engine's own parts, sent within this process."""
        with without_collection():
            return [self.from_inside(message) for message in messages]

    def from_outside(self, message: Any, written: str | bytes | None) -> Arrival:
        """A message of anybody: its JSON (or why it has none), and as it was written."""
        if isinstance(written, str):
            written = written.encode("utf-8", "surrogatepass")
        speakers, principal, bits = self._speakers, self._owner, self._bits(message)
        if speakers:
            principal = speakers.default(message)
        as_read = read_command(message, self._kinds, principal, written, bits)
        may = speakers is None or isinstance(as_read, Unreadable) or speakers.may(as_read)
        return Arrival(as_read, bits, self._kept(message, as_read), principal, spoken_for=may)

    def from_inside(self, message: Any, written: bytes | None = None) -> Arrival:
        """A message of the engine's own parts."""
        bits = self._bits(message)
        as_read = read_command(message, self._inside_kinds, self._owner, written, bits)
        return Arrival(as_read, bits, self._kept(message, as_read), self._owner, inside=True)

    def from_parked(self, parked: Parked) -> Arrival:
        """A parked command, to be decided with what it came with."""
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

    def _bits(self, message: Any) -> bytes:
        if self._seed is None or not isinstance(message, dict):
            return self._entropy(_ENTROPY_BYTES)
        told = cast("dict[str, Any]", message)
        named = f"{told.get('source')}\0{told.get('id')}"
        return hashed(f"{self._seed}{named}".encode("utf-8", "surrogatepass"), _ENTROPY_BYTES)

    def _kept(self, message: Any, as_read: Read) -> dict[str, Any] | None:
        """What is kept of a command that is parked: its message, without the clear text of secrets.

        Of what can't be decided nothing: it is never parked, and a secret may stand anywhere in it.
        """
        if not isinstance(as_read, Command):
            return None
        names = self._secrets.get(type(as_read.data)) if self._secrets else None
        return self._sealed(message, as_read.data, names) if names else message

    def _sealed(self, message: dict[str, Any], data: Any, names: frozenset[str]) -> dict[str, Any]:
        sent: dict[str, Any] = message["data"]
        held = {name: getattr(data, name) for name in names if sent.get(name) is not None}
        hidden = {
            name: self._seal(value) if isinstance(value, Secret) else HIDDEN
            for name, value in held.items()
        }
        return {**message, "data": {**sent, **hidden}}
