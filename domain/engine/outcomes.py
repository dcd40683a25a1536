"""Outcomes: the one answer that every command gets, and how it is kept.

An accepted command's outcome is kept as the positions of its events in the log, a refusal as its
code and facts. A repeated command gets the same outcome.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from msgspec import Struct
from msgspec.structs import astuple, replace

from domain.words.refusals import Blocker, Refused

ACCEPTED = "tieline.outcome.accepted.v1"
REFUSED = "tieline.outcome.refused.v1"
PARKED = "tieline.outcome.parked.v1"


def uuid_of(key: bytes) -> str:
    """The id of an outcome: the key of its command, written as a UUID."""
    digits = key.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class Outcome(Struct, eq=False, gc=False):
    """What became of a command (contract, "Outcomes").

    `events` are pairs of event id and type. `parked` is no outcome yet: a defect keeps the command
    from being decided.
    """

    key: bytes | None
    command_id: str | None
    subject: str | None
    correlation_id: str | None
    time: str
    events: Sequence[tuple[str, str]] = ()
    warnings: Sequence[Mapping[str, str]] = ()
    refusal: Refused | None = None
    parked: str | None = None
    actor: str | None = None
    source: str | None = None
    type: str | None = None
    again: bool = False
    """Whether its command was decided before, and this is the first outcome again."""
    digest: bytes = b""
    """The digest of the content that it answers, which may differ from other content of its id."""

    def __eq__(self, other: object) -> bool:
        """Whether both answer the same, given for the first time or again."""
        if not isinstance(other, Outcome):
            return NotImplemented
        mine, others = replace(self, again=other.again, digest=other.digest), other
        return astuple(mine) == astuple(others)

    __hash__ = None  # pyright: ignore[reportAssignmentType]  it may change

    @property
    def accepted(self) -> bool:
        """Whether it was decided, and accepted."""
        return self.refusal is None and self.parked is None

    def as_cloudevent(self, cell: str) -> dict[str, Any]:
        """The outcome as a structured CloudEvent of a cell, e.g. `/tieline`."""
        kind = PARKED if self.parked else ACCEPTED if self.accepted else REFUSED
        message: dict[str, Any] = {
            "specversion": "1.0",
            "id": uuid_of(self.key) if self.key else f"unreadable/{self.time}",
            "source": cell,
            "type": kind,
            "time": self.time,
            "datacontenttype": "application/json",
        }
        if self.subject is not None:
            message["subject"] = self.subject
        if self.correlation_id is not None:
            message["correlationid"] = self.correlation_id
        if self.command_id is not None:
            message["causationid"] = self.command_id
        message["data"] = self._data()
        return message

    def _data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"command_id": self.command_id, "accepted": self.accepted}
        if self.parked:
            return {**data, "error": self.parked}
        data["events"] = [{"id": id, "type": kind} for id, kind in self.events]
        data["warnings"] = list(self.warnings)
        if self.refusal:
            data["refusal"] = self.refusal.as_json()
        return data

    def body(self) -> str | None:
        """The JSON that is kept beside the position of its events; None when the events say it all.

        It begins with the time, as a stored event does (domain/engine/records.py).
        """
        events = self.events
        told_by_events = events and events[0][0].startswith(f"{self.subject}/")
        if told_by_events and self.refusal is None and not self.warnings:
            return None
        kept: dict[str, Any] = {
            "time": self.time,
            "id": self.command_id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "actor": self.actor,
            "correlationid": self.correlation_id,
        }
        if self.warnings:
            kept["warnings"] = self.warnings
        if self.refusal:
            kept["code"] = self.refusal.code
            kept["facts"] = self.refusal.facts
            kept["blockers"] = [each.as_json() for each in self.refusal.blockers]
        return orjson.dumps(kept).decode()


class Attempt(NamedTuple):
    """What was refused, in short."""

    subject: str | None
    code: str
    correlation_id: str | None
    actor: str | None
    type: str | None
    time: str


class Stored(Struct, gc=False):
    """An outcome as the log keeps it: the digest of its command's content, the last position before
    its events, how many events follow, and in `body` what the events do not say. The fields after
    `body` are read from the events, the last four of them from the first event.
    """

    key: bytes
    digest: bytes
    position: int
    count: int
    body: str | None
    events: Sequence[tuple[str, str]] = ()
    time: str = ""
    correlation_id: str | None = None
    command_id: str | None = None
    subject: str | None = None

    def refused(self) -> Attempt:
        """What was refused, without the rest of it."""
        assert self.body is not None, "a refusal has a body"
        kept: dict[str, Any] = orjson.loads(self.body)
        return Attempt(
            kept["subject"],
            kept["code"],
            kept["correlationid"],
            kept["actor"],
            kept["type"],
            kept["time"],
        )

    def outcome(self) -> Outcome:
        """The first outcome again."""
        if self.body is None:
            return Outcome(
                key=self.key,
                command_id=self.command_id,
                subject=self.subject,
                correlation_id=self.correlation_id,
                time=self.time,
                events=self.events,
                digest=self.digest,
            )
        kept: dict[str, Any] = orjson.loads(self.body)
        return Outcome(
            key=self.key,
            command_id=kept["id"],
            subject=kept["subject"],
            correlation_id=kept["correlationid"],
            time=kept["time"],
            events=self.events,
            warnings=kept.get("warnings", ()),
            refusal=_refusal(kept),
            actor=kept["actor"],
            source=kept["source"],
            type=kept["type"],
            digest=self.digest,
        )


def _refusal(kept: Mapping[str, Any]) -> Refused | None:
    if "code" not in kept:
        return None
    return Refused(kept["code"], kept["facts"], [Blocker(**each) for each in kept["blockers"]])
