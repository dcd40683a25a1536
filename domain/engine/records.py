"""Events as they are recorded: what happened, and who, when and why beside it.

One JSON object per event. Its head is the same for all events of a command and is written once.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, Generic, TypeVar

from msgspec import Struct
from msgspec.json import Decoder

from domain.catalogue import EFFECTS, EVENTS, noun_of
from domain.words.messages import Command
from domain.words.structs import Event, Frozen, as_json, from_json, written

E = TypeVar("E")

_quoted = json.encoder.encode_basestring


class Recorded(Frozen):
    """One event of the log. `position` is its place in the whole log, `version` in its stream."""

    position: int
    stream: str
    version: int
    time: str
    actor: str
    causation_id: str
    correlation_id: str
    on_behalf_of: str | None
    traceparent: str | None
    event: Event

    @property
    def id(self) -> str:
        """The event's id, the same on every redelivery and rebuild."""
        return f"{self.stream}/{self.version}"

    @property
    def subject_id(self) -> str:
        """The stream without its noun."""
        return self.stream.partition("/")[2]

    def as_cloudevent(self, cell: str) -> dict[str, Any]:
        """The event as a structured CloudEvent of a cell, e.g. `/tieline`."""
        message: dict[str, Any] = {
            "specversion": "1.0",
            "id": self.id,
            "source": cell,
            "type": self.event.kind,
            "subject": self.stream,
            "time": self.time,
            "datacontenttype": "application/json",
            "actor": self.actor,
            "correlationid": self.correlation_id,
            "causationid": self.causation_id,
            "sequence": self.version,
            "position": self.position,
        }
        if self.on_behalf_of is not None:
            message["onbehalfof"] = self.on_behalf_of
        if self.traceparent is not None:
            message["traceparent"] = self.traceparent
        message["data"] = as_json(self.event)
        return message


def head_of(command: Command[Any], now: str) -> bytes:
    """The text before the data of every event that a command causes."""
    head = (
        f'{{"time":"{now}","actor":"{command.actor}"'
        f',"causationid":{_quoted(command.pair.id)}'
        f',"correlationid":{_quoted(command.correlation_id)}'
    )
    if command.on_behalf_of is not None:
        head += f',"onbehalfof":"{command.on_behalf_of}"'
    if command.traceparent is not None:
        head += f',"traceparent":{_quoted(command.traceparent)}'
    return (head + ',"data":').encode()


def encoded(head: bytes, event: Event) -> bytes:
    """The stored form of one event."""
    return head + written(event) + b"}"


StoredRow = tuple[int, str, int, str, bytes]
"""A stored event: position, stream, version, type, state."""


class _Stored(Struct, Generic[E], gc=False):
    """The stored form of an event; what else stands in its head is passed over."""

    time: str
    actor: str
    causationid: str
    correlationid: str
    data: E
    onbehalfof: str | None = None
    traceparent: str | None = None


@cache
def _decoder(kind: str) -> Callable[[bytes], _Stored[Event]]:
    stored: Any = _Stored
    return Decoder(stored[EVENTS[kind]], dec_hook=from_json).decode


def recorded(position: int, stream: str, version: int, kind: str, state: bytes) -> Recorded:
    """Read one stored event: our own writing, by its types alone.

    Raises KeyError for a type that this version does not know, ValueError for another shape, also
    for a field that is missing or unknown: another version wrote it.
    """
    stored = _decoder(kind)(state)
    return Recorded(
        position,
        stream,
        version,
        stored.time,
        stored.actor,
        stored.causationid,
        stored.correlationid,
        stored.onbehalfof,
        stored.traceparent,
        stored.data,
    )


def read_rows(rows: Iterable[StoredRow]) -> list[Recorded]:
    """Read stored events; raises as `recorded` does."""
    return [recorded(*row) for row in rows]


@cache
def _data_decoder(kind: str) -> Callable[[bytes | str], Event]:
    return Decoder(EVENTS[kind], dec_hook=from_json).decode


def event_of(kind: str, data: bytes | str) -> Event:
    """Read the data of an event alone; raises as `recorded` does."""
    return _data_decoder(kind)(data)


def folded(stream: str, events: Iterable[Recorded], state: Any = None) -> Any:
    """The state after events of one stream, from a state before them or from the start."""
    states = {} if state is None else {stream: state}
    fold(states, events)
    return states.get(stream, noun_of(stream).initial)


def fold(states: dict[str, Any], events: Iterable[Recorded]) -> None:
    """Fold events of any streams, in their order, into their streams' states so far."""
    for each in events:
        stream, event = each.stream, each.event
        state = states.get(stream)
        states[stream] = (
            _begun(each) if state is None else EFFECTS[type(event)](state, event, each.time)
        )


def loaded(streams: Iterable[str], events: Sequence[Recorded]) -> dict[str, tuple[Any, int]]:
    """State and version of each stream, from all events of the streams, each stream's in order."""
    states: dict[str, Any] = {}
    fold(states, events)
    versions = {each.stream: each.version for each in events}
    return {
        stream: (states.get(stream, noun_of(stream).initial), versions.get(stream, 0))
        for stream in streams
    }


def _begun(first: Recorded) -> Any:
    noun = noun_of(first.stream)
    return noun.evolve(noun.initial, first.event, first.time, first.subject_id)
