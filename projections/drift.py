"""The list of what drifts: fields of circuits that the network side sees other than recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections import circuits
from projections.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from domain.engine.log import Log
    from projections.database import Live
    from projections.projection import Row

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
