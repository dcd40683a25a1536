"""What operations have in common: headers, problems by status, ways to prove who asks."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from adapters.http.codes import codes_of
from adapters.http.openapi.schemas import named
from adapters.http.problems import PROBLEM_JSON
from domain.words.attributes import LONGEST_NAME
from domain.words.values import PRINCIPAL

Part = dict[str, Any]

_STREAM: Final = "[a-z-]+/[A-Za-z0-9][A-Za-z0-9._-]{0,99}/[0-9]{1,10}"
_STREAMS: Final = f"^{_STREAM}(, *{_STREAM})*$"
_SECONDS: Final = {"description": "Seconds to wait.", "schema": {"type": "integer"}}

SECURITY: Final[Mapping[str, Part]] = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "An opaque token (`TIELINE_AUTH=tokens:FILE`).",
    },
    "oidc": {
        "type": "openIdConnect",
        "openIdConnectUrl": "https://issuer.example/.well-known/openid-configuration",
        "description": "An access token of the issuer that `TIELINE_AUTH=oidc:ISSUER` names.",
    },
    "certificate": {
        "type": "mutualTLS",
        "description": "A client certificate (`TIELINE_AUTH=mtls`).",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "tieline_session",
        "description": "The session of the console.",
    },
}
"""How callers prove who they are; on loopback alone they may do without."""

WAYS_IN: Final = [*({name: list[str]()} for name in SECURITY), dict[str, Any]()]

HEADERS: Final[Mapping[str, Part]] = {
    "ETag": {"description": "The version, and a hash of the body.", "schema": {"type": "string"}},
    "Link": {"description": "Where to go on (RFC 8288).", "schema": {"type": "string"}},
    "Location": {"description": "Where the outcome will be.", "schema": {"type": "string"}},
    "Allow": {"description": "The methods of the path.", "schema": {"type": "string"}},
    "Preference-Applied": {
        "description": "What of `Prefer` was done.",
        "schema": {"type": "string"},
    },
    "Retry-After": _SECONDS,
    "WWW-Authenticate": {
        "description": "What would prove who asks.",
        "schema": {"type": "string"},
    },
    "Idempotency-Key": {
        "description": "The id of the command: the same again is the same command.",
        "schema": {"type": "string"},
    },
    "Tieline-Written": {
        "description": "The versions of streams that were written, to be sent back as "
        "`Tieline-At-Least`.",
        "schema": {"type": "string", "pattern": _STREAMS},
    },
}

PARAMETERS: Final[Mapping[str, Part]] = {
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The version of the subject at which alone the command is to be decided: "
        '`"7"`, or the ETag of a view.',
        "schema": {
            "type": "string",
            "pattern": r'^((W/)?"[0-9]{1,9}(-[0-9a-f]+)?"|[0-9]{1,9})$',
        },
        "example": '"7"',
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag of what the caller has already.",
        "schema": {"type": "string"},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The id of the command; one is made where there is none.",
        "schema": {
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST_NAME,
            "pattern": r"^[!-~]([ -~]*[!-~])?$",
        },
    },
    "Prefer": {
        "name": "Prefer",
        "in": "header",
        "description": "`respond-async`: answer 202 at once, and the outcome at `Location`.",
        "schema": {"type": "string"},
        "example": "respond-async",
    },
    "AtLeast": {
        "name": "Tieline-At-Least",
        "in": "header",
        "description": "Wait until the views have reached these versions of streams, as "
        "`Tieline-Written` named them.",
        "schema": {"type": "string", "pattern": _STREAMS},
        "example": "circuit/acme-fra-1/7, location/frankfurt/12",
    },
    "Actor": {
        "name": "Tieline-Actor",
        "in": "header",
        "description": "Who asks, where nobody has to prove it (`TIELINE_AUTH=none`).",
        "schema": {"type": "string", "pattern": f"^{PRINCIPAL}$"},
    },
}

_ALWAYS: Final[Mapping[int, tuple[str, ...]]] = {
    401: ("WWW-Authenticate",),
    405: ("Allow",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}
"""The headers that problems of a status always have."""


def problems(statuses: Iterable[int]) -> dict[str, Part]:
    """The answers with these statuses, as references."""
    return {str(each): {"$ref": f"#/components/responses/{_name(each)}"} for each in statuses}


def responses(statuses: Iterable[int]) -> dict[str, Part]:
    """The problems of statuses, by name, each with its codes."""
    return {_name(each): _problem(each) for each in sorted(statuses)}


def parameter(name: str) -> Part:
    """A reference to a parameter."""
    return {"$ref": f"#/components/parameters/{name}"}


def header(name: str) -> Part:
    """A reference to a header."""
    return {"$ref": f"#/components/headers/{name}"}


def _name(status: int) -> str:
    return "".join(word.capitalize() for word in HTTPStatus(status).name.split("_"))


def _problem(status: int) -> Part:
    codes = ", ".join(f"`{code}`" for code in codes_of(status))
    found: Part = {"description": f"{HTTPStatus(status).phrase}: {codes}."}
    if always := _ALWAYS.get(status):
        found["headers"] = {name: {**HEADERS[name], "required": True} for name in always}
    return found | {"content": {PROBLEM_JSON: {"schema": named("Problem")}}}
