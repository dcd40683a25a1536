"""The bodies of commands: read as far as they may be long, in any of CloudEvents' three modes."""

import re
from http import HTTPStatus
from typing import Any, Final, NamedTuple, cast
from urllib.parse import unquote

from starlette.requests import ClientDisconnect, Request

from adapters.http.answers import CLOUDEVENT, CLOUDEVENTS
from adapters.http.problems import Problem, bad_request
from domain.words.attributes import Attributes
from domain.words.messages import NAMING, Unreadable, load

LONGEST: Final = 1_000_000
"""Bytes of a body; a batch counts whole."""

MOST: Final = 500
"""Commands of a batch."""

_KNOWN: Final = (*NAMING, *(each for each in Attributes.model_fields if each != "data"))
"""The attributes that are read from headers: others mean nothing here."""

_MEDIA_TYPE: Final = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+)")


class Sent(NamedTuple):
    """What was sent: commands as JSON values, and whether as a batch."""

    messages: list[Any]
    is_batch: bool


async def body_of(request: Request) -> bytes:
    """The whole body. Raises Problem for one that is too long."""
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > LONGEST:
        raise _too_long()
    read = bytearray()
    try:
        async for chunk in request.stream():
            read += chunk
            if len(read) > LONGEST:
                raise _too_long()
    except ClientDisconnect as gone:
        raise bad_request("The body broke off.") from gone
    return bytes(read)


async def commands_in(request: Request) -> Sent:
    """The commands of a request: one, structured or binary, or a batch. Raises Problem."""
    kind = media_type(request)
    if kind == CLOUDEVENT:
        return Sent([_value(await body_of(request))], is_batch=False)
    if kind == CLOUDEVENTS:
        return Sent(_batch(await body_of(request)), is_batch=True)
    if any(name.startswith("ce-") for name in request.headers):
        return Sent([_binary(request, await data_of(request))], is_batch=False)
    raise Problem(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "unsupported-media-type",
        f"Send {CLOUDEVENT}, {CLOUDEVENTS}, or the attributes as ce- headers beside JSON.",
    )


async def data_of(request: Request) -> Any:
    """The data of a command, sent by itself: a JSON object, or nothing. Raises Problem."""
    body = await body_of(request)
    if not body:
        return {}
    if media_type(request) != "application/json":
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            "Send the data as application/json.",
        )
    return _value(body)


def media_type(request: Request) -> str:
    """The type of the body, in lower case and without parameters."""
    found = _MEDIA_TYPE.match(request.headers.get("content-type", ""))
    return found[1].lower() if found else ""


def _value(body: bytes) -> Any:
    value = load(body)
    if isinstance(value, Unreadable):
        raise bad_request(f"The body can't be read: {value.fault}.")
    return value


def _batch(body: bytes) -> list[Any]:
    value = _value(body)
    if not isinstance(value, list):
        raise bad_request("A batch is a JSON array of CloudEvents.")
    items = cast("list[Any]", value)
    if len(items) > MOST:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too-large",
            f"A batch has {MOST} commands at most, and this one has {len(items)}.",
        )
    return items


def _binary(request: Request, data: Any) -> dict[str, Any]:
    """A command in binary mode; a value is percent-decoded once, as the binding says."""
    message: dict[str, Any] = {}
    for name in _KNOWN:
        values = request.headers.getlist(f"ce-{name}")
        if len(values) > 1:
            raise bad_request(f"The header ce-{name} is given more than once.")
        if values:
            message[name] = unquote(values[0], errors="surrogateescape")
    message["data"] = data
    return message


def _too_long() -> Problem:
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", f"A body has {LONGEST:,} bytes at most."
    )
