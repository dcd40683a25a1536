"""The trail of a subject, each event with what it changed: the difference between the subject as
its view showed it before and shows it after the event.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from domain.engine.records import Recorded
from projections import trail
from projections.differences import differences
from projections.fold import Folded
from projections.time_travel import FOLDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from projections.database import Live
    from projections.differences import Difference
    from projections.projection import Row

Told = tuple[dict[str, Any], "Sequence[Difference]"]
"""An entry of the trail, and what it changed."""


class Course:
    """A subject as it is shown, event by event."""

    def __init__(self, subject: str) -> None:
        noun, _, self._id = subject.partition("/")
        self._fold, self._rendered = FOLDS[noun]
        self._folded = Folded(self._fold)
        unwritten = self._fold.unwritten(self._id)
        self._shown: Row | None = unwritten and self._rendered(unwritten)

    def after(self, recorded: Recorded) -> Sequence[Difference]:
        """What an event changed. The first event says all there is, unless the subject was there
        before it.
        """
        before = self._shown
        self._folded.apply(recorded)
        self._shown = deepcopy(self._rendered(self._folded.whole(self._id)))
        return [] if before is None else list(differences(before, self._shown))


def history(live: Live, subject: str, cell: str) -> Iterator[Told]:
    """The whole trail of a subject. Of a noun without a view nothing is known to have changed."""
    course = Course(subject) if subject.partition("/")[0] in FOLDS else None
    for each in trail.everything(live, subject, cell):
        if isinstance(each, Recorded):
            yield each.as_cloudevent(cell), course.after(each) if course else []
        else:
            yield each, []
