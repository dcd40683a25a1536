"""Keeping views up to date with a feed, page by page, and telling how far each has read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select

from projections.database import reading
from projections.feed import (
    Checkpoint,
    Feed,
    read_events,
    read_outcomes,
    refuse_beyond,
    refuse_lost,
)
from projections.forward import PageResult, Target, forward
from projections.generations import prepare, switch
from projections.lanes import Moved, events_counted, gaps_of
from projections.projection import View
from projections.streams import Gap
from projections.tables import (
    Generation,
    checkpoint_of,
    forward_generations,
    live_generations,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

PAGE: Final = 5000
"""Events in one page: enough that a row that changes often is written seldom."""

Progress = Callable[[int], None]
"""Called after each page with the number of events and refusals it held."""


class Status(NamedTuple):
    """How a view stands: how far it has read (its lanes of events added up, which is the position
    where the log is the feed), how far it is behind in events and in outcomes, how many rows it
    holds, and which streams it has stopped until their missing events come.
    """

    view: str
    position: int
    behind: int
    outcomes_behind: int
    rows: int
    generation: int
    stopped: Sequence[Gap] = ()


class Runner:
    """Keeps live views up to date with a feed; several may run, on one database or on several."""

    def __init__(
        self,
        engine: Engine,
        feed: Feed,
        views: Sequence[View],
        page: int = PAGE,
        *,
        position: int = 0,
    ) -> None:
        """`position` is the log's last. A view that begins anew is shown once it has read so far,
        however little of the log its feed holds just now.
        """
        self.engine = engine
        self.feed = feed
        self.views = tuple(views)
        self.page = page
        self._position = position
        self._targets: Sequence[Target] = ()
        self._news = True

    def catch_up(self, progress: Progress = lambda _: None) -> int:
        """Apply all that the feed holds; returns how many events and refusals were new.

        Raises LogWentBack where a view has read more of the log than that holds.
        """
        self._look()  # before the end is read: others may go on in between
        end, new = self.feed.end(), 0
        if self.feed.whole:
            for target in self._targets:
                refuse_lost(f"the view {target.view.name}", target.checkpoint, end)
        while any(target.is_behind(end) for target in self._targets):
            if (result := self._step(end)) is not None:
                progress(result.entries)
                new += result.entries
        self._show_anew()
        return new

    def step(self) -> PageResult:
        """Apply what the feed holds next, a page at most, or nothing."""
        if not self._targets:
            self._look()
        result = None
        while result is None:
            result = self._step(None)
        if self._news and not result.entries:
            self._show_anew()
        self._news = result.entries > 0
        return result

    def status(self) -> Sequence[Status]:
        """How each view stands, without bringing it forward. Raises PlaceLost for one that is ahead
        of the feed.
        """
        with reading(self.engine) as live:
            shown = live_generations(live.connection)
            at = forward_generations(live.connection)
            end = self.feed.end()
            return [
                _status(live.connection, view, (shown.get(view.name), at.get(view.name)), end)
                for view in self.views
            ]

    def _step(self, upto: Checkpoint | None) -> PageResult | None:
        """One page; None if somebody else was faster."""
        targets, self._targets = self._targets, ()
        try:
            self._targets, result = forward(self.engine, self.feed, targets, upto, self.page)
        except Moved:
            self._look()
            return None
        return result

    def _look(self) -> None:
        """Find out where the views are."""
        prepare(self.engine, [view.shape for view in self.views])
        with reading(self.engine) as live:
            at = forward_generations(live.connection)
            self._targets = [
                Target(view, at[view.name], checkpoint_of(live.connection, at[view.name]))
                for view in self.views
            ]

    def _show_anew(self) -> None:
        """Switch readers to the views that were begun anew and have caught up."""
        for view, at, _ in self._targets:
            if at.state == "anew" and self._has_all(at):
                with suppress(Moved):
                    switch(self.engine, view.shape, at, {})
                self._targets = ()

    def _has_all(self, at: Generation) -> bool:
        """Whether a generation has every event that the log held when this runner was made."""
        if self.feed.whole:
            return True
        with reading(self.engine) as live:
            return events_counted(live.connection, at) >= self._position


def _status(
    connection: Connection,
    view: View,
    generations: tuple[Generation | None, Generation | None],
    end: Checkpoint,
) -> Status:
    """`generations` are the one that is shown, and the one that is kept up to date."""
    shown, at = generations
    if shown is None or at is None or shown.edition != view.shape.edition:
        outcomes = read_outcomes(end) if view.hears_refusals else 0
        return Status(view.name, 0, read_events(end), outcomes, 0, 0)
    checkpoint = checkpoint_of(connection, at)
    refuse_beyond(f"The view {view.name}", checkpoint, end)
    left = {lane: max(0, place - checkpoint.get(lane, 0)) for lane, place in end.items()}
    tables = view.shape.tables(shown.generation).values()
    counts = [connection.execute(select(func.count()).select_from(table)) for table in tables]
    return Status(
        view.name,
        read_events(checkpoint),
        read_events(left),
        read_outcomes(left) if view.hears_refusals else 0,
        sum(each.scalar_one() for each in counts),
        shown.generation,
        gaps_of(connection, at),
    )
