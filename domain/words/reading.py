"""Reading a command from a CloudEvent: at once where it is plain, otherwise with care, so that
every fault of it is said.
"""

import json
from typing import Any, cast

from domain.words.attributes import (
    Attributes,
    Envelope,
    checked_envelope,
    fault_of_name,
    is_name,
    plain_envelope,
)
from domain.words.content import content_of, digest_of, hashed, is_canonical, pair_of
from domain.words.data import CommandData
from domain.words.faults import asked_by, faults_in, malformed, repeats_of
from domain.words.messages import (
    NAMING,
    Command,
    Faulty,
    Kinds,
    Read,
    Unreadable,
    is_type,
    verb_of,
)
from domain.words.refusals import Refused, refused, shown
from domain.words.repeats import WithRepeats
from domain.words.secret import Keys


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
        if_version=told.ifversion,
    )


def _context(subject: object, keys: Keys | None) -> dict[str, Any]:
    """What the check of a secret field needs to know of the command."""
    return {"open": keys and keys.opened, "subject": subject}


def _both_digests(content: list[Any], keys: Keys | None) -> tuple[bytes, bytes]:
    """The digest of content that may hold a secret, and the one that it had before keys."""
    plain = digest_of(content)
    return (digest_of(content, keys.digest_key()), plain) if keys else (plain, b"")


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
    kind = kinds.get(verb_of(named)) if is_type(named) else None
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
