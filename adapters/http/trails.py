"""What happened to a thing, and what was refused: its events as a resource of its own, and the
trail of any stream.

The trail is a list in pages like every other: whoever reads on asks for their rights anew, and no
reader holds the views for as long as a long trail takes.
"""

from collections.abc import Sequence
from functools import partial

from starlette.responses import Response

from adapters.http.asked import Asked, Question
from adapters.http.attempts import Attempts, Message, is_attempt
from adapters.http.pages import PAGED, Entry, Seen, page
from adapters.http.problems import missing
from adapters.http.provided import provided_event
from domain.catalogue import NOUNS
from projections import question_shapes as shapes
from projections import trail
from projections.listing import After
from projections.trail import START


def questions() -> list[Question]:
    """The events of every kind of thing, and the trail of any stream."""
    of_things = [
        Question(
            f"/v1/{noun.plural}/{{id}}/events",
            partial(_events, name),
            f"What happened to a {name.replace('-', ' ')} and what was refused, newest last.",
            PAGED,
            shapes.Message,
        )
        for name, noun in NOUNS.items()
    ]
    whole = Question(
        "/v1/audit/trail/{kind}/{id}",
        _trail,
        "What happened to a stream and what was refused, newest last.",
        PAGED,
        shapes.Message,
    )
    return [*of_things, whole]


def _events(noun: str, asked: Asked) -> Response:
    stream = f"{noun}/{asked.named('id')}"
    looks = asked.onlooker.at([stream])[stream]
    if "then" not in looks and "service" in looks:
        return _page(asked, stream, partial(_provided, asked.onlooker.principal))
    return _whole(asked, noun, asked.named("id"))


def _trail(asked: Asked) -> Response:
    kind, id = asked.named("kind"), asked.named("id")
    if kind not in NOUNS:
        raise missing(f"{kind} {id}")
    return _whole(asked, kind, id)


def _whole(asked: Asked, noun: str, id: str) -> Response:
    """Every entry, for those who may look at how things were. Of what never began there are only
    attempts, which the CSP alone sees.
    """
    stream = f"{noun}/{id}"
    if asked.onlooker.looks_at_csp("then"):
        if not trail.entries(asked.live, stream, asked.world.cell, limit=1):
            raise missing(f"{noun.replace('-', ' ')} {id}")
        return _page(asked, stream, _all)
    if "then" not in asked.onlooker.at([stream])[stream]:
        raise missing(f"{noun.replace('-', ' ')} {id}")
    attempts = Attempts(asked)
    return _page(asked, stream, lambda entries: [attempts.seen(stream, each) for each in entries])


def _page(asked: Asked, stream: str, seen: Seen[Message]) -> Response:
    def read(after: After | None, limit: int) -> Sequence[Entry[Message]]:
        place = START if after is None else (after[0], after[1])
        return trail.entries(asked.live, stream, asked.world.cell, place, limit)

    return page(asked, read, seen, int, int)


def _all(entries: Sequence[Message]) -> Sequence[Message]:
    return entries


def _provided(principal: str, entries: Sequence[Message]) -> Sequence[Message | None]:
    return [None if is_attempt(each) else provided_event(each, principal) for each in entries]
