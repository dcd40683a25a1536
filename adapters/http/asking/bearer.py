"""Bearer tokens as requests carry them (RFC 6750), whatever kind they are."""

from typing import Final

from starlette.requests import Request

from adapters.http.asking.gate import REALM, Unidentified

_CHALLENGE: Final = f'Bearer realm="{REALM}"'


def presented(request: Request) -> str | None:
    """The token of a request; None if it carries no Authorization. Raises Unidentified."""
    headers = request.headers.getlist("authorization")
    if not headers:
        return None
    scheme, _, token = headers[0].partition(" ")
    token = token.strip()
    if len(headers) > 1 or scheme.lower() != "bearer" or not token:
        raise bad("Authorization must be 'Bearer TOKEN', once.")
    return token


def missing() -> Unidentified:
    """There is no token; the challenge says no more, as RFC 6750 has it."""
    return Unidentified("Send a bearer token in the Authorization header.", _CHALLENGE)


def bad(detail: str) -> Unidentified:
    """There is a token, and it does not hold; `detail` is plain ASCII without quotation marks."""
    return Unidentified(
        detail, f'{_CHALLENGE}, error="invalid_token", error_description="{detail}"'
    )
