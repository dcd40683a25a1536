"""Rebuilding views from a feed: to switch to them, or to prove that the live ones are right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Table, select

from domain.engine.log import EventUnreadable
from projections.database import Live, ViewMissing, reached, reading, scratch
from projections.feed import (
    EVERYTHING,
    Checkpoint,
    Feed,
    Page,
    Selection,
    Unread,
    are_of_one_feed,
    read_events,
    refuse_beyond,
)
from projections.forward import Target, forward
from projections.generations import beside, clear, prepare, switch
from projections.runner import PAGE, Progress

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from projections.projection import Tables, View

SHOWN: Final = 100
"""How many differing keys a comparison names; it counts all of them."""


@dataclass
class ViewComparison:
    """Whether a view's live rows equal rebuilt ones at the same checkpoint."""

    view: str
    position: int
    rows: int = 0
    differing: int = 0
    keys: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    """Table and primary key of the first rows that are missing, superfluous or different."""

    @property
    def equal(self) -> bool:
        """Whether no row differs."""
        return self.differing == 0


class CountedFeed:
    """A feed whose events are counted stream by stream, as if some could repeat or be missing: its
    reader can then go on with a feed where that happens.
    """

    def __init__(self, feed: Feed) -> None:
        self.whole = False
        self.end = feed.end
        self._feed = feed

    def read(
        self,
        after: Checkpoint,
        limit: int,
        wanted: Selection = EVERYTHING,
        upto: Checkpoint | None = None,
    ) -> Page:
        """Events of all types, so that none is passed over."""
        return self._feed.read(after, limit, wanted._replace(kinds=frozenset()), upto)


class ReadThrough:
    """A feed of which every event is read, whatever is wanted, so that none that can't be read is
    passed over.
    """

    def __init__(self, feed: Feed) -> None:
        self.whole = feed.whole
        self.end = feed.end
        self._feed = feed
        self._unread: list[Unread] = []

    def read(
        self,
        after: Checkpoint,
        limit: int,
        wanted: Selection = EVERYTHING,
        upto: Checkpoint | None = None,
    ) -> Page:
        """Events of all types; notes what could not be read."""
        page = self._feed.read(after, limit, wanted._replace(kinds=frozenset()), upto)
        self._unread.extend(page.unread)
        return page

    def refuse_unread(self, anew: Live, view: View) -> None:
        """Raise EventUnreadable for an event that could not be read, unless it came once more, in a
        form that can.
        """
        for each in self._unread:
            if each.stream is None or reached(anew, view.shape, each.stream) < each.version:
                raise EventUnreadable(each.said)


def _ignore(_: int) -> None: ...


def rebuild(
    engine: Engine,
    feed: Feed,
    views: Sequence[View],
    progress: Progress = _ignore,
    page: int = PAGE,
) -> None:
    """Rebuild views beside the live ones, reading a feed once, then switch readers to the new ones.

    Until the switch the live views are read and may be brought forward. If they are fed from topics
    while the rebuild reads the log, the new views go on from the live checkpoint, as it was before
    the end of the log was read: the log holds everything up to there. Events that the new views
    already have are passed over. Raises PlaceLost for a live view that is ahead of the feed.
    """
    prepare(engine, [view.shape for view in views])
    for view in views:
        clear(engine, view.shape)
    targets = [Target(view, beside(engine, view.shape), {}) for view in views]
    lanes, end = _live_checkpoints(engine, views), feed.end()
    _refuse_beyond(lanes, end)
    if not all(are_of_one_feed(checkpoint, end) for checkpoint in lanes.values()):
        feed = CountedFeed(feed)
    while targets:
        targets = _brought(engine, feed, targets, end, progress, page)
        targets = [
            each
            for each in targets
            if not switch(engine, each.view.shape, each.at, lanes[each.view.name])
        ]
        lanes, end = _live_checkpoints(engine, views), feed.end()
        _refuse_beyond(lanes, end)


def _refuse_beyond(lanes: Mapping[str, Checkpoint], end: Checkpoint) -> None:
    """Raise PlaceLost for a live view that is further on than the feed: a rebuilt one would never
    catch up with it.
    """
    for view, checkpoint in lanes.items():
        refuse_beyond(f"The view {view}", checkpoint, end)


