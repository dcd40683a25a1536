"""The one way in: every message to the engine becomes an `Arrival` here.

Messages come from a file, from Kafka, over HTTP, from the engine's own parts, from the parked
commands, or from a server that has let them in. The door checks the shape of each, takes its
digest, gives it 128 bits of entropy, and checks whether its source may speak for its actor
(contract, "Order of checks", 1 and 2). Behind the door a secret is a `Secret`; its clear text is
nowhere else.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, cast
from urllib.parse import quote

from msgspec.structs import replace

from adapters.collecting import without_collection
from adapters.handed_on import OVER_HTTP, HandedOn, faulty, is_of
from adapters.speakers import Speakers
from domain.catalogue import COMMANDS, INSIDE_COMMANDS
from domain.engine.batch import Arrival
from domain.engine.log import DIGEST, Parked
from domain.words.attributes import Envelope, is_name, plain_envelope, plain_line
from domain.words.content import hashed
from domain.words.messages import Command, Kinds, Read, Unreadable, load, parsed, verb_of
from domain.words.reading import command_in, read_command, read_with_care
from domain.words.repeats import WithRepeats
from domain.words.sealed import HIDDEN
from domain.words.secret import Keys, Secret

Entropy = Callable[[int], bytes]
"""Gives as many random bytes as it is asked for: `os.urandom`, or a seeded source if a run must
repeat.
"""


class DoorKeys(Keys, Protocol):
    """The keys of the cell, with the one under which a parked command is kept."""

    def keep_at_door(self, secret: Secret) -> str:
        """A secret as it is stored when its command is parked."""
        ...

    def take_from_door(self, kept: str) -> str:
        """The clear text that was kept. Raises ValueError."""
        ...


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
        keys: DoorKeys | None = None,
    ) -> None:
        """Without `keys` the secret of a command that is parked is lost.

        With a `seed` each command's bits are derived from the seed and the command's pair, so
        that a run gives the same events in whatever order commands of different subjects arrive.
        """
        self._owner = speakers.owner
        self._speakers = None if speakers.anyone else speakers
        self._entropy = entropy
        self._seed = seed
        self._kinds = kinds
        self._inside_kinds = inside_kinds
        self._keys = keys

    def from_lines(self, lines: Sequence[str | bytes]) -> list[Arrival]:
        """Lines as they were published, each a structured CloudEvent."""
        with without_collection():
            return [self.from_line(line) for line in lines]

    def from_callers(self, messages: Sequence[tuple[Any, str]]) -> list[Arrival]:
        """Messages over HTTP as JSON values, each with the principal that sent it."""
        with without_collection():
            return [self.from_caller(message, caller) for message, caller in messages]

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
        speakers, principal = self._speakers, self._owner
        if speakers:
            principal = speakers.default(told.source if told else _member(message, "source"))
        arrival = self._read(told, message, written, principal)
        read = arrival.read
        if isinstance(read, Unreadable):
            return arrival
        may = speakers is None or speakers.may(read)
        if may and not read.pair.source.startswith(OVER_HTTP):
            return arrival
        return replace(arrival, spoken_for=False)

    def from_caller(self, message: Any, caller: str) -> Arrival:
        """A message over HTTP as its JSON value. The caller speaks for itself alone, from a source
        of its own unless its source has an entry (contract, third part, "Commands in").
        """
        source = _member(message, "source")
        speakers = self._speakers
        if is_name(source) and not (speakers and has_entry(speakers, source)):
            message = _sent_from(source_of_caller(caller, source), message)
        return self._of_caller(self._read(plain_envelope(message), message, None, caller))

    def from_server(self, handed: HandedOn) -> Arrival:
        """A message over HTTP that a server has let in: what it says of the caller is believed."""
        caller = handed.caller
        bits = self._bits(None, handed.message)
        try:
            if handed.refusal:
                return self._of_caller(Arrival(faulty(handed, handed.refusal), bits, None, caller))
            message, digest = self._taken(handed.message)
        except (AttributeError, KeyError, TypeError, ValueError) as fault:
            return Arrival(Unreadable(f"no server's: {fault!r}"), bits, None, caller)
        as_read = read_command(message, self._kinds, caller, entropy=bits, keys=self._keys)
        if digest and isinstance(as_read, Command):
            as_read = replace(as_read, digest=digest)
        return self._of_caller(Arrival(as_read, bits, self._kept(message, as_read), caller))

    def _of_caller(self, arrival: Arrival) -> Arrival:
        """A message of a caller, which may speak from a source of its own or from one with an
        entry.
        """
        read, caller = arrival.read, arrival.principal
        if isinstance(read, Unreadable):
            return arrival
        source, speakers = read.pair.source, self._speakers
        if speakers and has_entry(speakers, source):
            may = speakers.may(read)
        else:
            may = is_of(source, caller)
        return arrival if may and read.actor == caller else replace(arrival, spoken_for=False)

    def _read(
        self, told: Envelope | None, message: Any, written: bytes | None, principal: str
    ) -> Arrival:
        bits, keys, kinds = self._bits(told, message), self._keys, self._kinds
        as_read = (told and command_in(told, kinds, principal, bits, keys)) or read_with_care(
            parsed(message), kinds, principal, written, bits, keys
        )
        return Arrival(as_read, bits, self._kept(message, as_read), principal)

    def from_inside(self, message: Any, written: bytes | None = None) -> Arrival:
        """A message from one of the engine's own parts."""
        told, owner, kinds = plain_envelope(message), self._owner, self._inside_kinds
        bits, keys = self._bits(told, message), self._keys
        as_read = (told and command_in(told, kinds, owner, bits, keys)) or read_with_care(
            message, kinds, owner, written, bits, keys
        )
        return Arrival(as_read, bits, self._kept(message, as_read), owner, inside=True)

    def from_parked(self, parked: Parked) -> Arrival:
        """A parked command, to be decided with the entropy and the principal that it came with."""
        kept = load(parked.message)
        kinds = self._inside_kinds if parked.inside else self._kinds
        message, digest = self._taken(kept)
        as_read = read_command(
            message, kinds, parked.principal, entropy=parked.entropy, keys=self._keys
        )
        if digest and isinstance(as_read, Command):
            as_read = replace(as_read, digest=digest)
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
        if not as_read.data.secrets:
            return message
        return self._sealed(parsed(message), as_read)

    def _sealed(self, message: dict[str, Any], command: Command[Any]) -> dict[str, Any]:
        """The message as it is kept: its secrets sealed, beside the digest that it came with."""
        held = {name: getattr(command.data, name) for name in command.data.secrets}
        hidden = {name: self._hidden(each) for name, each in held.items() if each is not None}
        data = {**message["data"], **hidden}
        return {**message, "data": data, DIGEST: command.digest.hex()}

    def _hidden(self, value: object) -> str:
        if self._keys is None or not isinstance(value, Secret):
            return HIDDEN
        return self._keys.keep_at_door(value)

    def _taken(self, kept: Any) -> tuple[Any, bytes]:
        """A message that was kept, its secrets in the clear, and its digest if that was kept."""
        message = dict(cast("dict[str, Any]", kept))
        if DIGEST not in message:
            return kept, b""
        digest = bytes.fromhex(message.pop(DIGEST))
        kind = self._inside_kinds.get(verb_of(message["type"]))
        secrets = {
            name: self._keys.take_from_door(sealed)
            for name, sealed in message["data"].items()
            if kind and self._keys and name in kind.secrets and sealed is not None
        }
        return {**message, "data": {**message["data"], **secrets}}, digest


def kept_source(speakers: Speakers, caller: str, source: str) -> str:
    """The source under which a caller's command is kept: as it was sent where it has an entry."""
    return source if has_entry(speakers, source) else source_of_caller(caller, source)


def has_entry(speakers: Speakers, source: str) -> bool:
    """Whether a source stays as a caller over HTTP sends it; one of callers' own never does."""
    return speakers.has_entry(source) and not source.startswith(OVER_HTTP)


def source_of_caller(caller: str, source: str) -> str:
    """The source under which a caller's commands are kept, so that nobody uses up another's ids."""
    return f"{OVER_HTTP}{caller}/{quote(source, safe='')}"


def _sent_from(source: str, message: dict[str, Any]) -> dict[str, Any]:
    """A message with another source."""
    told = {**message, "source": source}
    return WithRepeats(told, message.repeated) if isinstance(message, WithRepeats) else told


def _member(message: Any, name: str) -> object:
    """A member of a message that may be no object."""
    return cast("dict[str, Any]", message).get(name) if isinstance(message, dict) else None
