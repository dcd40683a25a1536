"""The events of somebody or something, in the order of the log, found by an index however much
else there is between them.
"""

from __future__ import annotations

from heapq import merge
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from sqlalchemy import func, select

from projections.trail import SHAPE, recorded_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from domain.engine.records import Recorded
    from projections.database import Live
    from projections.projection import Row

_STEP: Final = 1000
"""Positions that are counted at first where it is not known how far the view is whole."""


class Whose(NamedTuple):
    """Which events are meant: those with a value in a column that is indexed with the position."""

    column: Literal["customer_id", "provider", "subject"]
    value: str


class Span(NamedTuple):
    """A part of the log: the positions after one, up to another."""

    after: int
    upto: int


def events_of(live: Live, some: Collection[Whose], span: Span, limit: int) -> Sequence[Recorded]:
    """The first events of any of these within a span of the log, each once.

    What the view has not reached is missing there: `whole` says how far that can't be.
    """
    found = merge(*(_of(live, each, span, limit) for each in some), key=_position)
    each_once = (next(same) for _, same in groupby(found, _position))
    return [recorded_of(row) for row in islice(each_once, limit)]


def whole(live: Live, since: int = 0) -> int:
    """The position up to which the view has every event of the log, given one that it has passed.

    Views that are fed from topics hear of streams in any order, so that the last event they have
    does not tell. Positions have no gaps: as many events as positions means all of them.
    """
    events = live.tables(SHAPE)["events"].c
    step = _STEP
    while step:
        here = select(func.count()).where(events.position > since, events.position <= since + step)
        if live.connection.execute(here).scalar_one() == step:
            since, step = since + step, 2 * step
        else:
            step //= 2
    return since


def _of(live: Live, whose: Whose, span: Span, limit: int) -> Iterator[Row]:
    events = live.tables(SHAPE)["events"]
    within = (events.c.position > span.after, events.c.position <= span.upto)
    query = select(events).where(events.c[whose.column] == whose.value, *within)
    return live.rows(query.order_by(events.c.position).limit(limit))


def _position(row: Row) -> int:
    return row["position"]
