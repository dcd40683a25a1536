"""Messages as CloudEvents: reading a command, naming it by its pair, comparing its content.

Reading gives an `Unreadable` (an id, a source or a type is missing), a `Faulty` (which can be
answered but not decided) or a `Command`, whose data has the shape that the contract asks for.
"""

import json
from collections.abc import Mapping
from math import inf
from typing import Any, Generic, TypeVar, cast

import orjson

from domain.words.attributes import (
    Attributes,
    Envelope,
    checked_envelope,
    fault_of_name,
    is_name,
    plain_envelope,
)
from domain.words.content import (
    CommandPair,
    content_of,
    digest_of,
    hashed,
    is_canonical,
    pair_of,
)
from domain.words.data import CommandData
from domain.words.faults import asked_by, faults_in, malformed, repeats_of
from domain.words.refusals import Refused, refused, shown
from domain.words.repeats import WithRepeats, with_repeats
from domain.words.secret import Keys
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


def read_command(
    message: Any,
    kinds: Kinds,
    principal: str,
    written: bytes | None = None,
    entropy: bytes = b"",
    keys: Keys | None = None,
) -> Read:
    """Read one CloudEvent (as a JSON value) as a command of one of `kinds` (name to data).

    `principal` is the actor where the message names none. `written` holds the bytes as they were
    published, which are compared where the content has no canonical form. `keys` are for commands
    that may hold a secret; without them such content is compared by a digest without a key.
    """
    told = plain_envelope(message)
    return (told and command_in(told, kinds, principal, entropy, keys)) or read_with_care(
        message, kinds, principal, written, entropy, keys
    )


def command_in(
    told: Envelope, kinds: Kinds, principal: str, entropy: bytes, keys: Keys | None = None
) -> Command[CommandData] | None:
    """The command in a plain envelope; None if it is wrong, to be read again with care."""
    kind = kinds.get(verb_of(told.type))
    if kind is None or told.type != kind.type:
        return None
    try:
        return _command(told, told.data, kind, principal, entropy, keys)
    except ValueError:
        return None


def _command(
    told: Envelope,
    sent: object,
    kind: type[CommandData],
    principal: str,
    entropy: bytes,
    keys: Keys | None,
) -> Command[CommandData]:
    """The command in an envelope; `sent` is its data as it was sent. Raises ValidationError, or
    Misplaced, for a wrong one.
    """
    subject, actor = told.subject, told.actor or principal
    content = [told.type, subject, sent, actor, told.onbehalfof]
    if kind.secrets:
        context = _context(subject, keys)
        data = kind.__pydantic_validator__.validate_python(told.data, context=context)
        digest, plain_digest = _both_digests(content, keys)
    else:
        data = kind.__pydantic_validator__.validate_python(told.data)
        digest, plain_digest = digest_of(content), b""
    if not kind.subject.fullmatch(subject) or data.fault_on(subject):
        raise Misplaced
    return Command(
        pair=pair_of(told.source, told.id),
        type=told.type,
        subject=subject,
        actor=actor,
        data=data,
        digest=digest,
        plain_digest=plain_digest,
        entropy=entropy,
        on_behalf_of=told.onbehalfof,
        time=told.time,
        correlation_id=told.correlationid or told.id,
        causation_id=told.causationid,
        traceparent=told.traceparent,
    )


def _context(subject: object, keys: Keys | None) -> dict[str, Any]:
    """What the check of a secret field needs to know of the command."""
    return {"open": keys and keys.opened, "subject": subject}


def _both_digests(content: list[Any], keys: Keys | None) -> tuple[bytes, bytes]:
    """The digest of content that may hold a secret, and the one that it had before keys."""
    plain = digest_of(content)
    return (digest_of(content, keys.digest_key()), plain) if keys else (plain, b"")


def verb_of(type: str) -> str:
    """The name of the command in the type of its messages."""
    return type[len(_TYPE_BEGINS) : -len(_TYPE_ENDS)]


