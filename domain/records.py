"""Events as they are recorded: what happened, and who, when and why beside it.

One JSON object per event. Its head is the same for all events of a command and is written once.
"""

import json
from typing import Any, NamedTuple

import orjson

from domain.catalogue import noun_of
from domain.messages import Command
from domain.reading import reader_of
from domain.words import Event

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
        """The same on every redelivery and rebuild."""
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
    """What stands before the data of every event that a command causes."""
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


def recorded(position: int, stream: str, version: int, kind: str, state: bytes) -> Recorded:
    """Read one stored event.

    Raises KeyError for a type this version does not know, ValueError for another shape.
    """
    read = reader_of(kind)
    stored = orjson.loads(state)
    told = stored.get
    try:
        return Recorded(
            position,
            stream,
            version,
            stored["time"],
            stored["actor"],
            stored["causationid"],
            stored["correlationid"],
            told("onbehalfof"),
            told("traceparent"),
            read(stored["data"]),
        )
    except KeyError as missing:
        raise ValueError(f"without {missing}") from missing


def folded(stream: str, events: list[Recorded], state: Any = None) -> Any:
    """The state after events of one stream, from a state before them or from the start."""
    noun = noun_of(stream)
    id = stream.partition("/")[2]
    evolve = noun.evolve
    state = noun.initial if state is None else state
    for each in events:
        state = evolve(state, each.event, each.time, id)
    return state
