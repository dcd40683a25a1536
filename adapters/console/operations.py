"""Operations: how the views stand, which commands are parked, and which records are dead; for the
CSP's owner and staff alone.
"""

from collections.abc import Mapping, Sequence
from heapq import nlargest
from typing import Any, Final, NamedTuple

from adapters.console.pages import Page, Shown
from adapters.console.words import Tone
from adapters.engine.parked import row_of
from adapters.http.asked import Asked
from adapters.http.problems import missing
from adapters.http.queries import one_of
from domain.decider.concern import NOBODY
from domain.decider.rights import SELF, standing
from projections.standing import standing as standings
from projections.tables import Generation, generations
from projections.views import VIEWS

MOST: Final = 50
"""Dead records that are shown, the latest."""

DONE: Final[Mapping[str, tuple[Tone, str]]] = {
    "accepted": ("ok", "The command was decided: it is accepted."),
    "refused": ("warn", "The command was decided: it is refused, and does not wait any more."),
    "parked": ("bad", "It failed again, and stays parked; those behind it go on waiting."),
    "dropped": ("ok", "The command is forgotten undecided. Those behind it can be retried."),
}
"""What became of a parked command, in words."""


class Stand(NamedTuple):
    """How a view stands, in words."""

    word: str
    tone: Tone


def page() -> Page:
    """The page at `/operations`."""
    return Page("/operations", _show, {"done": one_of(DONE)})


def for_staff(asked: Asked) -> None:
    """Raises Problem for all but the CSP's owner and staff: for others there is no such page."""
    if not asked.onlooker.looks_at_csp("now"):
        raise missing(f"page {asked.request.url.path}")


def may_tend(asked: Asked) -> bool:
    """Whether somebody may have parked commands decided or forgotten: the CSP's own affairs."""
    states = asked.world.rights.states([SELF])
    return "csp" in standing(asked.caller.principal, NOBODY, states).rights


def _show(asked: Asked) -> Shown:
    for_staff(asked)
    with asked.world.runner() as runner:
        views = standings(runner)
    there = generations(asked.live.connection)
    dead = None if asked.world.dead is None else list(asked.world.dead())
    values = {
        "views": [(each, _stand(each, there)) for each in views],
        "place": "position" if "position" in views[0] else "offsets",
        "end": asked.world.log.mark().position,
        "parked": [row_of(each) for each in asked.world.log.parked()],
        "may_tend": may_tend(asked),
        "dead": None if dead is None else nlargest(MOST, dead, key=lambda each: each.time_ms),
        "dead_total": len(dead or ()),
        "done": DONE.get(asked.given.get("done", "")),
    }
    return Shown("operations.html", values)


def _stand(view: Mapping[str, Any], there: Sequence[Generation]) -> Stand:
    name = view["view"]
    edition = next(each.shape.edition for each in VIEWS if each.name == name)
    states = {each.state: each.edition for each in there if each.view == name}
    if view["stopped"]:
        return Stand(f"{len(view['stopped'])} stopped", "bad")
    if states.get("live") != edition:
        return Stand("rebuild needed", "bad")
    if "building" in states or "anew" in states:
        return Stand("rebuilding", "busy")
    if view["behind"] or view["outcomes_behind"]:
        return Stand("catching up", "busy")
    return Stand("up to date", "ok")
