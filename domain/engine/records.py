"""Events as they are recorded: what happened, and who, when and why beside it.

One JSON object per event. Its head is the same for all events of a command and is written once.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import orjson

from domain.catalogue import EFFECTS, noun_of
from domain.engine.reading import reader_of
from domain.fast import changed, tuple_of
from domain.words.messages import Command
from domain.words.values import Event

_quoted = json.encoder.encode_basestring


class Recorded(NamedTuple):
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
        message["data"] = self.event.model_dump(mode="json", exclude_none=True)
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
    return head + event.__pydantic_serializer__.to_json(event, exclude_none=True) + b"}"


StoredRow = tuple[int, str, int, str, bytes]
"""A stored event: position, stream, version, type, state."""


def recorded(position: int, stream: str, version: int, kind: str, state: bytes) -> Recorded:
    """Read one stored event; raises as `read_rows` does."""
    return read_rows([(position, stream, version, kind, state)])[0]


def read_rows(rows: Iterable[StoredRow]) -> list[Recorded]:
    """Read stored events.

    Raises KeyError for a type this version does not know, ValueError for another shape.
    """
    events: list[Recorded] = []
    add, loads = events.append, orjson.loads
    for position, stream, version, kind, state in rows:
        read_data = reader_of(kind)
        stored = loads(state)
        try:
            told = stored.get
            fields = (
                position,
                stream,
                version,
                stored["time"],
                stored["actor"],
                stored["causationid"],
                stored["correlationid"],
                told("onbehalfof"),
                told("traceparent"),
                read_data(stored["data"]),
            )
        except KeyError as missing:
            raise ValueError(f"without {missing}") from missing
        except (AttributeError, TypeError) as odd:
            raise ValueError(f"of another shape: {odd}") from odd
        add(tuple_of(Recorded, fields))
    return events


def folded(stream: str, events: Iterable[Recorded], state: Any = None) -> Any:
    """The state after events of one stream, from a state before them or from the start."""
    states = {} if state is None else {stream: changed(state)}
    fold(states, events)
    return states.get(stream, noun_of(stream).initial)


def fold(states: dict[str, Any], events: Iterable[Recorded]) -> None:
    """Fold events of any streams, in their order, into the states that their streams have so far.

    The states change in place, so nobody else may hold them until the fold is done. An event then
    costs what it changes and no copy of the rest (docs/decisions/0003).
    """
    for each in events:
        event = each.event
        state = states.get(each.stream)
        if state is None:
            states[each.stream] = _begun(each)
        else:
            state.__dict__.update(EFFECTS[type(event)](state, event, each.time))


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
