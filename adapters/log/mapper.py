"""Maps stored events to domain events and back by the catalogue: a type is a name, not a path."""

import json
from collections.abc import Sequence

from eventsourcing.persistence import JSONTranscoder, Mapper, Notification, StoredEvent

from adapters.collecting import without_collection
from domain.catalogue import EVENTS
from domain.engine import records
from domain.engine.log import EventUnreadable
from domain.engine.records import Recorded, StoredRow, encoded


class EventMapper(Mapper[str]):
    """The library's mapper over the explicit catalogue."""

    def __init__(self) -> None:
        super().__init__(JSONTranscoder())

    def to_domain_event(  # pyright: ignore[reportIncompatibleMethodOverride] its events are classes
        self, stored_event: StoredEvent
    ) -> Recorded:
        """A stored event, decoded; its position is 0 unless it comes as a notification."""
        at = stored_event.id if isinstance(stored_event, Notification) else 0
        stream = str(stored_event.originator_id)
        row = (at, stream, stored_event.originator_version, stored_event.topic, stored_event.state)
        return events_of([row])[0]

    def to_stored_event(  # pyright: ignore[reportIncompatibleMethodOverride] its events are classes
        self, domain_event: Recorded
    ) -> StoredEvent:
        """The stored form again, byte for byte."""
        head = {
            "time": domain_event.time,
            "actor": domain_event.actor,
            "causationid": domain_event.causation_id,
            "correlationid": domain_event.correlation_id,
            "onbehalfof": domain_event.on_behalf_of,
            "traceparent": domain_event.traceparent,
        }
        told = {name: value for name, value in head.items() if value is not None}
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return StoredEvent(
            originator_id=domain_event.stream,
            originator_version=domain_event.version,
            topic=domain_event.event.kind,
            state=encoded(f'{text[:-1]},"data":'.encode(), domain_event.event),
        )


def events_of(rows: Sequence[StoredRow]) -> list[Recorded]:
    """Rows as events. Raises EventUnreadable for a type or shape that this version can't read."""
    try:
        with without_collection():
            return records.read_rows(rows)
    except (KeyError, ValueError) as fault:
        raise _unreadable(rows) from fault


def _unreadable(rows: Sequence[StoredRow]) -> EventUnreadable:
    """The error for the first row that can't be read."""
    at, stream, version, kind, _ = next(row for row in rows if not _is_readable(row))
    which = f"Event {stream}/{version} at position {at}"
    if kind not in EVENTS:
        return EventUnreadable(
            f"{which} is of type {kind}, which this version of tieline does not "
            "know: use the version that wrote it, or a newer one; if there is none, "
            "the log is damaged"
        )
    return EventUnreadable(
        f"{which} can't be read: another version of tieline wrote it, "
        "or the log is damaged and must be restored from a backup"
    )


def _is_readable(row: StoredRow) -> bool:
    try:
        records.read_rows([row])
    except (KeyError, ValueError):
        return False
    return True
