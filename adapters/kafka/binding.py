"""The CloudEvents Kafka binding: messages as records and back.

Binary mode is written (attributes as `ce_` headers, the value is the data); binary and structured
mode are read (https://github.com/cloudevents/spec, Kafka protocol binding 1.0.2).
"""

from collections import Counter
from collections.abc import Mapping
from math import nan
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson

from adapters.kafka.api import Record
from domain.engine.log import EventRow
from domain.engine.outcomes import REFUSED, Outcome, Stored, uuid_of
from domain.engine.records import Recorded
from domain.engine.records import event_of as read_event
from domain.words.content import pair_of
from domain.words.messages import Unreadable, load
from domain.words.refusals import Blocker, Refused
from domain.words.repeats import WithRepeats
from domain.words.structs import Event

JSON: Final = b"application/json"
STRUCTURED: Final = "application/cloudevents+json"
_CONTENT_TYPE: Final = "content-type"
_PREFIX: Final = "ce_"
_SPECVERSION: Final = ("ce_specversion", b"1.0")
_OPTIONAL: Final = ("onbehalfof", "traceparent")
_CONTENT: Final = (_CONTENT_TYPE, JSON)
_ODD: Final = (KeyError, ValueError, TypeError, AttributeError)
"""The errors of reading a record of another shape; a header without a value is None."""


class Outgoing(NamedTuple):
    """A record to be written."""

    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


class NotOurs(ValueError):
    """A record on a topic of ours that we did not write; the text says what is odd about it."""


def message_of(record: Record) -> tuple[Any, bytes | None]:
    """A record as a CloudEvent in JSON, or as an Unreadable, with the bytes it was written as."""
    try:
        headers = {name.lower(): value for name, value in record.headers}
        kind = headers.get(_CONTENT_TYPE, b"").decode()
        if kind.lower().startswith(STRUCTURED):
            return load(record.value or b""), record.value
        attributes = {
            name[len(_PREFIX) :]: value.decode()
            for name, value in headers.items()
            if name.startswith(_PREFIX)
        }
        repeated = _repeated(record) if len(headers) < len(record.headers) else ()
    except (UnicodeDecodeError, AttributeError) as fault:
        return Unreadable(f"a header is no text: {fault}"), record.value
    if not attributes:
        return Unreadable("no CloudEvent: neither ce_ headers nor structured content"), None
    if kind:
        attributes["datacontenttype"] = kind
    message = _with_data(attributes, record.value)
    if repeated:
        message = WithRepeats(message, (*repeated, *getattr(message, "repeated", ())))
    return message, record.value


def _repeated(record: Record) -> tuple[str, ...]:
    """The attributes for which a record has more than one header."""
    count = Counter(name.lower() for name, _ in record.headers)
    return tuple(
        name[len(_PREFIX) :] for name in count if count[name] > 1 and name.startswith(_PREFIX)
    )


def _with_data(attributes: dict[str, str], value: bytes | None) -> dict[str, Any]:
    """Binary mode. Data that is no JSON leaves a message that can be answered, not decided."""
    if not value:
        return dict(attributes)
    data = load(value)
    message = {**attributes, "data": nan if isinstance(data, Unreadable) else data}
    if isinstance(data, WithRepeats):
        return WithRepeats(message, tuple(f"data.{path}" for path in data.repeated))
    return message


def written(message: Mapping[str, Any]) -> Outgoing:
    """A CloudEvent in JSON as a record in binary mode, keyed by its subject."""
    headers = [
        (f"{_PREFIX}{name}", str(value).encode())
        for name, value in message.items()
        if name not in ("data", "datacontenttype")
    ]
    headers.append(_CONTENT)
    subject = message.get("subject")
    return Outgoing(
        subject.encode() if isinstance(subject, str) else None,
        orjson.dumps(message["data"]) if "data" in message else None,
        headers,
    )


def as_published(line: bytes, message: Mapping[str, Any]) -> Outgoing:
    """A CloudEvent as somebody wrote it, in structured mode: nothing about it changes on the way,
    whatever is odd about it.
    """
    subject = message.get("subject")
    key = subject.encode("utf-8", "surrogatepass") if isinstance(subject, str) else None
    return Outgoing(key, line, [(_CONTENT_TYPE, STRUCTURED.encode())])


