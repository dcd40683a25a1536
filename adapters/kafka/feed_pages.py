"""What a poll of events and outcomes brings, as a page of the feed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.kafka.api import Record
from adapters.kafka.binding import NotOurs, recorded, refusal
from adapters.kafka.clients import sound
from adapters.kafka.kafka_python import Undecodable
from adapters.observe.logs import logger
from domain.engine.outcomes import Stored
from domain.engine.records import Recorded
from projections.feed import Checkpoint, Page, Unread, is_of_outcomes


def page_of(
    polled: Mapping[Any, Sequence[Record]],
    checkpoint: Checkpoint,
    lanes: Mapping[Any, str],
    cell: bytes,
) -> Page:
    """The records of a poll before a checkpoint, as far as they are this cell's; `lanes` names the
    lane of each partition. Raises Undecodable.
    """
    events: list[Recorded] = []
    refusals: list[tuple[int, Stored]] = []
    unread: list[Unread] = []
    for lane, record in _one_by_one(polled, lanes):
        if record.offset >= checkpoint[lane]:
            continue
        sound(record)
        try:
            if not is_of_outcomes(lane):
                events.append(recorded(record, cell))
            elif refused := refusal(record, cell):
                refusals.append(refused)
        except NotOurs as odd:
            logger(__name__).error(
                "not-ours", topic=record.topic, lane=lane, offset=record.offset, said=str(odd)
            )
            unread.extend(_unread(record, lane, odd, cell))
        except KeyError as unknown:
            raise Undecodable(
                f"An event at {lane}, offset {record.offset}, is of type {unknown.args[0]}, "
                "which this version of tieline does not know: use a newer one"
            ) from unknown
    return Page(events, refusals, checkpoint, tuple(unread))


def _unread(record: Record, lane: str, odd: NotOurs, cell: bytes) -> Sequence[Unread]:
    """What a record that can't be read was, if it names this cell as its source."""
    told = dict(record.headers)
    if is_of_outcomes(lane) or told.get("ce_source") != cell:
        return ()
    said = f"The event at {lane}, offset {record.offset}, can't be read: {odd}"
    stream, version = told.get("ce_subject"), told.get("ce_sequence", b"")
    if stream is None or not version.isdigit():
        return (Unread(said),)
    return (Unread(said, stream.decode(errors="replace"), int(version)),)


def _one_by_one(
    polled: Mapping[Any, Sequence[Record]], lanes: Mapping[Any, str]
) -> Iterator[tuple[str, Record]]:
    """Each record with its lane."""
    return ((lanes[each], record) for each, records in polled.items() for record in records)
