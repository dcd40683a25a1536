"""The view of the trail: what happened to a subject and what was refused, in the log's order.

It keeps the fields of each entry's CloudEvent; the message itself is made when it is read. Beside
each event stands whose it is, by which `projections/events_of.py` finds it.
"""

from __future__ import annotations

from functools import lru_cache
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    func,
    select,
    text,
    tuple_,
)

from domain.engine.outcomes import Stored
from domain.engine.records import Recorded, event_of
from domain.words.structs import written
from projections.owners import Owner, Owners
from projections.projection import Row, Shape, Tables, View
from projections.tables import PLACE, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from projections.database import Live
    from projections.projection import Fetch, RowKey

Place = tuple[int, int]
"""Where an entry stands: a position in the log and, for an outcome that stands after that event,
its place among all outcomes (0 for the event itself)."""

START: Final[Place] = (0, 0)


@lru_cache(maxsize=8)  # a rebuild makes new tables and drops the old
def _tables(generation: int) -> Tables:
    name = f"view_trail_{generation}"
    events = Table(
        f"{name}_events",
        MetaData(),
        Column("position", PLACE, primary_key=True, autoincrement=False),
        Column("subject", TEXT, nullable=False),
        Column("version", Integer, nullable=False),
        Column("type", TEXT, nullable=False),
        Column("time", TEXT, nullable=False),
        Column("actor", TEXT, nullable=False),
        Column("causation_id", TEXT, nullable=False),
        Column("correlation_id", TEXT, nullable=False),
        Column("on_behalf_of", TEXT),
        Column("traceparent", TEXT),
        Column("data", TEXT, nullable=False),
        Column("customer_id", TEXT),
        Column("provider", TEXT),
        Index(f"{name}_events_subject", "subject", "position"),
        Index(f"{name}_events_correlation", "correlation_id", "position"),
        *(_of_owner(f"{name}_events_{column}", column) for column in Owner._fields),
        Index(f"{name}_events_actor", "actor", "position"),
        Index(f"{name}_events_type", "type", "position"),
    )
    streams = Table(
        f"{name}_streams",
        MetaData(),
        Column("stream", TEXT, primary_key=True),
        Column("customer_id", TEXT, nullable=False),
        Column("provider", TEXT),
    )
    refusals = Table(
        f"{name}_refusals",
        MetaData(),
        Column("place", PLACE, primary_key=True, autoincrement=False),
        Column("position", PLACE, nullable=False),
        Column("subject", TEXT),
        Column("correlation_id", TEXT),
        Column("actor", TEXT),
        Column("type", TEXT),
        Column("time", TEXT, nullable=False),
        Column("code", TEXT, nullable=False),
        Column("key", LargeBinary, nullable=False),
        Column("body", TEXT, nullable=False),
        Index(f"{name}_refusals_subject", "subject", "position", "place"),
        Index(f"{name}_refusals_correlation", "correlation_id", "position", "place"),
        Index(f"{name}_refusals_actor", "actor", "position", "place"),
        Index(f"{name}_refusals_type", "type", "position", "place"),
        Index(f"{name}_refusals_position", "position", "place"),
        Index(f"{name}_refusals_code", "code"),
    )
    return {"events": events, "refusals": refusals, "streams": streams}


def _of_owner(name: str, column: str) -> Index:
    """An index of the events that have such an owner, in the order of the log."""
    owned = text(f"{column} IS NOT NULL")
    return Index(name, column, "position", sqlite_where=owned, postgresql_where=owned)


SHAPE: Final = Shape("trail", 3, _tables)


def entries(
    live: Live, subject: str, cell: str, after: Place = START, limit: int = 1000
) -> Sequence[tuple[Place, dict[str, Any]]]:
    """Entries of a subject after a place, each with its place: events as structured CloudEvents,
    refused attempts as their outcomes. `cell` is the source they name.
    """
    found = _entries(live, _Of("subject", subject), cell, after, limit)
    return [(place, _message(each, cell)) for place, each in found]


def correlated(
    live: Live, correlation_id: str, cell: str, after: Place = START, limit: int = 1000
) -> Sequence[tuple[Place, dict[str, Any]]]:
    """The same of all subjects: what happened, and was refused, under a correlation id."""
    found = _entries(live, _Of("correlation_id", correlation_id), cell, after, limit)
    return [(place, _message(each, cell)) for place, each in found]


class _Of(NamedTuple):
    """Which entries are meant: those with a value in a column, by which both tables are indexed."""

    column: str
    value: str


def _message(entry: Recorded | dict[str, Any], cell: str) -> dict[str, Any]:
    return entry.as_cloudevent(cell) if isinstance(entry, Recorded) else entry


def _entries(
    live: Live, of: _Of, cell: str, after: Place, limit: int = 1000
) -> Sequence[tuple[Place, Recorded | dict[str, Any]]]:
    tables = live.tables(SHAPE)
    both: Iterator[Any] = merge(
        _events(live, tables["events"], of, after, limit),
        _refusals(live, tables["refusals"], of, cell, after, limit),
        key=lambda entry: entry[0],
    )
    return list(islice(both, limit))


