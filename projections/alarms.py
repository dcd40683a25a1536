"""The view of alarms: every one that was ever raised, over all circuits.

A circuit raises the same kind again and again, so an alarm is named by its circuit, its kind and
the version of the circuit's stream at which it was raised.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Table, func, select

from projections.listing import Listing, WordsOf
from projections.projection import Shape, Tables
from projections.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.database import Live
    from projections.projection import Row


@lru_cache(maxsize=8)  # a rebuild makes new tables and drops the old
def _tables(generation: int) -> Tables:
    name = f"view_alarms_{generation}"
    alarms = Table(
        name,
        MetaData(),
        Column("circuit_id", TEXT, primary_key=True),
        Column("alarm", TEXT, primary_key=True),
        Column("raised_at_version", Integer, primary_key=True),
        Column("customer_id", TEXT, nullable=False),
        Column("since", TEXT, nullable=False),
        Column("cause", TEXT, nullable=False),
        Column("acknowledged_by", TEXT),
        Column("cleared_at", TEXT),
        Column("raised", Boolean, nullable=False),
        Index(f"{name}_raised", "raised", "circuit_id"),
        Index(f"{name}_customer", "customer_id", "circuit_id"),
    )
    circuits = Table(
        f"view_alarms_circuits_{generation}",
        MetaData(),
        Column("circuit_id", TEXT, primary_key=True),
        Column("customer_id", TEXT, nullable=False),
        Column("version", Integer, nullable=False),
    )
    raised = Table(
        f"view_alarms_raised_{generation}",
        MetaData(),
        Column("circuit_id", TEXT, primary_key=True),
        Column("alarm", TEXT, primary_key=True),
        Column("raised_at_version", Integer, nullable=False),
    )
    return {"alarms": alarms, "circuits": circuits, "raised": raised}


SHAPE: Final = Shape("alarms", 1, _tables)
"""`alarms`, per circuit whose it is and the version its events are folded to, and which alarm of a
kind was raised last.
"""


def _rendered(row: Row) -> Row:
    return {name: row[name] for name in _COLUMNS}


_COLUMNS: Final = (
    "circuit_id",
    "customer_id",
    "alarm",
    "since",
    "cause",
    "acknowledged_by",
    "cleared_at",
)

LISTING: Final = Listing(
    SHAPE,
    columns=_COLUMNS,
    filters={
        "circuit_id": str,
        "customer_id": str,
        "alarm": WordsOf("domain.words.values", "AlarmKind"),
        "raised": bool,
    },
    sorts=("since", "alarm", "customer_id"),
    rendered=_rendered,
)


def totals(live: Live) -> Sequence[Row]:
    """How often alarms of each kind were raised, how many still are, and how many of all were
    acknowledged; the most frequent first.
    """
    columns = live.tables(SHAPE)["alarms"].c
    ever = func.count().label("ever")
    query = select(
        columns.alarm,
        ever,
        func.count().filter(columns.raised).label("raised"),
        func.count(columns.acknowledged_by).label("acknowledged"),
    )
    return list(live.rows(query.group_by(columns.alarm).order_by(ever.desc(), columns.alarm)))
