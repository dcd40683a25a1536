"""Search by any id: to the page of the thing that has it, or what comes close."""

from http import HTTPStatus
from itertools import groupby
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from adapters.console.finding import Hit, hits
from adapters.console.pages import Frame, Shown
from adapters.http.asked import Asked, Question, endpoint
from adapters.http.correlations import is_known
from adapters.http.queries import text


def route(frame: Frame) -> Route:
    """The page at `/search`: one thing that is meant for sure is shown at once."""

    def answer(asked: Asked) -> Response:
        words = asked.given.get("q", "").strip()
        found = hits(asked, words) if words else []
        exact = [each for each in found if each.is_called(words)]
        if len(exact) == 1:
            return RedirectResponse(exact[0].href, HTTPStatus.SEE_OTHER)
        if words and not found:
            found = _correlation(asked, words)
        kinds = [(kind, list(each)) for kind, each in groupby(found, key=lambda hit: hit.kind)]
        shown = Shown("search.html", {"words": words, "kinds": kinds, "found": len(found)})
        return frame.response(asked.request, asked.caller.principal, shown)

    question = Question("/search", answer, "", {"q": text})
    return Route("/search", frame.told(endpoint(frame.world, question)), methods=["GET"])


def _correlation(asked: Asked, words: str) -> list[Hit]:
    """What happened under this correlation id, where nothing is called so."""
    if not words.isprintable() or not is_known(asked, words):
        return []
    href = f"/audit/correlations/{quote(words)}"
    return [Hit("correlation", words, href, "everything that followed from one cause")]
