"""Commands in (contract, third part, "Commands in"): one, a batch, or a verb of a thing."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from re import fullmatch
from typing import Any, Final, cast
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.http import verbs
from adapters.http.answers import CLOUDEVENT, CLOUDEVENTS, answer
from adapters.http.asked import Endpoint
from adapters.http.bodies import Sent, commands_in, data_of
from adapters.http.desk import NotYet
from adapters.http.later import SOON, all_under_way, later, outcome_of, under_way
from adapters.http.problems import Problem, bad_request, refused
from adapters.http.queries import flag, parsed
from adapters.http.reached import written
from adapters.http.trying import tried
from adapters.http.world import World
from domain.catalogue import COMMANDS
from domain.engine.outcomes import Outcome
from domain.words.attributes import LONGEST_NAME

SOURCE: Final = "/v1"
"""The source of commands that come without an envelope."""

KEY: Final = rf"[ -~]{{1,{LONGEST_NAME}}}"
"""What an Idempotency-Key can be: it stands in headers, which have ASCII alone."""

DRY_RUN: Final = {"dry_run": flag}

_TAG: Final = r'(?:W/)?"([0-9]{1,10})(?:-[0-9a-f]+)?"|([0-9]{1,10})'
"""The version in `"7"`, or in the tag of a view."""

_TRACE: Final = r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"


def routes(world: World) -> list[Route]:
    """Where commands are sent to."""
    return [
        Route("/v1/commands", _envelopes(world), methods=["POST"]),
        *(
            Route(path, _verb(world, noun), methods=["POST"])
            for noun, path in verbs.patterns().items()
        ),
    ]


def _envelopes(world: World) -> Endpoint:
    async def send(request: Request) -> Response:
        caller = await world.gate.caller(request)
        given = parsed(request.query_params, DRY_RUN)
        sent = await commands_in(request)
        return await _answered(world, request, caller.principal, sent, given)

    return send


def _verb(world: World, noun: str) -> Endpoint:
    async def send(request: Request) -> Response:
        caller = await world.gate.caller(request)
        given = parsed(request.query_params, DRY_RUN)
        key = _key(request)
        verb, id = request.path_params["verb"], request.path_params.get("id", "self")
        message = {
            "specversion": "1.0",
            "id": key,
            "source": SOURCE,
            "type": COMMANDS[verb].type,
            "subject": f"{noun}/{id}",
            "data": await data_of(request),
        }
        sent = Sent([message], is_batch=False)
        named = {"Idempotency-Key": key}
        try:
            answered = await _answered(world, request, caller.principal, sent, given)
        except Problem as problem:
            problem.headers |= named
            raise
        answered.headers.update(named)
        return answered

    return send


def _key(request: Request) -> str:
    """The id of a command that comes without an envelope; one is made where there is none."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return str(uuid4())
    if not fullmatch(KEY, key):
        raise bad_request(f"Idempotency-Key has 1 to {LONGEST_NAME:,} printable ASCII characters.")
    return key


async def _answered(
    world: World, request: Request, principal: str, sent: Sent, given: Mapping[str, Any]
) -> Response:
    messages = [_traced(each, request) for each in _at_version(request, sent)]
    if given.get("dry_run"):
        return await tried(world, principal, messages, is_batch=sent.is_batch)
    handed_in = [(each, principal) for each in messages]
    if "respond-async" in request.headers.get("prefer", "") and not sent.is_batch:
        return await later(world, handed_in[0])
    try:
        outcomes, secret = await world.desk.decide(handed_in)
    except NotYet:
        return all_under_way(messages) if sent.is_batch else under_way(messages[0], SOON)
    headers = written(outcomes, world.rights)
    told = [each.as_cloudevent(world.cell) for each in outcomes]
    if sent.is_batch:
        return answer(told, headers=headers, kind=CLOUDEVENTS)
    if secret is not None:
        told[0]["data"]["secret"] = secret.reveal()
        headers = {**headers, "Cache-Control": "no-store"}
    return _one(outcomes[0], told[0], headers, sent.messages[0])


def _one(
    outcome: Outcome, told: dict[str, Any], headers: Mapping[str, str], message: Any
) -> Response:
    shape = {"Link": f'</v1/schemas/{told["type"]}>; rel="describedby"'}
    if outcome.parked:
        where = {"Location": outcome_of(message), "Retry-After": "60", **shape}
        return answer(told, status=HTTPStatus.ACCEPTED, headers=where, kind=CLOUDEVENT)
    if outcome.key is None:
        assert outcome.refusal is not None
        raise bad_request(outcome.refusal.message)
    if outcome.refusal:
        raise refused(told, headers)
    return answer(told, headers={**headers, **shape}, kind=CLOUDEVENT)


def _traced(message: Any, request: Request) -> Any:
    """A message as part of the caller's trace, unless it names one itself (W3C Trace Context)."""
    trace = request.headers.get("traceparent")
    if trace is None or not fullmatch(_TRACE, trace) or not isinstance(message, dict):
        return message
    return {"traceparent": trace, **cast("dict[str, Any]", message)}


def _at_version(request: Request, sent: Sent) -> Sequence[Any]:
    """The messages, conditional on the version that the header If-Match names."""
    wanted = request.headers.get("if-match")
    if wanted is None:
        return sent.messages
    if sent.is_batch:
        raise bad_request("If-Match goes with a single command: in a batch use ifversion.")
    found = fullmatch(_TAG, wanted.strip())
    if found is None:
        raise bad_request(f'If-Match names a version, e.g. "7", not {wanted[:100]!r}.')
    message = sent.messages[0]
    if not isinstance(message, dict):
        return sent.messages
    return [{**message, "ifversion": int(found[1] or found[2])}]
