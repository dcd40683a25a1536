"""Bringing views forward: a page of events, folded in memory, written with its place in the log.

Nothing is held locked while a page is read and folded; the write lock is taken for the rows alone,
and given back unused if somebody else was faster.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from sqlalchemy import func, select

from projections.database import Generation, generations, live_generations, reading, writing
from projections.projection import HearsRefusals, Row, Tables, View, Work
from projections.store import Moved, advance, fetched, prepare, upsert

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from domain.log import Log, Mark
    from domain.outcomes import Stored
    from domain.records import Recorded

PAGE: Final = 5000
"""Events in one page: enough that a row that changes often is written seldom."""

Progress = Callable[[int], None]
"""Called after each page with the number of events and refusals it held."""


class Status(NamedTuple):
    """How a view stands: how far it is behind the log (events and outcomes), how much it holds."""

    view: str
    position: int
    behind: int
    outcomes_behind: int
    rows: int
    generation: int


class Target(NamedTuple):
    """A generation of a view to bring forward."""

    view: View
    at: Generation


class Page(NamedTuple):
    """What the log holds next for some views, and up to where it was read."""

    events: Sequence[Recorded]
    position: int
    refusals: Sequence[tuple[int, Stored]]
    outcomes: int

    def is_news_to(self, target: Target) -> bool:
        """Whether it goes beyond what the view has applied."""
        further = self.position > target.at.position
        return further or (target.view.hears_refusals and self.outcomes > target.at.outcomes)


class Runner:
    """Keeps live views up with a log; several may run, on one database or each on its own."""

    def __init__(self, engine: Engine, log: Log, views: Sequence[View], page: int = PAGE) -> None:
        self.engine = engine
        self.log = log
        self.views = tuple(views)
        self.page = page

    def catch_up(self, progress: Progress = lambda _: None) -> int:
        """Apply all that the log holds; how many events and refusals were new."""
        prepare(self.engine, (view.shape for view in self.views))
        until, new = self.log.mark(), 0
        while True:
            with reading(self.engine) as live:
                targets = [Target(view, live.generation(view.shape)) for view in self.views]
            try:
                done = forward(self.engine, self.log, targets, until, self.page)
            except Moved:
                continue
            if done.targets is None:
                return new
            progress(done.entries)
            new += done.entries

    def status(self) -> Sequence[Status]:
        """How each view stands, without bringing it forward."""
        end = self.log.mark()
        with reading(self.engine) as live:
            at = live_generations(live.connection)
            return [_status(live.connection, view, at.get(view.name), end) for view in self.views]


class Done(NamedTuple):
    """What one page did: the targets as they are now, or None if there was nothing left to do;
    and how many events and refusals it held.
    """

    targets: Sequence[Target] | None
    entries: int


def forward(engine: Engine, log: Log, targets: Sequence[Target], until: Mark, limit: int) -> Done:
    """Bring views forward by one page, all in one transaction.

    Raises Moved, with nothing written, if somebody else has brought one of them forward.
    """
    with _without_collection():
        return _forward(engine, log, targets, until, limit)


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


def _forward(engine: Engine, log: Log, targets: Sequence[Target], until: Mark, limit: int) -> Done:
    page = _page(log, targets, until, limit)
    hungry = [target for target in targets if page.is_news_to(target)]
    if not hungry:
        return Done(None, 0)
    with engine.connect() as connection, connection.begin():
        there = set(generations(connection))
        for target in hungry:
            if target.at not in there:
                raise Moved(f"somebody else brought {target.view.name} forward, or replaced it")
        works = [_folded(connection, target, page) for target in hungry]
    with writing(engine) as connection:
        moved = {
            target.view.name: _write(connection, target, work, page)
            for target, work in zip(hungry, works, strict=True)
        }
    now = [moved.get(target.view.name, target) for target in targets]
    return Done(now, len(page.events) + len(page.refusals))


def _page(log: Log, targets: Sequence[Target], until: Mark, limit: int) -> Page:
    """What the view that is furthest behind needs next; the others pass over what they have."""
    after = min(target.at.position for target in targets)
    events = log.feed(after, limit, _kinds(targets), upto=until.position)
    position = events[-1].position if len(events) == limit else until.position
    hearing = [target for target in targets if target.view.hears_refusals]
    if not hearing:
        return Page(events, position, (), 0)
    after = min(target.at.outcomes for target in hearing)
    found = log.refusals(after, limit)
    refusals = [each for each in found if each[0] <= until.outcome]
    outcomes = refusals[-1][0] if len(refusals) == limit else until.outcome
    return Page(events, position, refusals, outcomes)


def _kinds(targets: Sequence[Target]) -> frozenset[str]:
    """The types of event that any of them handles; empty for all."""
    kinds: set[str] = set()
    for target in targets:
        if target.view.kinds is None:
            return frozenset()
        kinds |= target.view.kinds
    return frozenset(kinds)


def _folded(connection: Connection, target: Target, page: Page) -> Work:
    """The rows that the page touches, as they become. What was applied before is passed over."""
    (view, at), tables = target, target.view.shape.tables(target.at.generation)
    kinds = view.kinds
    events = [
        each
        for each in page.events
        if each.position > at.position and (kinds is None or each.event.kind in kinds)
    ]
    work = view.work(partial(_fetch, connection, tables), events)
    for each in events:
        work.apply(each)
    if view.hears_refusals:
        hearing = cast(HearsRefusals, work)
        for place, stored in page.refusals:
            if place > at.outcomes:
                hearing.refuse(place, stored)
    return work


def _fetch(connection: Connection, tables: Tables, name: str, keys: Any) -> Sequence[Row]:
    return list(fetched(connection, tables[name], keys))


def _write(connection: Connection, target: Target, work: Work, page: Page) -> Target:
    view, at = target
    position = max(page.position, at.position)
    outcomes = max(page.outcomes, at.outcomes) if view.hears_refusals else at.outcomes
    now = advance(connection, at, position, outcomes)
    tables = view.shape.tables(at.generation)
    for name, rows in work.written().items():
        upsert(connection, tables[name], rows)
    return Target(view, now)


def _status(connection: Connection, view: View, at: Generation | None, end: Mark) -> Status:
    if at is None or at.edition != view.shape.edition:
        outcomes = end.outcome if view.hears_refusals else 0
        return Status(view.name, 0, end.position, outcomes, 0, 0)
    rows = 0
    for table in view.shape.tables(at.generation).values():
        rows += connection.execute(select(func.count()).select_from(table)).scalar_one()
    return Status(
        view.name,
        at.position,
        end.position - at.position,
        end.outcome - at.outcomes if view.hears_refusals else 0,
        rows,
        at.generation,
    )
