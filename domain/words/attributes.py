"""The envelope of a message: who sent it, when, about what, and its data.

A model checks the attributes and says every fault. Nearly all messages are so plain that msgspec
reads them in a third of the time (docs/decisions/0003), so it comes first.
"""

import re
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, TypeGuard

from msgspec import Meta, Struct, convert
from msgspec.json import Decoder, Encoder
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from domain.words.content import is_text
from domain.words.repeats import WithRepeats, may_repeat
from domain.words.values import (
    IDENTIFIER,
    PRINCIPAL,
    SOME_TEXT,
    Identifier,
    Principal,
    Time,
    formed,
    written_time,
)

LONGEST_NAME = 1000
"""The longest id, source or type that is read; a message with a longer one is not readable."""

Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]

_Context = Annotated[str, StringConstraints(pattern=SOME_TEXT, max_length=LONGEST_NAME)]
_A_TRACE = formed(r"^[!-~]+$", "must be printable ASCII characters without spaces")
_Trace = Annotated[str, StringConstraints(max_length=100, pattern=_A_TRACE)]
_JSON = formed(r"^(?i:application/json) *(;[ -~]*)?$", "must be application/json")
_Json = Annotated[str, StringConstraints(pattern=_JSON)]


MOST_VERSIONS = 2**31 - 1
"""The greatest version that a message can name: CloudEvents' integers have 32 bits."""


def _number(value: Any) -> Any:
    """A number, also where it came as the text of a header."""
    is_digits = isinstance(value, str) and re.fullmatch("[0-9]{1,10}", value)
    return int(value) if is_digits else value


_Version = Annotated[int, Field(ge=0, le=MOST_VERSIONS), BeforeValidator(_number)]


class Attributes(BaseModel):
    """A command's CloudEvents attributes other than id, source and type (contract, "Messages")."""

    model_config = ConfigDict(strict=True, frozen=True, defer_build=True, hide_input_in_errors=True)

    specversion: Literal["1.0"]
    subject: Annotated[str, StringConstraints(max_length=LONGEST_NAME)]
    """The command's class says which form a subject has."""
    time: Time | None = None
    datacontenttype: _Json | None = None
    dataschema: _Context | None = None
    actor: Principal | None = None
    onbehalfof: Identifier | None = None
    correlationid: _Context | None = None
    causationid: _Context | None = None
    traceparent: _Trace | None = None
    ifversion: _Version | None = None
    """The version of the subject at which alone it is to be decided (contract, "HTTP")."""
    data: dict[str, Any] = Field(default_factory=dict[str, Any])
    data_base64: None = None
    """Data comes as JSON: bytes beside it would be ignored, so they are refused."""


class Envelope(Struct, gc=False, omit_defaults=True):
    """The attributes of one message and its data, as the rest of the code needs them."""

    specversion: Literal["1.0"]
    id: Name
    source: Name
    type: Name
    subject: Name
    data: dict[str, Any]
    actor: str | None = None
    onbehalfof: str | None = None
    time: str | None = None
    correlationid: Name | None = None
    causationid: Name | None = None
    traceparent: str | None = None
    ifversion: Annotated[int, Meta(ge=0, le=MOST_VERSIONS)] | None = None
    datacontenttype: Literal["application/json"] | None = None
    dataschema: None = None
    data_base64: None = None


_is_trace: Final = re.compile(r"[!-~]{1,100}").fullmatch
_is_utc: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z").fullmatch


@lru_cache(maxsize=10_000)  # the same few send most commands
def _is_principal(text: str) -> bool:
    return re.fullmatch(PRINCIPAL, text) is not None


@lru_cache(maxsize=10_000)
def _is_identifier(text: str) -> bool:
    return re.fullmatch(IDENTIFIER, text) is not None


class _Line(Envelope, forbid_unknown_fields=True):
    """An envelope as a line, of which nothing may be skipped unread."""


_decode_line: Final = Decoder(_Line).decode
_encode_line: Final = Encoder().encode


def plain_line(line: bytes) -> Envelope | None:
    """The envelope in a line of JSON, as `plain_envelope` gives it, in half the time.

    Only for lines in ASCII without escapes, of which each text can be kept, and without a member
    that is there twice.
    """
    if not line.isascii():
        return None
    try:
        told = _decode_line(line)
        if may_repeat(line, _encode_line(told)):
            return None
        return told if _is_plain(told) else None
    except ValueError:
        return None


def plain_envelope(message: Any) -> Envelope | None:
    """The envelope of a message, a JSON value, in the form that nearly all messages have.

    None where anything has a rarer form, or is wrong: the model then reads it, or says why not.
    """
    if isinstance(message, WithRepeats):
        return None
    try:
        told = convert(message, Envelope)
        return told if _can_be_kept(told) and _is_plain(told) else None
    except ValueError:
        return None


def _can_be_kept(told: Envelope) -> bool:
    """Whether each text can be stored; neither U+0000 nor a lone surrogate is printable."""
    return (
        told.id.isprintable()
        and told.source.isprintable()
        and told.type.isprintable()
        and told.subject.isprintable()
        and (told.correlationid is None or told.correlationid.isprintable())
        and (told.causationid is None or told.causationid.isprintable())
    )


def _is_plain(told: Envelope) -> bool:
    """Check what types don't say, and write the time as tieline does. Raises ValueError for a time
    that there is none of.
    """
    if (time := told.time) is not None:
        if not _is_utc(time):
            return False
        told.time = written_time(time)
    return (
        (told.actor is None or _is_principal(told.actor))
        and (told.onbehalfof is None or _is_identifier(told.onbehalfof))
        and (told.traceparent is None or _is_trace(told.traceparent) is not None)
    )


def checked_envelope(message: dict[str, Any]) -> Envelope:
    """The envelope of any message with an id, a source and a type. Raises ValidationError for a
    wrong attribute.
    """
    told: Attributes = Attributes.__pydantic_validator__.validate_python(message)
    return Envelope(
        specversion=told.specversion,
        id=message["id"],
        source=message["source"],
        type=message["type"],
        subject=told.subject,
        data=told.data,
        actor=told.actor,
        onbehalfof=told.onbehalfof,
        time=told.time,
        correlationid=told.correlationid,
        causationid=told.causationid,
        traceparent=told.traceparent,
        ifversion=told.ifversion,
    )


def is_name(value: Any) -> TypeGuard[str]:
    """Whether a value can name something: a text that can be kept, neither empty nor too long."""
    return fault_of_name(value) is None


def fault_of_name(value: Any) -> str | None:
    """Why a value can't name something; None if it can."""
    if value is None or value == "":
        return "is missing"
    if not isinstance(value, str):
        return "must be a text"
    if len(value) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME:,} characters"
    return None if is_text(value) else "has characters that can't be stored"
