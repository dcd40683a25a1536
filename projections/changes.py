"""The view of bandwidth changes: where each stands, whom it waits for, its steps done and to come.

change_rows.py says what events do to its rows. It uses the process's own fold, so that the view and
the process never disagree.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    func,
    select,
)

from projections.listing import Listing, WordsOf
from projections.projection import Row, Shape, Tables
from projections.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

    from projections.database import Live


@lru_cache(maxsize=8)  # a rebuild makes new tables and drops the old
def _tables(generation: int) -> Tables:
    changes = Table(
        f"view_changes_{generation}",
        MetaData(),
        Column("circuit_id", TEXT, primary_key=True),
        Column("change_id", TEXT, primary_key=True),
        Column("kind", TEXT),
        Column("strategy", TEXT),
        Column("step", TEXT),
        Column("waits_for", TEXT),
        Column("choices", JSON, nullable=False),
        Column("since", TEXT),
        Column("overdue", Boolean, nullable=False),
        Column("stalled", Boolean, nullable=False),
        Column("running", Boolean, nullable=False),
        Column("ended", TEXT),
        Column("from_mbps", Integer),
        Column("bandwidth_mbps", Integer),
        Column("successor", TEXT),
        Column("customer_id", TEXT),
        Column("location_id", TEXT),
        Column("not_before", TEXT),
        Column("folded", JSON, nullable=False),
        Index(f"view_changes_{generation}_running", "running"),
    )
    circuits = Table(
        f"view_changes_circuits_{generation}",
        MetaData(),
        Column("circuit_id", TEXT, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("old_circuit", TEXT),
        Column("change_id", TEXT),
    )
    return {"changes": changes, "circuits": circuits}


SHAPE: Final = Shape("changes", 2, _tables)
"""`changes`, and per circuit the change it is part of and the version its events are folded to."""

OF_CIRCUIT: Final = ("change_id", "kind", "strategy", "step", "waits_for", "since", "overdue")
"""What a circuit shows of the change it is part of."""


def show(live: Live, circuit_id: str, change_id: str) -> Row | None:
    """One change with its steps done and to come; None if there is none. Its old circuit names it,
    even once that circuit is deleted.
    """
    table = live.tables(SHAPE)["changes"]
    query = select(table).where(table.c.circuit_id == circuit_id, table.c.change_id == change_id)
    row = live.one(query)
    return row and {**_summary(row), **_course(row)}


def totals(live: Live) -> Sequence[Row]:
    """How many changes there are, by kind, strategy, end, and whether they are stalled."""
    table = live.tables(SHAPE)["changes"]
    groups = (table.c.kind, table.c.strategy, table.c.ended, table.c.stalled)
    query = select(*groups, func.count().label("count")).group_by(*groups)
    return list(live.rows(query.order_by(*(each.nulls_first() for each in groups))))


def _without_course(live: Live) -> Select[Any]:
    columns = live.tables(SHAPE)["changes"].c
    return select(*(column for column in columns if column.name != "folded"))


def _summary(row: Row) -> Row:
    """A change without its course, by plain names: `since` and others are SQLAlchemy's own texts,
    as databases want them quoted.
    """
    return {str(name): value for name, value in row.items() if name != "folded"}


def _course(row: Row) -> Row:
    """The steps done and the steps to come, from the folded change."""
    # only this view needs the domain to show a row
    from domain.bandwidth_change.course import course_of, steps_of  # noqa: PLC0415
    from domain.processes.bandwidth_change.progress import from_json  # noqa: PLC0415
    from domain.processes.bandwidth_change.react import due_at  # noqa: PLC0415

    folded = row["folded"]
    stalled, asks = row["stalled"] and folded["stalled"], not folded["auto_proceed"]
    course = course_of(row["kind"], row["strategy"], asks=asks, back=folded["abandoned"])
    path = [step.name for step in steps_of(course)]
    to_come = path[path.index(row["step"]) + 1 :] if row["step"] in path else []
    return {
        "auto_proceed": folded["auto_proceed"],
        "attempt": folded["attempt"],
        "stall": dict(zip(("step", "attempt", "reason"), stalled, strict=True))
        if stalled
        else None,
        "due": due_at(from_json(folded)),
        "correlation_id": folded["correlation_id"] or None,
        "abandoned": folded["abandoned"],
        "failure": _failure(folded["failure"]),
        "done": [_done(*each) for each in folded["done"]],
        "to_come": to_come,
    }


def _failure(failure: Row | None) -> Row | None:
    """The refusal that ended a scheduled change, in the words of today."""
    if failure is None:
        return None
    from domain.catalogue import said  # noqa: PLC0415  loaded only where a change has failed

    return {**failure, "message": said(failure["code"], failure["facts"])}


def _done(
    position: int, time: str, circuit_id: str, what: str, actor: str, reason: str | None
) -> Row:
    return {
        "time": time,
        "circuit_id": circuit_id,
        "what": what,
        "actor": actor,
        "reason": reason,
        "position": position,
    }


def _in_short(change: Row) -> Row:
    """A change on one line: its rates, and the step it is at or how it ended."""
    before = f"{change['from_mbps']} to " if change["from_mbps"] else "to "
    rates = f"{before}{change['bandwidth_mbps']}"
    return {**change, "Mbit/s": rates, "stands_at": change["step"] or change["ended"]}


LISTING: Final = Listing(
    SHAPE,
    columns=(
        "circuit_id",
        "change_id",
        "Mbit/s",
        "stands_at",
        "waits_for",
        "not_before",
        "since",
        "overdue",
    ),
    filters={
        "circuit_id": str,
        "customer_id": str,
        "location_id": str,
        "kind": WordsOf("domain.processes.bandwidth_change.progress", "Kind"),
        "strategy": WordsOf("domain.words.values", "Strategy"),
        "step": WordsOf("domain.bandwidth_change.course", "StepName"),
        "waits_for": WordsOf("domain.bandwidth_change.course", "WaitsFor"),
        "overdue": bool,
        "stalled": bool,
        "ended": str,
        "running": bool,
    },
    sorts=("change_id",),
    rendered=_summary,
    in_short=_in_short,
    query=_without_course,
)
