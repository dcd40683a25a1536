"""What describes the interface, served to anybody."""

from collections.abc import Sequence
from hashlib import blake2b

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.http.answers import JSON
from adapters.http.asked import Question
from adapters.http.openapi.document import document
from adapters.http.queries import parsed

KEPT = {"Cache-Control": "public, max-age=300"}
"""Of what is the same for everybody until the next release."""


def routes(questions: Sequence[Question]) -> list[Route]:
    """The paths of the description."""
    made: list[bytes] = []

    def openapi(request: Request) -> Response:
        parsed(request.query_params, {})
        if not made:
            made.append(orjson.dumps(document(questions)))
        return lasting(request, made[0], JSON)

    return [Route("/v1/openapi.json", openapi)]


def lasting(request: Request, body: bytes, kind: str) -> Response:
    """An answer that everybody may keep, or that the caller has it already."""
    tag = f'"{blake2b(body, digest_size=9).hexdigest()}"'
    headers = {**KEPT, "ETag": tag}
    known = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    if tag in (each.removeprefix("W/") for each in known) or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=kind)