def _live_checkpoints(engine: Engine, views: Sequence[View]) -> Mapping[str, Checkpoint]:
    with reading(engine) as live:
        return {view.name: live.checkpoint(view.shape) for view in views}


def verify(
    engine: Engine,
    feed: Feed,
    views: Sequence[View],
    progress: Progress = _ignore,
    page: int = PAGE,
) -> Sequence[ViewComparison]:
    """Rebuild views up to the checkpoint of the live ones, and compare them row by row.

    Nothing is written beside the live views, so whoever may only read them can prove them. If they
    have another feed, the rebuild goes to the end of this one: then the two are equal only at rest.
    Raises PlaceLost for a live view that is ahead of the feed, and EventUnreadable for any event on
    the way that can't be read, whichever view it concerns.
    """
    read = ReadThrough(feed)
    with scratch() as apart:
        prepare(apart, [view.shape for view in views])
        return [_verified(engine, apart, read, view, progress, page) for view in views]


def _verified(
    engine: Engine, apart: Engine, feed: ReadThrough, view: View, progress: Progress, page: int
) -> ViewComparison:
    with reading(apart) as anew:
        target = Target(view, anew.generation(view.shape), {})
    while True:
        with reading(engine) as live:
            at, end = _checkpoint(live, view), feed.end()
            refuse_beyond(f"The view {view.name}", at, end)
            upto = at if are_of_one_feed(at, end) else end
            if not target.is_behind(upto):
                with reading(apart) as anew:
                    feed.refuse_unread(anew, view)
                    return _compared(live, anew, target)
        (target,) = _brought(apart, feed, [target], upto, progress, page)


def _checkpoint(live: Live, view: View) -> Checkpoint:
    """How far a live view has read; a view that was never built has read nothing."""
    with suppress(ViewMissing):
        return live.checkpoint(view.shape)
    return {}


def _brought(
    engine: Engine,
    feed: Feed,
    targets: Sequence[Target],
    upto: Checkpoint,
    progress: Progress,
    page: int,
) -> Sequence[Target]:
    while any(target.is_behind(upto) for target in targets):
        targets, result = forward(engine, feed, targets, upto, page)
        progress(result.entries)
    return targets


def _compared(live: Live, anew: Live, target: Target) -> ViewComparison:
    shape = target.view.shape
    comparison = ViewComparison(target.view.name, read_events(target.checkpoint))
    expected = anew.tables(shape)
    for name, table in _tables(live, target).items():
        for key, same in _pairs(_sorted(live, table), _sorted(anew, expected[name])):
            comparison.rows += 1
            if not same:
                comparison.differing += 1
                if len(comparison.keys) < SHOWN:
                    comparison.keys.append((name, key))
    return comparison


def _tables(live: Live, target: Target) -> Tables:
    """The live tables; none of a view that was never built."""
    with suppress(ViewMissing):
        return live.tables(target.view.shape)
    return {}


Keyed = tuple[tuple[Any, ...], tuple[Any, ...]]


def _sorted(live: Live, table: Table) -> Iterator[Keyed]:
    """All rows by primary key, read a page at a time."""
    keys = list(table.primary_key.columns)
    rows = live.connection.execution_options(yield_per=1000).execute(
        select(*keys, *table.columns).order_by(*keys)
    )
    width = len(keys)
    return ((tuple(row[:width]), tuple(row[width:])) for row in rows)


def _pairs(left: Iterator[Keyed], right: Iterator[Keyed]) -> Iterator[tuple[tuple[Any, ...], bool]]:
    """Every key on either side, with whether both sides have it with the same values."""
    mine, theirs = next(left, None), next(right, None)
    while mine or theirs:
        if theirs is None or (mine and mine[0] < theirs[0]):
            assert mine is not None
            yield mine[0], False
            mine = next(left, None)
        elif mine is None or theirs[0] < mine[0]:
            yield theirs[0], False
            theirs = next(right, None)
        else:
            yield mine[0], mine[1] == theirs[1]
            mine, theirs = next(left, None), next(right, None)