class Misplaced(ValueError):
    """A command on a subject that it can't be about."""


def read_with_care(
    message: Any,
    kinds: Kinds,
    principal: str,
    written: bytes | None,
    entropy: bytes,
    keys: Keys | None = None,
) -> Read:
    """Read a message that is not plain, as `read_command` does: one in a rarer form, or a wrong
    one, of which every fault is said.
    """
    if isinstance(message, Unreadable):
        return message
    if not isinstance(message, dict):
        return Unreadable("a CloudEvent is a JSON object")
    event = cast("dict[str, Any]", message)
    repeated = event.repeated if isinstance(event, WithRepeats) else ()
    for name in NAMING:
        if fault := fault_of_name(event.get(name)):
            return Unreadable(f"{name} {fault}")
        if name in repeated:
            return Unreadable(f"{name} is given more than once")
    named: str = event["type"]
    is_ours = named.startswith(_TYPE_BEGINS) and named.endswith(_TYPE_ENDS)
    kind = kinds.get(verb_of(named)) if is_ours else None
    if kind is None:
        refusal = refused("unknown-command", type=shown(named))
    elif repeated:
        refusal = malformed(repeats_of(repeated))
    else:
        try:
            told = checked_envelope(event)
            return _command(told, event.get("data"), kind, principal, entropy, keys)
        except ValueError:
            refusal = malformed(_every_fault(event, kind, keys))
    return _faulty(event, refusal, principal, written, keys if kind and kind.secrets else None)


def _every_fault(
    message: dict[str, Any], data_type: type[CommandData], keys: Keys | None
) -> list[dict[str, str]]:
    """All faults of the attributes, the subject and the data."""
    faults = faults_in(Attributes, message)
    subject, data = message.get("subject"), message.get("data", {})
    context = _context(subject, keys)
    if isinstance(subject, str) and not data_type.subject.fullmatch(subject):
        faults.append({"path": "subject", "fault": asked_by(data_type.subject.pattern)})
    if isinstance(data, dict):
        faults += faults_in(data_type, cast("Any", data), context)
    return faults or [_misplaced(data_type, subject, data, context)]


def _misplaced(
    data_type: type[CommandData], subject: Any, data: Any, context: dict[str, Any]
) -> dict[str, str]:
    """The fault of data that is well formed, but not on this subject."""
    misplaced = data_type.model_validate(data, context=context).fault_on(subject)
    assert misplaced is not None, "a command without a fault was read"
    path, fault = misplaced
    return {"path": path, "fault": fault}


def _faulty(
    message: dict[str, Any],
    refusal: Refused,
    principal: str,
    written: bytes | None,
    keys: Keys | None,
) -> Faulty:
    """A `Faulty` with all that can be read of a message that can't be decided. `keys` are given
    where a secret may stand in it.
    """
    content = content_of(message, principal)
    if not isinstance(message, WithRepeats) and is_canonical(content):
        digest, plain_digest = _both_digests(content, keys)
    else:
        raw = _dumped(message) if written is None else written
        digest, plain_digest = hashed(raw, 16), b""
        if keys:
            digest, plain_digest = hashed(raw, 16, keys.digest_key()), digest
    subject, actor, correlation = (
        value if is_name(value := message.get(name)) else None
        for name in ("subject", "actor", "correlationid")
    )
    pair = pair_of(message["source"], message["id"])
    return Faulty(
        pair=pair,
        type=message["type"],
        subject=subject,
        actor=actor or principal,
        digest=digest,
        plain_digest=plain_digest,
        refusal=refusal,
        correlation_id=correlation or pair.id,
    )


def _dumped(message: dict[str, Any]) -> bytes:
    """Bytes that stand for a message whose original bytes are not at hand."""
    try:
        return json.dumps(message).encode()
    except RecursionError:
        return b"nested too deep"


def without_extensions(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message without attributes that mean nothing here, so that what is stored has a bound."""
    known = (*NAMING, *Attributes.model_fields)
    return {name: message[name] for name in known if name in message}