def event_of(position: int, row: EventRow, cell: bytes) -> Outgoing:
    """A stored event as a record: the same bytes each time it is published."""
    stored = orjson.loads(row.state)
    stream = row.stream.encode()
    headers = [
        _SPECVERSION,
        ("ce_id", b"%s/%d" % (stream, row.version)),
        ("ce_source", cell),
        ("ce_type", row.kind.encode()),
        ("ce_subject", stream),
        ("ce_time", stored["time"].encode()),
        ("ce_actor", stored["actor"].encode()),
        ("ce_correlationid", stored["correlationid"].encode()),
        ("ce_causationid", stored["causationid"].encode()),
        ("ce_sequence", b"%d" % row.version),
        ("ce_position", b"%d" % position),
    ]
    headers += [(f"{_PREFIX}{name}", stored[name].encode()) for name in _OPTIONAL if name in stored]
    headers.append(_CONTENT)
    return Outgoing(stream, orjson.dumps(stored["data"]), headers)


def recorded(record: Record, cell: bytes) -> Recorded:
    """An event as it was published.

    Raises NotOurs for a record of another writer, KeyError for a type that this version of tieline
    does not know.
    """
    told = dict(record.headers)
    try:
        if told.get("ce_source") != cell:
            raise NotOurs("it names another source")
        kind = told["ce_type"].decode()
        on_behalf_of, traceparent = told.get("ce_onbehalfof"), told.get("ce_traceparent")
        position, stream = int(told["ce_position"]), told["ce_subject"].decode()
        version, time = int(told["ce_sequence"]), told["ce_time"].decode()
        actor, causation = told["ce_actor"].decode(), told["ce_causationid"].decode()
        correlation = told["ce_correlationid"].decode()
    except _ODD as fault:
        raise NotOurs(str(fault)) from fault
    return Recorded(
        position,
        stream,
        version,
        time,
        actor,
        causation,
        correlation,
        on_behalf_of.decode() if on_behalf_of else None,
        traceparent.decode() if traceparent else None,
        _event(kind, record.value or b""),
    )


def _event(kind: str, data: bytes) -> Event:
    try:
        return read_event(kind, data)
    except ValueError as fault:
        raise NotOurs(f"{kind}: {fault}") from fault


def outcome_of(outcome: Outcome, cell: str, place: tuple[int, int] | None = None) -> Outgoing:
    """An outcome as a record. `place` is where it stands in the log: the last position before it,
    and its number among all outcomes; None for an outcome that is given again.
    """
    message = outcome.as_cloudevent(cell)
    named = {"actor": outcome.actor, "commandsource": outcome.source, "command": outcome.type}
    message |= {name: value for name, value in named.items() if value is not None}
    if outcome.digest:
        message["commanddigest"] = outcome.digest.hex()
    if place is not None:
        message["position"], message["place"] = place
    return written(message)


def refusal(record: Record, cell: bytes) -> tuple[int, Stored] | None:
    """A refused attempt as the log keeps it, with its number among all outcomes; None for an
    outcome of another kind, or an outcome that is given again. Raises NotOurs.
    """
    told = dict(record.headers)
    try:
        if told.get("ce_source") != cell:
            raise NotOurs("it names another source")
        if told["ce_type"] != REFUSED.encode() or "ce_place" not in told:
            return None
        return int(told["ce_place"]), _refusal(told, orjson.loads(record.value or b""))
    except _ODD as fault:
        raise NotOurs(str(fault)) from fault


def _refusal(told: Mapping[str, bytes], data: Mapping[str, Any]) -> Stored:
    def text(name: str) -> str | None:
        return told[name].decode() if name in told else None

    outcome = Outcome(
        UUID(told["ce_id"].decode()).bytes,
        data["command_id"],
        text("ce_subject"),
        text("ce_correlationid"),
        told["ce_time"].decode(),
        warnings=data["warnings"],
        refusal=refused_again(data["refusal"]),
        actor=text("ce_actor"),
        source=text("ce_commandsource"),
        type=text("ce_command"),
    )
    assert outcome.key is not None
    return Stored(outcome.key, b"", int(told["ce_position"]), 0, outcome.body())


def refused_again(said: Mapping[str, Any]) -> Refused:
    """A refusal as an outcome tells it."""
    return Refused(
        said["code"], said["facts"], [Blocker(**each) for each in said.get("blockers", ())]
    )


def outcome_id(source: str, id: str) -> str:
    """The id of a command's outcome."""
    return uuid_of(pair_of(source, id).key)


def kind_of(record: Record) -> str:
    """The type that a record names; empty where it names none."""
    return dict(record.headers).get("ce_type", b"").decode(errors="replace")
