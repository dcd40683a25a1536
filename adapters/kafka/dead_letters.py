"""Records that could not be read as a command: put aside, listed, shown, and sent again to where
they came from.

A record that is sent again keeps its id and source, so it can't act twice.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple

from adapters.kafka.api import Headers, Record
from adapters.kafka.batches import Undecoded, decoded
from adapters.kafka.binding import Outgoing
from adapters.kafka.clients import CLOSING, Brokers, deliver, everything_in
from adapters.kafka.topic_settings import LARGEST
from adapters.kafka.topics import Topics

_ERROR: Final = "tieline-error"
_ORIGIN: Final = "tieline-origin"
_BATCH: Final = "tieline-batch"
"""Names the offsets of a batch that could not be decoded, e.g. `5-9`; the value is the batch."""

MARKS: Final = (_ERROR, _ORIGIN, _BATCH)
PAGE: Final = 500
"""About how many dead records are in memory at once."""

WORD_LENGTH: Final = 500
"""Characters of a fault that a dead record's header keeps."""

_BESIDE: Final = 8 * 1024
"""Bytes reserved for what a dead record says beside the record itself."""


class StillUndecoded(Exception):
    """A batch that could not be decoded still can't be, so there is nothing to send again."""


class Dead(NamedTuple):
    """One dead record. Its id is where it lies on the dead topic: `<partition>-<offset>`."""

    id: str
    origin: str
    error: str
    time_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers

    def in_short(self) -> dict[str, Any]:
        """What a list says of it. To write a megabyte as text takes a tenth of a second."""
        return {"id": self.id, "origin": self.origin, "error": self.error, "key": _text(self.key)}

    def as_json(self) -> dict[str, Any]:
        """For people and programs: bytes as text as far as they are text."""
        return {
            **self.in_short(),
            "time_ms": self.time_ms,
            "value": _text(self.value),
            "headers": {_text(name.encode()): _text(value) for name, value in self.headers},
        }


def aside(record: Record, fault: str) -> Outgoing:
    """A record that can't be read, untouched, with what is wrong and where it came from.

    If the record is too large for the dead topic (it came compressed), only the latter two are
    kept. Our client can't write a header without a value: the value becomes empty.
    """
    if _size(record) > LARGEST - _BESIDE:
        said = f"{fault[:WORD_LENGTH]}; with {_size(record)} bytes too large to be kept here"
        return Outgoing(None, b"", _marks(record, said))
    value = None if record.value is None else bytes(record.value)
    headers = [(name, each or b"") for name, each in record.headers]
    return Outgoing(record.key, value, headers + _marks(record, fault[:WORD_LENGTH]))


def listed(brokers: Brokers, topics: Topics) -> Iterator[Dead]:
    """All dead records, as far as there are any now. Raises Unreachable."""
    yield from map(_dead, everything_in(brokers, topics.dead, PAGE))


def found(brokers: Brokers, topics: Topics, ids: Collection[str]) -> Mapping[str, Dead]:
    """The dead records among these ids, by id; the topic is read once. Raises Unreachable."""
    wanted = set(ids)
    dead: dict[str, Dead] = {}
    for each in listed(brokers, topics):
        if each.id in wanted:
            dead[each.id] = each
            if len(dead) == len(wanted):
                break
    return dead


def resend(brokers: Brokers, topics: Topics, dead: Dead) -> str:
    """Publish a record again as it was, or the records of a batch that could not be decoded;
    returns the topic. Raises Unreachable, StillUndecoded.
    """
    origin = dead.origin.rsplit("/", 2)[0]
    topic = origin if origin in topics.taken_in else topics.commands
    records = _records(dead)
    producer = brokers.producer()
    try:
        deliver(producer, [(topic, each) for each in records])
    finally:
        producer.close(timeout=CLOSING)
    return topic


def _records(dead: Dead) -> list[Outgoing]:
    """What a dead letter was before it was put aside."""
    offsets = dict(dead.headers).get(_BATCH)
    if offsets is None:
        headers = [each for each in dead.headers if each[0] not in MARKS]
        return [Outgoing(dead.key, dead.value, headers)]
    first = int(offsets.split(b"-")[0])
    records = [each for each in decoded(dead.value or b"") if each.offset >= first]
    lost = [each.value.told for each in records if isinstance(each.value, Undecoded)]
    if lost or not records:
        raise StillUndecoded(f"{dead.id} can't be sent again: {''.join(lost) or 'it was not kept'}")
    return [
        Outgoing(each.key, each.value, [(name, value or b"") for name, value in each.headers])
        for each in records
    ]


def _marks(record: Record, said: str) -> list[tuple[str, bytes]]:
    value = record.value
    undecoded = isinstance(value, Undecoded)
    first = value.first if undecoded else record.offset
    marks = [
        (_ERROR, said.encode("utf-8", "replace")),
        (_ORIGIN, f"{record.topic}/{record.partition}/{first}".encode()),
    ]
    return [*marks, (_BATCH, f"{first}-{value.last}".encode())] if undecoded else marks


def _size(record: Record) -> int:
    headers = sum(len(name) + len(value or b"") for name, value in record.headers)
    return len(record.key or b"") + len(record.value or b"") + headers


def _dead(record: Record) -> Dead:
    told = dict(record.headers)
    return Dead(
        id=f"{record.partition}-{record.offset}",
        origin=_text(told.get(_ORIGIN)) or "",
        error=_text(told.get(_ERROR)) or "",
        time_ms=record.timestamp,
        key=record.key,
        value=record.value,
        headers=record.headers,
    )


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "backslashreplace")
