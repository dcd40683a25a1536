"""Events over HTTP: the log from a position on, in pages, or as they happen.

Rights are asked anew for each page. What somebody may not see is passed over, so that a reader's
place goes on without it.
"""

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from time import monotonic, time
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.http.answers import JSON, page_answer
from adapters.http.asked import Asked, Endpoint, Question, endpoint
from adapters.http.asking.gate import Caller, TurnedAway
from adapters.http.event_stream import EventStream
from adapters.http.live import Live
from adapters.http.problems import bad_request
from adapters.http.queries import Parse, between, number, one_of, parsed, text
from adapters.http.wanted import PAGE, Shown, Wanted, found, shown
from adapters.http.world import World
from domain.catalogue import EVENTS
from domain.engine.records import Recorded
from projections import question_shapes as shapes
from projections.events_of import Span

BEAT: Final = 15.0
"""Seconds after which a reader hears how far it is, whether there was anything for it or not."""

ASKED_EVERY: Final = 1.0
"""Seconds for which a credential is believed in a stream."""

MOST_PAGES: Final = 20
"""Pages of the log that one request reads through where little of them is for the caller."""

PIECE: Final = 40
"""Events that are sent at once: some ten kilobytes, and no more than that waits for a slow reader.
"""

PARAMETERS: Final[Mapping[str, Parse]] = {
    "after": number,
    "limit": between(1, PAGE),
    "subject": text,
    "type": one_of(EVENTS),
    "customer": text,
}


def wanted_of(given: Mapping[str, Any]) -> Wanted:
    """What the parameters ask for."""
    return Wanted(given.get("subject"), given.get("type"), given.get("customer"))


def routes(world: World, live: Live) -> list[Route]:
    """Where events are read."""
    return [Route("/v1/events", _events(world, live), methods=["GET"])]


def _events(world: World, live: Live) -> Endpoint:
    pages = endpoint(world, QUESTION)

    async def read(request: Request) -> Response:
        if "text/event-stream" not in request.headers.get("accept", ""):
            return await pages(request)
        caller = await world.gate.caller(request)
        given = parsed(request.query_params, PARAMETERS)
        live.refuse_crowd()
        after = _begin(request, given, live)
        return EventStream(_stream(world, live, request, caller, wanted_of(given), after))

    return read


def _begin(request: Request, given: Mapping[str, Any], live: Live) -> int:
    """The position after which a stream begins: where it was, where it is asked to, or now."""
    last = request.headers.get("last-event-id")
    if last is None:
        return given.get("after", live.end)
    try:
        position = number(last)
    except ValueError as fault:
        raise bad_request(f"Last-Event-ID is a position of the log, not {last[:100]!r}.") from fault
    if position > live.end + PAGE:
        raise bad_request(f"Last-Event-ID is {position}, and this log ends at {live.end}.")
    return position


def _page(asked: Asked) -> Response:
    """A page of the log as it is now, with the caller's rights as they are now."""
    given, world = asked.given, asked.world
    limit, after, end = given.get("limit", PAGE), given.get("after", 0), world.log.mark().position
    wanted = wanted_of(given)
    some = wanted.found_by(asked.onlooker)
    items: list[Any] = []
    for _ in range(MOST_PAGES):
        page = found(world, wanted, some, Span(after, end))
        for each in _visible(asked, wanted, page.events):
            items.append(each.message(world.cell, asked.caller.principal))
            if len(items) == limit:
                after = each.recorded.position
                break
        else:
            after = page.reached
            if after < end:
                continue
        break
    return page_answer(asked.request, items, after=after if after < end else None)


def _visible(asked: Asked, wanted: Wanted, events: Sequence[Recorded]) -> Iterator[Shown]:
    """Those of some events that somebody asks for and may see, by their rights now."""
    streams = wanted.streams(events)
    whose = asked.world.rights.customers(() if wanted.customer is None else streams)
    return shown(events, wanted, asked.onlooker.at(streams), whose)


async def _stream(
    world: World, live: Live, request: Request, caller: Caller, wanted: Wanted, after: int
) -> AsyncGenerator[bytes]:
    """Blocks of events, and of the place alone where nothing has come for a while. It ends with the
    caller's credential, and with the server.
    """
    told, said, asked = after, monotonic(), monotonic()
    yield b"retry: 2000\n\n"
    with live.reading():
        while not live.closing:
            if monotonic() - asked >= ASKED_EVERY:
                if not await _still_in(world, request, caller):
                    return
                asked = monotonic()
            if after < live.end:
                page = await live.page(caller.principal, wanted, after)
                for piece in await _pieces(live, caller, wanted, page.events):
                    said = monotonic()
                    yield piece
                after = page.reached
                if after < live.end:
                    continue
            if monotonic() - said >= BEAT:
                yield b"id: %d\n\n" % after if after != told else b":\n\n"
                told, said = after, monotonic()
            await live.news(after, BEAT)


async def _still_in(world: World, request: Request, caller: Caller) -> bool:
    """Whether a caller's credential still holds."""
    if caller.until is not None and time() >= caller.until:
        return False
    try:
        return (await world.gate.caller(request)).principal == caller.principal
    except TurnedAway:
        return False


async def _pieces(
    live: Live, caller: Caller, wanted: Wanted, events: Sequence[Recorded]
) -> Sequence[bytes]:
    """The blocks of those of some events that somebody asks for and may see, in pieces that a
    connection takes at once.
    """
    streams = wanted.streams(events)
    looks = await live.looks(caller.principal, streams)
    whose = await live.whose(() if wanted.customer is None else streams)
    blocks = [live.block(each, caller.principal) for each in shown(events, wanted, looks, whose)]
    return [b"".join(blocks[at : at + PIECE]) for at in range(0, len(blocks), PIECE)]


QUESTION: Final = Question(
    "/v1/events",
    _page,
    "The events of the log from a position on that the caller may see, in pages; or, as "
    "text/event-stream, as they happen.",
    PARAMETERS,
    shapes.Messages,
    media_types=(JSON, "text/event-stream"),
    name="list_events",
)


def questions() -> list[Question]:
    """What can be asked of the log."""
    return [QUESTION]
