"""What followed from what: everything with one correlation id that the caller may look at."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from starlette.responses import Response

from adapters.http.answers import answer
from adapters.http.asked import Asked, Question
from adapters.http.attempts import Attempts, Message
from adapters.http.problems import missing
from projections import question_shapes as shapes
from projections import trail
from projections.causes import tree
from projections.trail import START

MOST: Final = 2000
"""Entries of a tree; of more, the first."""

_PAGE: Final = 500


def questions() -> list[Question]:
    """About what belongs together."""
    return [
        Question(
            "/v1/correlations/{id:path}",
            _correlation,
            "Commands, outcomes and events with a correlation id, each under what caused it.",
            answers=shapes.Correlation,
        )
    ]


def _correlation(asked: Asked) -> Response:
    return answer(belonging(asked, asked.named("id")))


def belonging(asked: Asked, id: str) -> dict[str, Any]:
    """The tree of what has a correlation id, as far as somebody may look at it. Raises Problem."""
    found = list(islice(_visible(asked, id), MOST + 1))
    if not found:
        raise missing(f"correlation {id}")
    whole = len(found) <= MOST
    return {"correlation_id": id, "complete": whole, "items": tree(found[:MOST])}


def is_known(asked: Asked, id: str) -> bool:
    """Whether there is anything with this correlation id that the caller may look at."""
    return next(_visible(asked, id), None) is not None


def _visible(asked: Asked, id: str) -> Iterator[Message]:
    """The entries that somebody may look at, in the order of the log."""
    attempts, after = Attempts(asked), START
    everything = asked.onlooker.looks_at_csp("then")
    while entries := trail.correlated(asked.live, id, asked.world.cell, after, _PAGE):
        found = [each for _, each in entries]
        yield from found if everything else _theirs(asked, attempts, found)
        after = entries[-1][0]


def _theirs(asked: Asked, attempts: Attempts, entries: list[Message]) -> Iterator[Message]:
    """Those on streams of which somebody may look at how things were."""
    looks = asked.onlooker.at({each["subject"] for each in entries if "subject" in each})
    for each in entries:
        stream = each.get("subject")
        if stream is not None and "then" in looks[stream]:
            seen = attempts.seen(stream, each)
            if seen is not None:
                yield seen
