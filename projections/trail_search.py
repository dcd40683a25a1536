"""Search in the trail: the latest entries by subject, actor, type and time, whatever its length.

What a search costs is bounded. It goes along one index, from the latest entry back, and looks at a
set number of entries; where that does not fill a page, it says down to where it has looked, and can
be gone on with from there. Times need no index, as they run with positions.
"""

from __future__ import annotations

from heapq import merge
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import func, select, tuple_

from projections.trail import SHAPE, Place, attempt_of, recorded_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Column, ColumnElement, Table

    from projections.database import Live
    from projections.projection import Row

EXAMINED: Final = 5000
"""Entries of each kind that one search looks at."""

PAGE: Final = 50


class Wanted(NamedTuple):
    """What is looked for; None is anything."""

    subject: str | None = None
    actor: str | None = None
    types: Collection[str] | None = None
    """The types of events, and of commands that were refused."""
    since: str | None = None
    until: str | None = None


class Found(NamedTuple):
    """The entries that were found, the latest first, each with its place."""

    entries: Sequence[tuple[Place, dict[str, Any]]]
    rest: Place | None
    """The place before which the search goes on; None if it looked at everything."""


class _Looked(NamedTuple):
    entries: Sequence[tuple[Place, dict[str, Any]]]
    down_to: Place | None
    """The last entry that was looked at; None if there were no more."""


def search(
    live: Live,
    wanted: Wanted,
    cell: str,
    before: Place | None = None,
    limit: int = PAGE,
    examined: int = EXAMINED,
) -> Found:
    """The latest entries before a place; `cell` is the source that they name."""
    return _Search(live, wanted, cell, before, limit, examined).found()


class _Search(NamedTuple):
    live: Live
    wanted: Wanted
    cell: str
    before: Place | None
    limit: int
    examined: int

    def found(self) -> Found:
        """The entries of both kinds, down to where both were looked at."""
        tables = self.live.tables(SHAPE)
        within = self._within(tables["events"])
        looked = [
            self._events(tables["events"], within),
            self._refusals(tables["refusals"], within),
        ]
        stops = [each.down_to for each in looked if each.down_to is not None]
        found = list(merge(*(each.entries for each in looked), key=itemgetter(0), reverse=True))
        if stops:
            found = [each for each in found if each[0] >= max(stops)]
        if len(found) > self.limit:
            return Found(found[: self.limit], found[self.limit - 1][0])
        return Found(found, max(stops) if stops else None)

    def _within(self, events: Table) -> tuple[int, int | None]:
        """The positions of events at the times that are meant: from one, to before another."""
        since, until = self.wanted.since, self.wanted.until
        first = _first_since(self.live, events, since) if since else 0
        return first, _first_since(self.live, events, until, after=True) if until else None

    def _events(self, table: Table, within: tuple[int, int | None]) -> _Looked:
        c, (first, end) = table.c, within
        near = [c.position >= first]
        if end is not None:
            near.append(c.position < end)
        if self.before is not None:
            position, place = self.before
            near.append(c.position <= position if place else c.position < position)
        rows, last = self._rows(table, near, (c.position,))
        told = [((row["position"], 0), recorded_of(row).as_cloudevent(self.cell)) for row in rows]
        return _Looked(told, None if last is None else (last[0], 0))

    def _refusals(self, table: Table, within: tuple[int, int | None]) -> _Looked:
        """A refused attempt stands after the last event before it, which may be of earlier."""
        c, (first, end) = table.c, within
        near = [c.position >= first - 1]
        if end is not None:
            near.append(c.position < end)
        if self.before is not None:
            earlier = tuple_(c.position, c.place) < tuple_(*self.before)
            near += [c.position <= self.before[0], earlier]
        rows, last = self._rows(table, near, (c.position, c.place))
        told = [((row["position"], row["place"]), attempt_of(row, self.cell)) for row in rows]
        return _Looked(told, None if last is None else (last[0], last[1]))

    def _rows(
        self, table: Table, near: Sequence[ColumnElement[bool]], order: Sequence[Column[Any]]
    ) -> tuple[Sequence[Row], tuple[Any, ...] | None]:
        """The rows that are wanted among the latest that the best index leads to, and the key of
        the last of these, if there may be more.
        """
        led = select(table).where(*near, *_along(table, self.wanted))
        led = led.order_by(*(each.desc() for each in order)).limit(self.examined)
        keys = led.with_only_columns(*order).limit(1).offset(self.examined - 1)
        last = self.live.one(keys)
        looked_at = led.subquery()
        query = select(looked_at).where(*_all(looked_at.c, self.wanted))
        query = query.order_by(*(looked_at.c[each.name].desc() for each in order))
        rows = list(self.live.rows(query.limit(self.limit + 1)))
        return rows, None if last is None else tuple(last.values())


def _along(table: Table, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The one condition whose index is gone along: that which fewest entries fulfil, as a rule."""
    if wanted.subject is not None:
        return [table.c.subject == wanted.subject]
    if wanted.types is not None and len(wanted.types) == 1:
        return [table.c.type == next(iter(wanted.types))]
    if wanted.actor is not None:
        return [table.c.actor == wanted.actor]
    return []


def _all(columns: Any, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.subject is not None:
        conditions.append(columns.subject == wanted.subject)
    if wanted.actor is not None:
        conditions.append(columns.actor == wanted.actor)
    if wanted.types is not None:
        conditions.append(columns.type.in_(wanted.types))
    if wanted.since is not None:
        conditions.append(columns.time >= wanted.since)
    if wanted.until is not None:
        conditions.append(columns.time <= wanted.until)
    return conditions


def _first_since(live: Live, events: Table, time: str, *, after: bool = False) -> int:
    """The position of the first event at a time or later (`after`: later alone), found by halving;
    the one after the last if there is none.
    """
    c = events.c
    low, high = 1, (live.connection.execute(select(func.max(c.position))).scalar() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        near = select(c.position, c.time).where(c.position >= middle).order_by(c.position).limit(1)
        row = live.one(near)
        is_there = row is None or (row["time"] > time if after else row["time"] >= time)
        if is_there:
            high = middle
        else:
            assert row is not None, "it is before the time"
            low = row["position"] + 1
    return low
