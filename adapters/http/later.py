"""Commands whose outcome is asked for later (RFC 7240, `respond-async`)."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import urlencode

from starlette.responses import Response

from adapters.http.answers import answer
from adapters.http.desk import Decided, Sent
from adapters.http.problems import bad_request
from adapters.http.world import World
from adapters.observe.logs import logger
from domain.words.attributes import is_name
from domain.words.messages import NAMING

_UNDER_WAY: Final[set[asyncio.Task[Decided]]] = set()
"""Tasks that nobody awaits: the event loop alone would let go of them."""


async def later(world: World, sent: Sent) -> Response:
    """Hand a command in, and say where its outcome will be. Raises Problem for one that would get
    no outcome there, and TooMuch.
    """
    message = sent[0]
    for name in NAMING:
        if not is_name(_member(message, name)):
            raise bad_request(f"{name} is missing, or can't name anything.")
    task = asyncio.create_task(world.desk.decide([sent]))
    _UNDER_WAY.add(task)
    task.add_done_callback(_note)
    await asyncio.sleep(0)  # until it waits in the queue, or was turned away
    if task.done():
        task.result()
    headers = {"Location": outcome_of(message), "Preference-Applied": "respond-async"}
    said = {"outcome": headers["Location"]}
    return answer(said, status=HTTPStatus.ACCEPTED, headers=headers)


def outcome_of(message: Mapping[str, Any]) -> str:
    """Where the outcome of a command is asked for."""
    named = {"source": message["source"], "id": message["id"]}
    return f"/v1/outcomes?{urlencode(named)}"


def _member(message: Any, name: str) -> object:
    return cast("dict[str, Any]", message).get(name) if isinstance(message, dict) else None


def _note(task: asyncio.Task[Decided]) -> None:
    """What was not decided has no outcome: whoever sent it sends it again."""
    _UNDER_WAY.discard(task)
    if not task.cancelled() and (fault := task.exception()):
        logger(__name__).warning("not-decided", said=str(fault))
