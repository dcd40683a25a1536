"""Rebuilding views from a feed: to switch to them, or to prove that the live ones are right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Table, select

from projections.database import Live, reading
from projections.feed import (
    EVERYTHING,
    Checkpoint,
    Feed,
    Page,
    Selection,
    are_of_one_feed,
    read_events,
)
from projections.forward import Target, forward
from projections.generations import beside, clear, prepare, retire, switch
from projections.lanes import Moved
from projections.runner import PAGE, Progress

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from projections.projection import View

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
    already have are passed over.
    """
    prepare(engine, [view.shape for view in views])
    for view in views:
        clear(engine, view.shape)
    targets = [Target(view, beside(engine, view.shape), {}) for view in views]
    lanes, end = _live_checkpoints(engine, views), feed.end()
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

    If the live views have another feed, the rebuild goes to the end of this one: then the two are
    equal only at rest.
    """
    prepare(engine, [view.shape for view in views])
    return [_verified(engine, feed, view, progress, page) for view in views]


def _verified(
    engine: Engine, feed: Feed, view: View, progress: Progress, page: int
) -> ViewComparison:
    while True:
        target = Target(view, beside(engine, view.shape), {})
        try:
            return _proved(engine, feed, target, progress, page)
        except Moved:
            continue  # a rebuild has cleared away what was built here
        finally:
            retire(engine, view.shape, target.at)


def _proved(
    engine: Engine, feed: Feed, target: Target, progress: Progress, page: int
) -> ViewComparison:
    while True:
        with reading(engine) as live:
            at, end = live.checkpoint(target.view.shape), feed.end()
            upto = at if are_of_one_feed(at, end) else end
            if not target.is_behind(upto):
                return _compared(live, target)
        (target,) = _brought(engine, feed, [target], upto, progress, page)


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


def _compared(live: Live, anew: Target) -> ViewComparison:
    shape = anew.view.shape
    comparison = ViewComparison(anew.view.name, read_events(anew.checkpoint))
    expected = shape.tables(anew.at.generation)
    for name, table in live.tables(shape).items():
        for key, same in _pairs(_sorted(live, table), _sorted(live, expected[name])):
            comparison.rows += 1
            if not same:
                comparison.differing += 1
                if len(comparison.keys) < SHOWN:
                    comparison.keys.append((name, key))
    return comparison


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
