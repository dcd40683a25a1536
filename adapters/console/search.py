"""Search by any id: to the page of the thing that has it, or what comes close."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from sqlalchemy import or_, select
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from adapters.console.pages import Frame, Shown
from adapters.http.asked import Asked, Question, endpoint
from adapters.http.provided import provided
from adapters.http.queries import text
from projections import circuits
from projections.projection import Row

_MOST: Final = 50


def route(frame: Frame) -> Route:
    """The page at `/search`: one thing that is meant for sure is shown at once."""

    def answer(asked: Asked) -> Response:
        words = asked.given.get("q", "").strip()
        found: Sequence[Row] = _circuits(asked, words) if words else ()
        exact = [row for row in found if words.lower() in [name.lower() for name in _names(row)]]
        if len(exact) == 1:
            return RedirectResponse(f"/circuits/{exact[0]['circuit_id']}", HTTPStatus.SEE_OTHER)
        shown = Shown("search.html", {"words": words, "found": found})
        return frame.response(asked.request, asked.caller.principal, shown)

    question = Question("/search", answer, "", {"q": text})
    return Route("/search", frame.told(endpoint(frame.world, question)), methods=["GET"])


def _circuits(asked: Asked, words: str) -> Sequence[Row]:
    """The circuits that are named by these words, or begin so: by id, key, customer, place."""
    table = asked.live.tables(circuits.SHAPE)["circuits"].c
    begins = [
        each.istartswith(words, autoescape=True)
        for each in (table.circuit_id, table.service_key, table.customer_id, table.subscription_id)
    ]
    query = select(table.circuit_id).where(or_(*begins)).order_by(table.circuit_id)
    ids = [row["circuit_id"] for row in asked.live.rows(query.limit(_MOST * 4))]
    found = [row for id in ids if (row := circuits.show(asked.live, id))]
    looks = asked.onlooker.at([f"circuit/{row['circuit_id']}" for row in found])
    seen: list[Row] = []
    for row in found:
        allowed = looks[f"circuit/{row['circuit_id']}"]
        if "now" in allowed:
            seen.append(row)
        elif "service" in allowed and _is_named(row, words):
            seen.append(provided(row))
    return seen[:_MOST]


def _is_named(row: Row, words: str) -> bool:
    """Whether a circuit's own names begin so: its provider knows no others."""
    return any(name.lower().startswith(words.lower()) for name in _names(row))


def _names(row: Row) -> Sequence[str]:
    return [row["circuit_id"], row["service_key"] or ""]
