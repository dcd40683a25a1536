"""What the CSP's owner and staff ask about the cell itself: how its views stand, which commands are
parked, and which records are dead. For others these paths are not there.
"""

from collections.abc import Sequence
from http import HTTPStatus
from operator import itemgetter
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from adapters.engine.parked import row_of
from adapters.http.answers import answer
from adapters.http.asked import Asked, Question
from adapters.http.pages import PAGED, Entry, page
from adapters.kafka.dead_letters import Dead
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
        Question(
            "/v1/dead",
            _dead,
            "Records that could not be read as commands. Without Kafka there is no such path.",
            PAGED,
            shapes.DeadRecord,
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


def _dead(asked: Asked) -> Response:
    for_the_csp_alone(asked)
    if asked.world.dead is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    dead = sorted([(_place(each), each.in_short()) for each in asked.world.dead()], key=_first)

    def read(after: After | None, limit: int) -> Sequence[Entry[dict[str, Any]]]:
        return [each for each in dead if after is None or each[0] > after][:limit]

    return page(asked, read, list, int, int)


def _place(dead: Dead) -> After:
    """Where it lies on the dead topic: partition by partition, in the order they came."""
    partition, _, offset = dead.id.partition("-")
    return int(partition), int(offset)


_first: Final = itemgetter(0)
