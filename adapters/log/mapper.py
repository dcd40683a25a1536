"""From stored events to what happened, and back, by the catalogue: a type is a name, no path."""

import json
from collections.abc import Iterable

from eventsourcing.persistence import JSONTranscoder, Mapper, Notification, StoredEvent

from adapters.collecting import without_collection
from domain.log import LogError
from domain.records import Recorded, encoded, recorded

Row = tuple[int, str, int, str, bytes]
"""Position, stream, version, type, state."""


class EventMapper(Mapper[str]):
    """The library's mapper over the explicit catalogue."""

    def __init__(self) -> None:
        super().__init__(JSONTranscoder())

    def to_domain_event(  # pyright: ignore[reportIncompatibleMethodOverride] its events are classes
        self, stored_event: StoredEvent
    ) -> Recorded:
        """What a stored event says; its position is 0 unless it comes as a notification."""
        at = stored_event.id if isinstance(stored_event, Notification) else 0
        stream = str(stored_event.originator_id)
        row = (at, stream, stored_event.originator_version, stored_event.topic, stored_event.state)
        return read([row])[0]

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


def read(rows: Iterable[Row]) -> list[Recorded]:
    """Rows as events. Raises LogError for a type or a shape that this version does not know."""
    row: Row | None = None
    read_so_far: list[Recorded] = []
    add = read_so_far.append
    try:
        with without_collection():
            for row in rows:
                add(recorded(*row))
    except KeyError as unknown:
        raise LogError(
            f"{_which(row)} is of type {unknown.args[0]}, which this version of tieline does not "
            "know: use the version that wrote it, or a newer one"
        ) from unknown
    except ValueError as fault:
        raise LogError(
            f"{_which(row)} can't be read: use the version "
            "of tieline that wrote it, or restore the log from a backup"
        ) from fault
    return read_so_far


def _which(row: Row | None) -> str:
    return f"Event {row[1]}/{row[2]} at position {row[0]}" if row else "An event"
