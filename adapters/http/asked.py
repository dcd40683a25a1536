"""A question over HTTP: who asks, what for, and the views as of one moment to answer it from."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from adapters.http.answers import JSON
from adapters.http.asking.gate import Caller
from adapters.http.queries import Parse, parsed
from adapters.http.reached import AT_LEAST, asked_for, reached
from adapters.http.rights import Onlooker
from adapters.http.world import World
from projections import granted
from projections.database import Live

AT_ONCE: Final = 4
"""Questions that are answered at once; the others wait for their turn."""

Endpoint = Callable[[Request], Awaitable[Response]]


class Asked:
    """One question while it is answered, in a thread of its own."""

    def __init__(
        self,
        world: World,
        caller: Caller,
        request: Request,
        given: Mapping[str, Any],
        live: Live,
    ) -> None:
        self.world = world
        self.caller = caller
        self.request = request
        self.given = given
        """The parameters of the address, by name."""
        self.live = live

    def named(self, name: str) -> str:
        """A part of the path; what is no text of ours names nothing."""
        value: str = self.request.path_params[name]
        if not value.isprintable():
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return value

    @cached_property
    def onlooker(self) -> Onlooker:
        """Who asks, with what they may look at."""
        return onlooker(self.world, self.live, self.caller.principal)


class Question(NamedTuple):
    """A path that is read: its parameters, and what answers it."""

    path: str
    answer: Callable[[Asked], Response]
    about: str
    """What it answers, for the document of the interface."""
    parameters: Mapping[str, Parse] = {}
    answers: Any = Any
    """The type of its answer (of an item, where it has a cursor), for the document: a TypedDict, or
    the name of a schema that the document has anyway.
    """
    media_types: Sequence[str] = (JSON,)
    """The types of the body that it may answer; the first one unless another is asked for."""
    name: str = ""
    """What generated clients call it: `list_circuits`; unless given, it follows from the path."""
    needed: Sequence[str] = ()
    """The parameters without which there is no answer."""


def onlooker(world: World, live: Live, principal: str) -> Onlooker:
    """Somebody who asks; of the CSP's owner nobody needs to know who granted it anything."""
    if principal == world.rights.owner:
        return world.rights.of(principal, ())
    return world.rights.of(principal, granted.granting(live, principal))


def endpoint(world: World, question: Question) -> Endpoint:
    """What the server calls for a question."""
    limiter = CapacityLimiter(AT_ONCE)

    async def ask(request: Request) -> Response:
        caller = await world.gate.caller(request)
        given = parsed(request.query_params, question.parameters, question.needed)
        await reached(world, asked_for(request.headers.get(AT_LEAST)))

        def answered() -> Response:
            with world.views() as live:
                return question.answer(Asked(world, caller, request, given, live))

        return await to_thread.run_sync(answered, limiter=limiter)

    return ask
