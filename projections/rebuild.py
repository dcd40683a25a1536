"""Building views anew from the log: to switch to, or to prove that the live ones are right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Table, select

from domain.log import Mark
from projections.database import Live, reading, writing
from projections.runner import PAGE, Progress, Target, forward
from projections.store import beside, drop, prepare, switch

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from domain.log import Log
    from projections.projection import View

SHOWN: Final = 100
"""Differing keys that a verdict names; how many there are it says in any case."""


@dataclass
class Verdict:
    """Whether a view's live rows equal those built anew from the log, up to the same place."""

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


def _ignore(_: int) -> None: ...


def rebuild(
    engine: Engine, log: Log, views: Sequence[View], progress: Progress = _ignore, page: int = PAGE
) -> None:
    """Build views anew beside the live ones, reading the log once, then let readers see the new.

    The live ones are read, and may be brought forward, until the switch.
    """
    prepare(engine, (view.shape for view in views))
    targets = [Target(view, beside(engine, view.shape)) for view in views]
    while targets:
        targets = _brought(engine, log, targets, log.mark(), progress, page)
        targets = [each for each in targets if not switch(engine, each.view.shape, each.at)]


def verify(
    engine: Engine, log: Log, views: Sequence[View], progress: Progress = _ignore, page: int = PAGE
) -> Sequence[Verdict]:
    """Build views anew up to where the live ones are, and compare them row by row."""
    prepare(engine, (view.shape for view in views))
    return [_verified(engine, log, view, progress, page) for view in views]


def _verified(engine: Engine, log: Log, view: View, progress: Progress, page: int) -> Verdict:
    target = Target(view, beside(engine, view.shape))
    try:
        while True:
            with reading(engine) as live:
                at = live.generation(view.shape)
                if (at.position, at.outcomes) == (target.at.position, target.at.outcomes):
                    return _compared(live, target)
            until = Mark(at.position, at.outcomes, (0, 0))
            (target,) = _brought(engine, log, [target], until, progress, page)
    finally:
        with writing(engine) as connection:
            drop(connection, view.shape, target.at)


def _brought(
    engine: Engine,
    log: Log,
    targets: Sequence[Target],
    until: Mark,
    progress: Progress,
    page: int,
) -> Sequence[Target]:
    while True:
        done = forward(engine, log, targets, until, page)
        if done.targets is None:
            return targets
        targets = done.targets
        progress(done.entries)


def _compared(live: Live, anew: Target) -> Verdict:
    shape = anew.view.shape
    verdict = Verdict(anew.view.name, anew.at.position)
    expected = shape.tables(anew.at.generation)
    for name, table in live.tables(shape).items():
        for key, same in _pairs(_sorted(live, table), _sorted(live, expected[name])):
            verdict.rows += 1
            if not same:
                verdict.differing += 1
                if len(verdict.keys) < SHOWN:
                    verdict.keys.append((name, key))
    return verdict


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
