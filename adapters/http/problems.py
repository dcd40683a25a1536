"""Problems (RFC 9457): how every error is answered, and which status each refusal has."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response

from adapters.http.answers import json_of
from domain.words.messages import Message

PROBLEM_JSON: Final = "application/problem+json"

_UNPROCESSABLE: Final = (
    "malformed-command",
    "unknown-command",
    "command-id-reused",
    "bandwidth-not-offered",
    "tier-not-offered",
    "same-router",
    "asn-reserved",
    "subnet-invalid",
    "profile-unknown",
    "region-unknown",
    "community-unknown",
    "encryption-too-weak",
)
"""Refusals of what was sent, whatever the state of things."""

_STATUS: Final[Mapping[str, HTTPStatus]] = {
    "not-permitted": HTTPStatus.FORBIDDEN,
    "not-found": HTTPStatus.NOT_FOUND,
    "version-moved": HTTPStatus.PRECONDITION_FAILED,
    **dict.fromkeys(_UNPROCESSABLE, HTTPStatus.UNPROCESSABLE_ENTITY),
}


def status_of(code: str) -> HTTPStatus:
    """The status of a refusal by its code; what the state of things forbids is a conflict."""
    return _STATUS.get(code, HTTPStatus.CONFLICT)


class Problem(Exception):
    """An answer that says what is wrong: a code, a sentence, and what belongs to it."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = more

    def response(self, base: str) -> Response:
        """As it is sent; `base` is where the server is: `http://127.0.0.1:8080`."""
        body = {
            "type": f"{base}/v1/problems/{self.code}",
            "title": title_of(self.code),
            "status": int(self.status),
            "detail": self.detail,
            "code": self.code,
            **self.more,
        }
        return Response(json_of(body), self.status, self.headers, PROBLEM_JSON)


def title_of(code: str) -> str:
    """A code as people say it."""
    return code.replace("-", " ").capitalize()


def refused(outcome: Message, headers: Mapping[str, str] | None = None) -> Problem:
    """The problem of a refused command, with its whole outcome."""
    refusal: Mapping[str, Any] = outcome["data"]["refusal"]
    return Problem(
        status_of(refusal["code"]),
        refusal["code"],
        refusal["message"],
        headers,
        facts=refusal["facts"],
        blockers=refusal["blockers"],
        outcome=outcome,
    )


def bad_request(fault: str) -> Problem:
    """What was sent can't be read, or not here."""
    return Problem(HTTPStatus.BAD_REQUEST, "bad-request", fault)


def busy(detail: str, seconds: int = 1) -> Problem:
    """More is asked than can be done at once; it may be in so many seconds."""
    headers = {"Retry-After": str(seconds)}
    return Problem(HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", detail, headers)


def away(detail: str) -> Problem:
    """What answers this does not answer itself just now."""
    headers = {"Retry-After": "5"}
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "not-available", detail, headers)


def missing(what: str) -> Problem:
    """There is nothing, or nothing that the caller may know of: both are answered alike."""
    return Problem(HTTPStatus.NOT_FOUND, "not-found", f"There is no {what}.")
