"""One page of a feed: folded in memory, then written together with the checkpoint.

No lock is held while a page is read and folded. The write lock is taken only to write, and is
released unused if somebody else was faster.
"""

from __future__ import annotations

import gc
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from projections.database import pipelined, reading, writing
from projections.feed import EVENTS, OUTCOMES, Checkpoint, Feed, Page, Selection, is_of_outcomes
from projections.lanes import (
    Known,
    Move,
    Moved,
    count,
    count_moves,
    keep_checkpoint,
    keep_counts,
    known,
)
from projections.projection import HearsRefusals, Row, Tables, View, Work
from projections.rows import fetched, remove, upsert
from projections.streams import Counted, Gap
from projections.tables import Generation, generations

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


class Target(NamedTuple):
    """A generation of a view to bring forward, and how far it has read."""

    view: View
    at: Generation
    checkpoint: Checkpoint

    def is_behind(self, end: Checkpoint) -> bool:
        """Whether `end` is further on in any lane that the view reads."""
        return any(self.checkpoint.get(lane, 0) < end[lane] for lane in self.lanes_of(end))

    def lanes_of(self, checkpoint: Checkpoint) -> Sequence[str]:
        """The lanes of a checkpoint that the view reads."""
        return [lane for lane in checkpoint if self.view.hears_refusals or not is_of_outcomes(lane)]


class PageResult(NamedTuple):
    """What one page did: how many events and refusals it held, which streams were stopped because
    something is missing in them, and which were healed.
    """

    entries: int = 0
    stopped: Sequence[tuple[str, Gap]] = ()
    """Each with the name of its view."""
    healed: Sequence[tuple[str, Gap]] = ()


def forward(
    engine: Engine, feed: Feed, targets: Sequence[Target], upto: Checkpoint | None, limit: int
) -> tuple[Sequence[Target], PageResult]:
    """Bring views forward by one page, all in one transaction. Returns where they are now, and what
    the page did.

    Raises Moved, with nothing written, if somebody else has brought one of them forward.
    """
    with _without_collection():
        return _forward(engine, feed, targets, upto, limit)


@contextmanager
def _without_collection() -> Generator[None]:
    """No garbage collection within a page: it walks thousands of rows and frees none of them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Done(NamedTuple):
    """What a page does to one view, ready to be written."""

    target: Target
    work: Work
    counted: Counted | None


def _forward(
    engine: Engine, feed: Feed, targets: Sequence[Target], upto: Checkpoint | None, limit: int
) -> tuple[Sequence[Target], PageResult]:
    page = feed.read(_furthest_behind(targets), limit, _wanted(targets), upto)
    hungry = [target for target in targets if target.is_behind(page.checkpoint)]
    if not hungry:
        return targets, PageResult()
    with reading(engine) as live:  # as of one moment: what was checked is what is fetched
        connection = live.connection
        there = set(generations(connection))
        for target in hungry:
            if target.at not in there:
                raise Moved(f"somebody else brought {target.view.name} forward, or replaced it")
        before: Mapping[Generation, Known] = {}
        if not feed.whole:
            before = known(connection, [target.at for target in hungry], page.events)
        done = [_folded(connection, each, page, before.get(each.at)) for each in hungry]
    with writing(engine) as connection:
        moved = _write(connection, done, page)
    now = [moved.get(target.view.name, target) for target in targets]
    return now, _result(page, done)


def _furthest_behind(targets: Sequence[Target]) -> Checkpoint:
    """The checkpoint to read from for all targets: each passes over what it already has."""
    lowest: dict[str, int] = {}
    for lane in {lane for target in targets for lane in target.checkpoint}:
        reading_it = [target for target in targets if target.lanes_of({lane: 0})]
        lowest[lane] = min(target.checkpoint.get(lane, 0) for target in reading_it)
    return lowest


def _wanted(targets: Sequence[Target]) -> Selection:
    kinds: set[str] = set()
    for target in targets:
        kinds |= target.view.kinds or set()
    every = any(target.view.kinds is None for target in targets)
    refusals = any(target.view.hears_refusals for target in targets)
    return Selection(frozenset() if every else frozenset(kinds), refusals)


def _folded(connection: Connection, target: Target, page: Page, before: Known | None) -> _Done:
    """The rows that the page touches, as it leaves them. Events applied earlier are passed over: by
    the checkpoint if the feed is whole, otherwise by what was counted `before`.
    """
    view, checkpoint = target.view, target.checkpoint
    tables = view.shape.tables(target.at.generation)
    events, counted = page.events, None
    refusals = page.refusals if view.hears_refusals else ()
    if before is None:
        position, heard = checkpoint.get(EVENTS, 0), checkpoint.get(OUTCOMES, 0)
        if events and events[0].position <= position:
            events = [each for each in events if each.position > position]
        refusals = [each for each in refusals if each[0] > heard]
    else:
        counted = count(before, events, refusals)
        events = counted.events
    if view.kinds is not None:
        events = [each for each in events if each.event.kind in view.kinds]
    work = view.work(partial(_fetch, connection, tables), events)
    for each in events:
        work.apply(each)
    if view.hears_refusals:
        hearing = cast(HearsRefusals, work)
        for place, stored in refusals:
            hearing.refuse(place, stored)
    return _Done(target, work, counted)


def _fetch(connection: Connection, tables: Tables, name: str, keys: Any) -> Sequence[Row]:
    return list(fetched(connection, tables[name], keys))


def _write(connection: Connection, done: Sequence[_Done], page: Page) -> Mapping[str, Target]:
    """Write the page; returns where the views are now, by name. Moves are counted in the order of
    the views' names, so that runners side by side can't deadlock.
    """
    in_order = sorted(done, key=lambda each: each.target.view.name)
    moved = count_moves(connection, [each.target.at for each in in_order])
    now = [_reached(each.target, at, page) for each, at in zip(in_order, moved, strict=True)]
    with pipelined(connection):
        for each in in_order:
            _write_rows(connection, each)
        keep_checkpoint(
            connection,
            [
                Move(each.target.at, each.target.checkpoint, target.checkpoint)
                for each, target in zip(in_order, now, strict=True)
            ],
        )
        keep_counts(connection, [(each.target.at, each.counted) for each in done if each.counted])
    return {target.view.name: target for target in now}


def _reached(target: Target, at: Generation, page: Page) -> Target:
    """Where a view is after the page; `at` is its generation with the move counted."""
    view, _, before = target
    lanes = target.lanes_of(page.checkpoint)
    return Target(
        view, at, {lane: max(page.checkpoint[lane], before.get(lane, 0)) for lane in lanes}
    )


def _write_rows(connection: Connection, done: _Done) -> None:
    tables = done.target.view.shape.tables(done.target.at.generation)
    for name, keys in done.work.removed().items():
        remove(connection, tables[name], keys)
    for name, rows in done.work.written().items():
        upsert(connection, tables[name], rows)


def _result(page: Page, done: Sequence[_Done]) -> PageResult:
    counts = [(each.target.view.name, each.counted) for each in done if each.counted]
    return PageResult(
        len(page.events) + len(page.refusals),
        [(view, gap) for view, count in counts for gap in count.stopped],
        [(view, gap) for view, count in counts for gap in count.healed],
    )
