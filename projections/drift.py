"""The list of what drifts: fields of circuits that the network side sees other than recorded."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from projections import circuits
from projections.listing import After, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from domain.engine.log import Log
    from projections.database import Live
    from projections.projection import Row

Entry = tuple[After, dict[str, Any]]
"""A field that drifts, with its key in the list."""

_RAISED: Final = "tieline.drift.raised.v1"
_PAGE: Final = 1000

LISTING: Final = Listing(
    circuits.SHAPE,
    columns=("circuit_id", "field", "recorded", "observed", "since"),
    filters={
        "circuit_id": str,
        "customer_id": str,
        "location_id": str,
        "provider": str,
        "drifting": bool,
    },
)
"""The circuits, narrowed to those of which something drifts."""


def every(live: Live, filters: Mapping[str, str]) -> Iterator[Row]:
    """What drifts of the circuits that match every filter: a row per field, circuit by circuit."""
    return _fields_of(LISTING.every(live, {**filters, "drifting": True}))


def entries(
    listing: Listing, live: Live, filters: Mapping[str, str], after: After | None, limit: int
) -> Sequence[Entry]:
    """What drifts of the circuits of a list, each with its key, after which another call may begin:
    fewer than `limit` only where nothing is left.
    """
    circuit = after[0] if after else ""
    wanted = listing.only(lambda table, _: table.c.circuit_id >= circuit)
    rows = wanted.every(live, {**filters, "drifting": True})
    return list(islice(_keyed(_fields_of(rows), after), limit))


def entries_as_of(
    log: Log, time: str, filters: Mapping[str, str], after: After | None
) -> Sequence[Entry]:
    """All of it as it was at a time."""
    return list(_keyed(every_as_of(log, time, filters), after))


def _keyed(rows: Iterable[Row], after: After | None) -> Iterator[Entry]:
    from domain.circuit.drift import FIELDS  # noqa: PLC0415  a list on the command line has no keys

    for row in rows:
        key = (row["circuit_id"], FIELDS.index(row["field"]))
        if after is None or key > after:
            yield key, row


def every_as_of(log: Log, time: str, filters: Mapping[str, str]) -> Iterator[Row]:
    """The same as it was at a time (as `written_time` writes it)."""
    from projections.time_travel import show_as_of  # noqa: PLC0415  loads every noun

    shown = (show_as_of(log, "circuit", id, time) for id in sorted(set(_ever_raised(log))))
    return _fields_of(
        row for row in shown if row and all(row[name] == filters[name] for name in filters)
    )


def _ever_raised(log: Log) -> Iterator[str]:
    """The circuits of which something ever drifted."""
    page = log.feed(0, _PAGE, (_RAISED,))
    while page:
        yield from (each.subject_id for each in page)
        page = log.feed(page[-1].position, _PAGE, (_RAISED,))


def _fields_of(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        for each in row["drift"]:
            yield {"circuit_id": row["circuit_id"], **each}
