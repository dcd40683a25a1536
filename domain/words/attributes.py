"""The attributes of a message other than id, source and type: who sent it, when, about what.

A model checks them. Nearly all messages are so plain that a dozen comparisons do the same in a
third of the time (docs/decisions/0003), so the comparisons come first.
"""

import re
from typing import Annotated, Any, Final, Literal, TypeGuard

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.words.content import is_text
from domain.words.values import IDENTIFIER, PRINCIPAL, Identifier, Principal, Time, written_time

LONGEST_NAME = 1000
"""The longest id, source or type that is read; a message with a longer one is not readable."""

_Context = Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=LONGEST_NAME)]
_Trace = Annotated[str, StringConstraints(max_length=100, pattern=r"^[!-~]+$")]
_Json = Annotated[str, StringConstraints(pattern=r"^(?i:application/json) *(;[ -~]*)?$")]


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
    data: dict[str, Any] = Field(default_factory=dict[str, Any])
    data_base64: None = None
    """Data comes as JSON: bytes beside it would be ignored, so they are refused."""


Context = tuple[
    str, str | None, str | None, str | None, str | None, str | None, str | None, dict[str, Any]
]
"""Subject, actor, onbehalfof, time, correlationid, causationid, traceparent, data."""

_is_principal: Final = re.compile(PRINCIPAL).fullmatch
_is_identifier: Final = re.compile(IDENTIFIER).fullmatch
_is_utc: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z").fullmatch


def attributes_of(message: dict[str, Any]) -> Context:
    """The attributes of a message. Raises ValidationError where any has a wrong shape."""
    return plain_attributes(message) or checked_attributes(message)


def plain_attributes(message: dict[str, Any]) -> Context | None:
    """The attributes in the form that nearly all messages have.

    None where any has a rarer form or is wrong: the model then reads it, or says what is wrong.
    """
    get = message.get
    subject, actor, on_behalf_of = get("subject"), get("actor"), get("onbehalfof")
    time, correlation_id, causation_id = get("time"), get("correlationid"), get("causationid")
    data: dict[str, Any] | None = get("data")
    if not (
        is_name(subject)
        and isinstance(data, dict)
        and get("specversion") == "1.0"
        and get("datacontenttype") in (None, "application/json")
        and (actor is None or (type(actor) is str and _is_principal(actor)))
        and (time is None or (type(time) is str and _is_utc(time)))
        and (on_behalf_of is None or (type(on_behalf_of) is str and _is_identifier(on_behalf_of)))
        and (correlation_id is None or is_name(correlation_id))
        and (causation_id is None or is_name(causation_id))
        and get("dataschema") is get("traceparent") is get("data_base64") is None
    ):
        return None
    try:
        time = time and written_time(time)
    except ValueError:
        return None
    return subject, actor, on_behalf_of, time, correlation_id, causation_id, None, data


def checked_attributes(message: dict[str, Any]) -> Context:
    """The attributes of any message. Raises ValidationError for a wrong one."""
    context: Attributes = Attributes.__pydantic_validator__.validate_python(message)
    return (
        context.subject,
        context.actor,
        context.onbehalfof,
        context.time,
        context.correlationid,
        context.causationid,
        context.traceparent,
        context.data,
    )


def is_name(value: Any) -> TypeGuard[str]:
    """Whether a value can name something: a text that can be kept, neither empty nor too long."""
    # most names are printable, a quick test: neither U+0000 nor a lone surrogate is printable
    return (
        isinstance(value, str)
        and 0 < len(value) <= LONGEST_NAME
        and (value.isprintable() or is_text(value))
    )
