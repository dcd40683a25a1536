"""The views and reactors: none has applied an event past a gap; every view equals its rebuild."""

from bisect import bisect_right
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from projections.feed import LogFeed
from projections.rebuild import verify
from projections.views import VIEWS
from simulation.cell import SimulatedCell
from simulation.checks.published import PublishedCheck
from simulation.checks.recorded import RecordedCheck
from simulation.checks.violation import demand
from simulation.parts import REACTORS

_REACHED: Final = (
    text("SELECT view, stream, version FROM view_streams ORDER BY view, stream"),
    text("SELECT reactor, stream, version FROM reactor_streams ORDER BY reactor, stream"),
)
_STOPPED: Final = text(
    "SELECT view, stream, wanted FROM view_gaps JOIN views USING (view, generation) "
    "WHERE state = 'live' ORDER BY view, stream"
)
"""Of the generations that are read: one whose rebuild died stays as it was until the next."""
_OUTCOMES: Final = "outcomes"


class ViewedCheck:
    """Checks the database of the views."""

    def __init__(
        self, cell: SimulatedCell, recorded: RecordedCheck, published: PublishedCheck
    ) -> None:
        self._cell = cell
        self._recorded = recorded
        self._published = published
        self.checked = 0

    def look(self) -> None:
        """No reader is further in a stream than it was published without a gap."""
        for reader, stream, version in self._rows(*_REACHED):
            self.checked += 1
            reached = self._published.reached.get(stream, 0)
            if version > reached and reader not in REACTORS:
                reached = self._published.goes_on(stream, max(reached, self._rebuilt(stream)))
            said = f"{reader} is at {stream}/{version}, of which {reached} are published"
            demand(stream == _OUTCOMES or version <= reached, "no gap applied", said)

    def _rebuilt(self, stream: str) -> int:
        """The version up to which views were built from the log, which may not be published yet."""
        return bisect_right(self._recorded.places[stream], self._cell.rebuilt)

    def stopped(self) -> list[Any]:
        """The streams that live views have stopped."""
        return self._rows(_STOPPED)

    def at_rest(self) -> None:
        """No stream is stopped; every view equals its rebuild from the log."""
        stopped = self.stopped()
        demand(not stopped, "no stream stopped", f"stopped are {stopped[:3]}")
        for comparison in verify(self._cell.engine, LogFeed(self._cell.log), VIEWS):
            self.checked += comparison.rows
            found, keys = comparison.differing, comparison.keys[:3]
            said = f"{comparison.view} differs in {found} rows, e.g. {keys}"
            demand(comparison.equal, "views equal their rebuild", said)

    def _rows(self, *queries: Any) -> list[Any]:
        """What the queries find; nothing if the tables are not made yet."""
        found: list[Any] = []
        with self._cell.engine.connect() as connection:
            for query in queries:
                try:
                    found += connection.execute(query).all()
                except OperationalError:
                    continue
        return found
