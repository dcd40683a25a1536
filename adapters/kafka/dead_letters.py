"""Records that could not be read as a command: listed, shown, and sent again to where they came
from.

A record that is sent again keeps its id and source, so it can't act twice.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from adapters.kafka.api import Headers, Record
from adapters.kafka.binding import Outgoing
from adapters.kafka.clients import CLOSING, Brokers, deliver, everything_in
from adapters.kafka.topics import Topics

MARKS: Final = ("tieline-error", "tieline-origin")
PAGE: Final = 500
"""About how many dead records are in memory at once."""


class Dead(NamedTuple):
    """One dead record. Its id is where it lies on the dead topic: `<partition>-<offset>`."""

    id: str
    origin: str
    error: str
    time_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers

    def as_json(self) -> dict[str, Any]:
        """For people and programs: bytes as text as far as they are text."""
        return {
            "id": self.id,
            "origin": self.origin,
            "error": self.error,
            "time_ms": self.time_ms,
            "key": _text(self.key),
            "value": _text(self.value),
            "headers": {_text(name.encode()): _text(value) for name, value in self.headers},
        }


def listed(brokers: Brokers, topics: Topics) -> Iterator[Dead]:
    """All dead records, as far as there are any now. Raises Unreachable."""
    yield from map(_dead, everything_in(brokers, topics.dead, PAGE))


def found(brokers: Brokers, topics: Topics, id: str) -> Dead | None:
    """One dead record. Raises Unreachable."""
    return next((each for each in listed(brokers, topics) if each.id == id), None)


def resend(brokers: Brokers, topics: Topics, dead: Dead) -> str:
    """Publish a record again as it was; returns the topic. Raises Unreachable."""
    origin = dead.origin.rsplit("/", 2)[0]
    topic = origin if origin in (topics.commands, topics.internal) else topics.commands
    record = Outgoing(dead.key, dead.value, [each for each in dead.headers if each[0] not in MARKS])
    producer = brokers.producer()
    try:
        deliver(producer, [(topic, record)])
    finally:
        producer.close(timeout=CLOSING)
    return topic


def _dead(record: Record) -> Dead:
    told = dict(record.headers)
    return Dead(
        id=f"{record.partition}-{record.offset}",
        origin=_text(told.get("tieline-origin")) or "",
        error=_text(told.get("tieline-error")) or "",
        time_ms=record.timestamp,
        key=record.key,
        value=record.value,
        headers=record.headers,
    )


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "backslashreplace")
