"""Commands whose outcome is asked for later (RFC 7240, `respond-async`)."""

import asyncio
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import urlencode

from starlette.responses import Response

from adapters.http.answers import answer
from adapters.http.desk import Decided, NotYet, Sent
from adapters.http.problems import bad_request
from adapters.http.world import World
from adapters.observe.logs import logger
from domain.words.attributes import is_name
from domain.words.messages import NAMING

SOON: Final[Mapping[str, str]] = {"Retry-After": "1"}

_UNDER_WAY: Final[set[asyncio.Future[Decided]]] = set()
"""What nobody awaits: the event loop alone would let go of it."""


async def later(world: World, sent: Sent) -> Response:
    """Hand a command in, and say where its outcome will be. Raises Problem for one that would get
    no outcome there, and TooMuch.
    """
    message = sent[0]
    for name in NAMING:
        if not is_name(_member(message, name)):
            raise bad_request(f"{name} is missing, or can't name anything.")
    decided = asyncio.ensure_future(await world.desk.hand_in([sent]))
    _UNDER_WAY.add(decided)
    decided.add_done_callback(_note)
    return under_way(message, {"Preference-Applied": "respond-async"})


def under_way(message: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """The answer to a command that is handed in and not decided yet."""
    where = outcome_of(message)
    told = {"Location": where, **headers}
    return answer({"outcome": where}, status=HTTPStatus.ACCEPTED, headers=told)


def all_under_way(messages: Sequence[Any]) -> Response:
    """The answer to a batch of which something is not decided yet: where each outcome will be; null
    for what gets none there.
    """
    told = [outcome_of(each) if _is_named(each) else None for each in messages]
    return answer({"outcomes": told}, status=HTTPStatus.ACCEPTED, headers=SOON)


def outcome_of(message: Mapping[str, Any]) -> str:
    """Where the outcome of a command is asked for."""
    named = {"source": message["source"], "id": message["id"]}
    return f"/v1/outcomes?{urlencode(named)}"


def _is_named(message: Any) -> bool:
    return all(is_name(_member(message, name)) for name in NAMING)


def _member(message: Any, name: str) -> object:
    return cast("dict[str, Any]", message).get(name) if isinstance(message, dict) else None


def _note(decided: asyncio.Future[Decided]) -> None:
    """What was not decided has no outcome: whoever sent it sends it again."""
    _UNDER_WAY.discard(decided)
    if decided.cancelled():
        return
    fault = decided.exception()
    if fault and not isinstance(fault, NotYet):
        logger(__name__).warning("not-decided", said=str(fault))
