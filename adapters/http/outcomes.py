"""The outcome of a command that the caller sent before: asked again rather than sent again."""

from http import HTTPStatus
from typing import Final

from starlette.responses import Response

from adapters.http.answers import CLOUDEVENT, answer
from adapters.http.asked import Asked, Question
from adapters.http.problems import Problem
from adapters.http.queries import Parameter
from domain.engine.log import Log
from domain.engine.outcomes import Outcome
from domain.words.attributes import LONGEST_NAME, fault_of_name
from domain.words.content import pair_of

_SOON: Final = {"Retry-After": "1"}


def named(value: str) -> str:
    """A source or an id, as commands have them."""
    if fault := fault_of_name(value):
        raise ValueError(f"it {fault}")
    return value


NAME: Final = Parameter(named, {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME})


def questions() -> list[Question]:
    """About commands of the caller's own."""
    return [
        Question(
            "/v1/outcomes",
            _outcome,
            "The outcome of a command of the caller's own, by its source and id as it sent them.",
            {"source": NAME, "id": NAME},
            "Outcome",
            media_types=(CLOUDEVENT,),
            needed=("source", "id"),
        )
    ]


def _outcome(asked: Asked) -> Response:
    """What others sent is answered like what is undecided, and like what nobody sent."""
    principal, world = asked.onlooker.principal, asked.world
    id = asked.given["id"]
    key = pair_of(world.kept_source(principal, asked.given["source"]), id).key
    stored = world.log.known([key]).get(key)
    outcome = None if stored is None else stored.outcome()
    if outcome is None or _actor_of(outcome, world.log) != principal:
        detail = f"There is no outcome of a command {id} of yours, or none yet."
        raise Problem(HTTPStatus.NOT_FOUND, "not-found", detail, _SOON)
    return answer(outcome.as_cloudevent(world.cell), kind=CLOUDEVENT)


def _actor_of(outcome: Outcome, log: Log) -> str | None:
    """Who sent a command; if its outcome does not say it, its events do."""
    if outcome.actor is not None or not outcome.events:
        return outcome.actor
    stream, _, version = outcome.events[0][0].rpartition("/")
    return log.events(stream, int(version) - 1, int(version))[0].actor
