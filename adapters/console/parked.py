"""A parked command is decided again or forgotten, once somebody has confirmed it."""

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from adapters.console.kept import Outdated, typed_in
from adapters.console.operations import for_staff, may_tend
from adapters.console.pages import Frame, Shown, with_query
from adapters.console.sessions import FIELD, is_token_of
from adapters.engine.parked import dropped, retried, row_of
from adapters.http.asked import Asked, Question, endpoint
from adapters.http.asking.gate import Caller
from adapters.http.bodies import body_of
from adapters.http.chores import Hands
from adapters.http.problems import Problem, missing
from adapters.http.queries import parsed
from adapters.observe.logs import logger

PATH: Final = "/operations/parked/{number:int}/{deed}"


def routes(frame: Frame) -> list[Route]:
    """The page that asks whether it is meant, and where it is sent to."""
    question = Question(PATH, partial(_asks, frame), "")
    return [
        Route(PATH, frame.told(endpoint(frame.world, question)), methods=["GET"]),
        Route(PATH, frame.told(_does(frame)), methods=["POST"]),
    ]


def _asks(frame: Frame, asked: Asked) -> Response:
    for_staff(asked)
    number, deed = _meant(asked.request)
    rows = [row_of(each) for each in asked.world.log.parked()]
    found = next((each for each in rows if each["number"] == number), None)
    if found is None or not may_tend(asked):
        raise _gone(number)
    same = [each for each in rows if each["subject"] == found["subject"]]
    values = {
        "parked": found,
        "deed": deed,
        "earlier": [each for each in same if each["number"] < number],
        "later": [each for each in same if each["number"] > number],
    }
    return frame.response(asked.request, asked.caller.principal, Shown("parked.html", values))


def _does(frame: Frame) -> Callable[[Request], Any]:
    async def does(request: Request) -> Response:
        caller = await frame.world.gate.caller(request)
        parsed(request.query_params, {})
        typed = typed_in(await body_of(request))
        session = frame.sessions.of(request)
        if not is_token_of(session, caller.principal, typed.pop(FIELD, "")):
            raise Outdated(caller, typed)
        number, deed = _meant(request)
        await to_thread.run_sync(_refuse_others, frame, request, caller)
        try:
            done = await frame.world.chores.do(_DEEDS[deed](number))
        except LookupError as nothing:
            raise _gone(number) from nothing
        logger(__name__).info(f"parked-{deed}", number=number, by=caller.principal, done=done)
        return RedirectResponse(with_query("/operations", {"done": done}), HTTPStatus.SEE_OTHER)

    return does


def _retry(number: int) -> Callable[[Hands], str]:
    def retry(hands: Hands) -> str:
        last = retried(hands.worker, hands.door, [number])[-1]
        if last.parked:
            return "parked"
        return "accepted" if last.accepted else "refused"

    return retry


def _drop(number: int) -> Callable[[Hands], str]:
    def drop(hands: Hands) -> str:
        dropped(hands.worker.log, [number])
        return "dropped"

    return drop


_DEEDS: Final[Mapping[str, Callable[[int], Callable[[Hands], str]]]] = {
    "retry": _retry,
    "drop": _drop,
}


def _meant(request: Request) -> tuple[int, str]:
    deed = request.path_params["deed"]
    if deed not in _DEEDS:
        raise missing(f"page {request.url.path}")
    return request.path_params["number"], deed


def _refuse_others(frame: Frame, request: Request, caller: Caller) -> None:
    with frame.world.views() as live:
        asked = Asked(frame.world, caller, request, {}, live)
        for_staff(asked)
        if not may_tend(asked):
            raise Problem(
                HTTPStatus.FORBIDDEN,
                "not-permitted",
                "Parked commands are decided again or forgotten by the CSP's owners and "
                "contributors.",
            )


def _gone(number: int) -> Problem:
    return Problem(
        HTTPStatus.NOT_FOUND,
        "not-found",
        f"Nothing is parked with number {number}: it was decided or dropped meanwhile.",
    )
