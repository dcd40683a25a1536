"""Events over HTTP: the log from a position on, in pages, or as they happen.

Rights are asked anew for each page. What somebody may not see is passed over, so that a reader's
place goes on without it.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from time import monotonic, time
from typing import Any, Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.http.answers import JSON, answer
from adapters.http.asked import Asked, Endpoint, Question, endpoint
from adapters.http.asking.gate import Caller, TurnedAway
from adapters.http.event_stream import EventStream
from adapters.http.live import PAGE, Happened, Live
from adapters.http.problems import bad_request
from adapters.http.queries import Parse, between, number, one_of, parsed, text
from adapters.http.world import World
from domain.catalogue import EVENTS
from domain.engine.records import Recorded
from projections import question_shapes as shapes

BEAT: Final = 15.0
"""Seconds after which a reader hears how far it is, whether there was anything for it or not."""

ASKED_EVERY: Final = 1.0
"""Seconds for which a credential is believed in a stream."""

MOST_PAGES: Final = 20
"""Pages of the log that one request reads through where little of them is for the caller."""

PARAMETERS: Final[Mapping[str, Parse]] = {
    "after": number,
    "limit": between(1, PAGE),
    "subject": text,
    "type": one_of(EVENTS),
    "customer": text,
}


class Wanted(NamedTuple):
    """Which events somebody asks for."""

    subject: str | None = None
    type: str | None = None
    customer: str | None = None

    def takes(self, recorded: Recorded) -> bool:
        """Whether an event is asked for, whosesoever it is."""
        return self.subject in (None, recorded.stream) and self.type in (None, recorded.event.kind)


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
    items: list[Any] = []
    for _ in range(MOST_PAGES):
        events = world.log.feed(after, PAGE, (), end)
        for each in _visible(asked, wanted_of(given), events):
            items.append(each.as_cloudevent(world.cell))
            if len(items) == limit:
                after = each.position
                break
        else:
            after = events[-1].position if events else end
            if after < end:
                continue
        break
    more = after if after < end else None
    headers: dict[str, str] = {}
    if more is not None:
        url = asked.request.url.include_query_params(after=more)
        headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return answer({"items": items, "next": more}, headers=headers)


def _visible(asked: Asked, wanted: Wanted, events: Sequence[Recorded]) -> Sequence[Recorded]:
    """Those of some events that somebody asks for and may see."""
    found = [each for each in events if wanted.takes(each)]
    streams = {each.stream for each in found}
    if wanted.customer is not None:
        whose = asked.world.rights.customers(streams)
        found = [each for each in found if whose[each.stream] == wanted.customer]
    looks = asked.onlooker.at(streams)
    return [each for each in found if "then" in looks[each.stream]]


async def _stream(
    world: World, live: Live, request: Request, caller: Caller, wanted: Wanted, after: int
) -> AsyncIterator[bytes]:
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
            events = await live.page(after) if after < live.end else ()
            if events:
                after = events[-1].position
                if shown := await _seen(live, caller, wanted, events):
                    told, said = after, monotonic()
                    yield b"".join(each.block for each in shown)
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


async def _seen(
    live: Live, caller: Caller, wanted: Wanted, events: Sequence[Happened]
) -> Sequence[Happened]:
    """Those of some events that somebody asks for and may see."""
    asked = [each for each in events if wanted.takes(each.recorded)]
    streams = {each.recorded.stream for each in asked}
    looks = await live.looks(caller.principal, streams)
    if wanted.customer is not None:
        whose = await live.whose(streams)
        asked = [each for each in asked if whose[each.recorded.stream] == wanted.customer]
    return [each for each in asked if "then" in looks[each.recorded.stream]]


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
