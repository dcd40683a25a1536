"""A feed that a test deals out from a log: events may repeat, be missing, or belong to others."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.kafka.binding import Outgoing
from adapters.observe.metrics import READER_ACTIVE
from domain.engine.log import Log
from domain.engine.records import Recorded
from projections.feed import EVERYTHING, Checkpoint, Page, Selection

LANE = "events/0"


class DealtFeed:
    """Gives pages one after another, and counts how often its checkpoint was committed."""

    def __init__(self, log: Log) -> None:
        self.whole = False
        self.group = "some"
        self.active = True
        self.noted = 0
        self.closed = False
        self.asked: list[Checkpoint] = []
        self.last = Page((), (), {})
        self._log = log
        self._pages: list[Page] = []

    def deals(self, events: Sequence[Recorded], refusals: Sequence[Any] = ()) -> None:
        """Add a page to be read."""
        self._pages.append(Page(list(events), list(refusals), {}))

    def events(self) -> Sequence[Recorded]:
        """All events that the log holds."""
        return self._log.feed(0, 1000)

    def read(
        self,
        after: Checkpoint,
        limit: int,
        wanted: Selection = EVERYTHING,
        upto: Checkpoint | None = None,
    ) -> Page:
        del limit, wanted, upto
        self.asked.append(dict(after))
        page = self._pages.pop(0) if self._pages else Page((), (), {})
        place = after.get(LANE, 0) + len(page.events) + len(page.refusals)
        self.last = page._replace(checkpoint={LANE: place})
        return self.last

    def end(self) -> Checkpoint:
        return {LANE: 0}

    def commit(self) -> None:
        self.noted += 1

    def lag(self) -> Mapping[tuple[str, int], int]:
        return {("events", 0): 3}

    def close(self) -> None:
        self.closed = True


class Written:
    """A writer that keeps the ids of its records; `fault` is raised instead of the next write."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.fault: Exception | None = None
        self.closed = False

    def write(self, records: Sequence[tuple[str, Outgoing]]) -> None:
        fault, self.fault = self.fault, None
        if fault is not None:
            raise fault
        self.ids += [dict(each.headers)["ce_id"].decode() for _, each in records]

    def close(self) -> None:
        self.closed = True


def shown_active() -> float:
    """What is shown of whether the group of a dealt feed has a reader that is active."""
    (family,) = READER_ACTIVE.collect()
    return next(each.value for each in family.samples if each.labels == {"group": "some"})
