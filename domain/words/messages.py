"""Messages as CloudEvents, and what becomes of one that is read (reading.py).

Reading gives an `Unreadable` (an id, a source or a type is missing), a `Faulty` (which can be
answered but not decided) or a `Command`, whose data has the shape that the contract asks for.
"""

import json
from collections.abc import Mapping
from math import inf
from typing import Any, Generic, TypeVar

import orjson

from domain.words.attributes import (
    Attributes,
)
from domain.words.content import (
    CommandPair,
)
from domain.words.data import CommandData
from domain.words.refusals import Refused
from domain.words.repeats import with_repeats
from domain.words.structs import Frozen

D_co = TypeVar("D_co", covariant=True)

Message = dict[str, Any]
"""A structured CloudEvent, as JSON."""

_TYPE_BEGINS, _TYPE_ENDS = "tieline.command.", ".v1"
NAMING = ("source", "id", "type")
"""The attributes without which a message can't be answered."""

LONGEST_INTEGER = 20
"""The most digits of an integer that is read: longer ones are far outside RFC 8785's range."""


class Command(Frozen, Generic[D_co]):
    """A command of the contract's shape, with who sent it and 128 bits of entropy from outside."""

    pair: CommandPair
    type: str
    subject: str
    actor: str
    data: D_co
    digest: bytes
    entropy: bytes = b""
    on_behalf_of: str | None = None
    time: str | None = None
    correlation_id: str = ""
    causation_id: str | None = None
    traceparent: str | None = None
    if_version: int | None = None
    """The version of the subject at which it is to be decided; None at whatever it is at."""
    plain_digest: bytes = b""
    """Of a command that may hold a secret: the digest that it had before there were keys."""

    @property
    def name(self) -> str:
        """The command's name: `order-circuit`."""
        return verb_of(self.type)

    @property
    def subject_id(self) -> str:
        """The subject without its noun: `acme-fra-1`."""
        return self.subject.partition("/")[2]


class Faulty(Frozen):
    """A message that gets an outcome but can't be decided: of an unknown type or a wrong shape."""

    pair: CommandPair
    type: str
    subject: str | None
    actor: str
    digest: bytes
    refusal: Refused
    plain_digest: bytes = b""
    """As a command has it."""
    time: str | None = None
    correlation_id: str = ""


def is_content_of(digest: bytes, read: Command[Any] | Faulty) -> bool:
    """Whether a digest that was kept is that of a message's content."""
    return digest in (read.digest, read.plain_digest)


class Unreadable(Frozen):
    """A message that can't be read as a CloudEvent with id, source and type; `fault` says why."""

    fault: str


_TOO_DEEP = Unreadable("nested too deep")

Read = Command[CommandData] | Faulty | Unreadable
Kinds = Mapping[str, type[CommandData]]
"""The commands that can be read, by name."""


def load(line: str | bytes) -> Any | Unreadable:
    """The JSON value of one line, or an `Unreadable` that says why there is none. Never raises.

    A message that has a member twice is a `WithRepeats`.
    """
    try:
        return with_repeats(line, orjson.loads(line))
    except ValueError:
        return _load_oddity(line)
    except RecursionError:
        return _TOO_DEEP


def parsed(message: Any) -> Any:
    """A message as its JSON value, whether it was read already or is still a line."""
    return load(message) if isinstance(message, bytes) else message


def _load_oddity(line: str | bytes) -> Any | Unreadable:
    """Read a line that the strict reader refused: JSON beyond RFC 8785, or no JSON at all."""
    try:
        text = line.decode() if isinstance(line, bytes) else line
    except UnicodeDecodeError:
        return Unreadable("not UTF-8")
    try:
        return json.loads(text, parse_int=_integer, parse_constant=_not_json)
    except RecursionError:
        return _TOO_DEEP
    except json.JSONDecodeError as fault:
        return Unreadable(f"not JSON: it breaks off at character {fault.pos + 1}")
    except ValueError as fault:
        return Unreadable(f"not JSON: {fault}")


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_INTEGER else inf


def _not_json(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def verb_of(type: str) -> str:
    """The name of the command in the type of its messages."""
    return type[len(_TYPE_BEGINS) : -len(_TYPE_ENDS)]


def is_type(named: str) -> bool:
    """Whether a type is that of a command's messages, as far as its form goes."""
    return named.startswith(_TYPE_BEGINS) and named.endswith(_TYPE_ENDS)


def without_extensions(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message without attributes that mean nothing here, so that what is stored has a bound."""
    known = (*NAMING, *Attributes.model_fields)
    return {name: message[name] for name in known if name in message}