def trail(live: Live, subject: str, cell: str) -> Iterator[dict[str, Any]]:
    """The whole trail of a subject."""
    return (_message(each, cell) for each in everything(live, subject, cell))


def everything(live: Live, subject: str, cell: str) -> Iterator[Recorded | dict[str, Any]]:
    """The whole trail of a subject, read in pages: events as they are recorded, refused attempts as
    their outcomes.
    """
    after = START
    while page := _entries(live, _Of("subject", subject), cell, after):
        yield from (each for _, each in page)
        after = page[-1][0]


def refusals_by_code(live: Live) -> Mapping[str, int]:
    """How many attempts were refused, by code, the most frequent first."""
    table = live.tables(SHAPE)["refusals"]
    count = func.count().label("count")
    query = select(table.c.code, count).group_by(table.c.code).order_by(count.desc(), table.c.code)
    return {row["code"]: row["count"] for row in live.rows(query)}


def latest_refusals(
    live: Live, since: str, cell: str, limit: int = 500
) -> Sequence[dict[str, Any]]:
    """The attempts on known subjects that were refused since a time, the newest first, as entries
    of these subjects.
    """
    table = live.tables(SHAPE)["refusals"]
    query = select(table).where(table.c.subject.is_not(None)).order_by(table.c.place.desc())
    found: list[dict[str, Any]] = []
    for row in live.rows(query.limit(limit)):
        entry = attempt_of(row, cell)
        if entry["time"] < since:
            break
        found.append(entry)
    return found


def _events(
    live: Live, table: Table, of: _Of, after: Place, limit: int
) -> Iterator[tuple[Place, Recorded]]:
    query = select(table).where(table.c[of.column] == of.value, table.c.position > after[0])
    for row in live.rows(query.order_by(table.c.position).limit(limit)):
        yield (row["position"], 0), recorded_of(row)


def recorded_of(row: Row) -> Recorded:
    """An event as its row in the view says it."""
    return Recorded(
        row["position"],
        row["subject"],
        row["version"],
        row["time"],
        row["actor"],
        row["causation_id"],
        row["correlation_id"],
        row["on_behalf_of"],
        row["traceparent"],
        event_of(row["type"], row["data"]),
    )


def _refusals(
    live: Live, table: Table, of: _Of, cell: str, after: Place, limit: int
) -> Iterator[tuple[Place, dict[str, Any]]]:
    place = tuple_(table.c.position, table.c.place)
    query = select(table).where(table.c[of.column] == of.value, place > tuple_(*after))
    for row in live.rows(query.order_by(*place.clauses).limit(limit)):
        yield (row["position"], row["place"]), attempt_of(row, cell)


def attempt_of(row: Row, cell: str) -> dict[str, Any]:
    """A refused attempt as its row says it: the outcome, with who tried what."""
    outcome = Stored(row["key"], b"", row["position"], 0, row["body"]).outcome()
    tried = {"actor": outcome.actor, "command": outcome.type, "position": row["position"]}
    return outcome.as_cloudevent(cell) | tried


class Entries:
    """The entries that a page adds; no entry is ever changed."""

    def __init__(self, owners: Owners) -> None:
        self._owners = owners
        self._events: list[Row] = []
        self._refusals: dict[int, Row] = {}

    def apply(self, recorded: Recorded) -> None:
        """Add an entry for an event."""
        event = recorded.event
        self._events.append(
            {
                "position": recorded.position,
                "subject": recorded.stream,
                "version": recorded.version,
                "type": event.kind,
                "time": recorded.time,
                "actor": recorded.actor,
                "causation_id": recorded.causation_id,
                "correlation_id": recorded.correlation_id,
                "on_behalf_of": recorded.on_behalf_of,
                "traceparent": recorded.traceparent,
                "data": written(event).decode(),
                **self._owners.of(recorded)._asdict(),
            }
        )

    def refuse(self, place: int, stored: Stored) -> None:
        """Add an entry for a refused attempt, given its stored outcome; it may come again."""
        attempt = stored.refused()
        self._refusals[place] = {
            "place": place,
            "position": stored.position,
            "subject": attempt.subject,
            "correlation_id": attempt.correlation_id,
            "actor": attempt.actor,
            "type": attempt.type,
            "time": attempt.time,
            "code": attempt.code,
            "key": stored.key,
            "body": stored.body,
        }

    def written(self) -> Mapping[str, Sequence[Row]]:
        """All entries of the page."""
        return {
            "events": self._events,
            "refusals": list(self._refusals.values()),
            "streams": self._owners.written(),
        }

    def removed(self) -> Mapping[str, Sequence[RowKey]]:
        """Nothing: what happened is never taken back."""
        return {}


def _work(fetch: Fetch, events: Sequence[Recorded]) -> Entries:
    """No entry depends on another; whose it is stands in the row of its stream."""
    return Entries(Owners(fetch, events))


VIEW: Final = View(SHAPE, None, _work, hears_refusals=True)
