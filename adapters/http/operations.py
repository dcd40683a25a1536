"""What the CSP's owner and staff ask about the cell itself: how its views stand, and which commands
are parked. For others these paths are not there.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from adapters.engine.parked import row_of
from adapters.http.answers import answer
from adapters.http.asked import Asked, Question
from adapters.http.pages import PAGED, Entry, page
from domain.engine.log import Parked
from projections import question_shapes as shapes
from projections.listing import After
from projections.standing import standing


def questions() -> list[Question]:
    """About the cell itself."""
    return [
        Question(
            "/v1/projections",
            _projections,
            "How far each view is behind the log.",
            answers=shapes.Standings,
        ),
        Question(
            "/v1/parked",
            _parked,
            "Commands that a defect kept from being decided.",
            PAGED,
            shapes.ParkedCommand,
        ),
    ]


def for_the_csp_alone(asked: Asked) -> None:
    """Raises the answer of a path that there is none of, for all but the CSP's owner and staff."""
    if not asked.onlooker.looks_at_csp("now"):
        raise HTTPException(HTTPStatus.NOT_FOUND)


def _projections(asked: Asked) -> Response:
    for_the_csp_alone(asked)
    with asked.world.runner() as runner:
        return answer({"items": standing(runner), "next": None})


def _parked(asked: Asked) -> Response:
    for_the_csp_alone(asked)
    parked = asked.world.log.parked()

    def read(after: After | None, limit: int) -> Sequence[Entry[Parked]]:
        rest = [each for each in parked if after is None or each.seq > after[0]]
        return [((each.seq,), each) for each in rest[:limit]]

    def seen(found: Sequence[Parked]) -> Sequence[dict[str, Any]]:
        return [row_of(each) for each in found]

    return page(asked, read, seen, int)
