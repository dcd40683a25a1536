"""The naive way: the eventsourcing library's own Application over the same rules, at its best.

Aggregates are cached, never copied and never fast-forwarded. Commands are loaded, decided and saved
one at a time, with all aggregates that a command touches in one durable transaction. Seen commands
are kept only in memory and no outcomes are written, which favours the library.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar, cast

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import BaseAggregate, CanInitAggregate, CanMutateAggregate
from eventsourcing.sqlite import SQLiteFactory
from eventsourcing.utils import register_topic
from msgspec import convert

from bench.year import Heard
from domain.catalogue import COMMANDS, EVENTS, INSIDE_COMMANDS, NOUNS, noun_of
from domain.decider.states import States, Terms
from domain.engine.judgement import (
    concern_of,
    further_reads,
    is_own,
    judge,
    may_not_speak,
    reads,
)
from domain.words.messages import Command, Unreadable, load
from domain.words.reading import read_command
from domain.words.refusals import Refused
from domain.words.structs import Event, as_json, from_json
from domain.words.values import format_time, read_time

CHECKPOINT_AFTER = 10_000
"""Pages in the write-ahead log, as in our own store."""


@dataclass(frozen=True)
class Happened(CanMutateAggregate[str]):
    """The library's domain event around one of our events."""

    originator_id: str
    originator_version: int
    timestamp: datetime
    actor: str
    causationid: str
    correlationid: str
    onbehalfof: str | None
    data: dict[str, Any]

    says: ClassVar[type[Event]]

    def apply(self, aggregate: "Stream") -> None:
        noun, _, id = self.originator_id.partition("/")
        event, at = aggregate.coming or (self.said(), format_time(self.timestamp))
        aggregate.state = NOUNS[noun].evolve(aggregate.state, event, at, id)

    def said(self) -> Event:
        """Our typed event, from stored data."""
        return convert(self.data, self.says, dec_hook=from_json)


@dataclass(frozen=True)
class Began(CanInitAggregate[str], Happened):
    """A stream's first event."""

    originator_topic: str


class Stream(BaseAggregate[str]):
    """A stream as the library's aggregate, around a state of ours."""

    TOPIC: ClassVar[str] = "stream"

    def __init__(self) -> None:
        self.state: Any = NOUNS[self.id.partition("/")[0]].initial
        self.coming: tuple[Event, str] | None = None

    def happened(self, event: Event, at: str, head: dict[str, Any]) -> None:
        """One more event."""
        self.coming = event, at
        self.trigger_event(event_class(event.kind), data=data_of(event), **head)
        self.coming = None

    @classmethod
    def begun(cls, id: str, event: Event, head: dict[str, Any]) -> "Stream":
        """A new stream with its first event."""
        return cls._create(first_event_class(event.kind), id=id, data=data_of(event), **head)


def data_of(event: Event) -> dict[str, Any]:
    return as_json(event)


@cache
def event_class(kind: str) -> type[Happened]:
    """The library's class for our event of a type, known to the library by that type."""
    return _known(kind, kind, Happened)


@cache
def first_event_class(kind: str) -> type[Began]:
    """The library's class for an event of a type that begins a stream."""
    return _known(f"{kind}.first", kind, Began)


def _known(topic: str, kind: str, base: type[Any]) -> Any:
    says = EVENTS[kind]
    made = type(says.__name__, (base,), {"TOPIC": topic, "says": says, "__orig_bases__": (base,)})
    register_topic(topic, made)
    return made


class Naive(Application[str]):
    """The application service: answers messages one by one."""

    env: ClassVar[dict[str, str]] = {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "ORIGINATOR_ID_TYPE": "text",
        "AGGREGATE_CACHE_MAXSIZE": "0",  # without a limit, and without the work of keeping it
        "AGGREGATE_CACHE_FASTFORWARD": "n",
        "DEEPCOPY_FROM_AGGREGATE_CACHE": "n",
    }
    log_section_size = 1000

    def __init__(self, file: Path, clock: Callable[[str | None], str]) -> None:
        for kind in EVENTS:
            event_class(kind)
            first_event_class(kind)
        super().__init__({"SQLITE_DBNAME": str(file)})
        self._clock = clock
        self._last = ""
        self._terms = Terms()
        self._seen: dict[tuple[str, str], tuple[bytes, str]] = {}
        self._make_durable()

    def _make_durable(self) -> None:
        """Make sure of WAL and FULL, which are the defaults of the library and of SQLite."""
        with cast(SQLiteFactory, self.factory).datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor().sqlite_cursor
            cursor.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_AFTER}")
            assert cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
            assert cursor.execute("PRAGMA synchronous").fetchone()[0] == 2

    def answer(self, heard: Heard) -> str:
        """Parse, permit, decide and save one message; returns its verdict."""
        kinds = INSIDE_COMMANDS if heard.inside else COMMANDS
        asked = read_command(load(heard.line), kinds, self._terms.owner, heard.line, heard.entropy)
        claimed = None if isinstance(asked, Unreadable) else asked.time
        self._last = now = max(self._clock(claimed), self._last)
        if isinstance(asked, Unreadable):
            return "malformed-command"
        if not heard.inside and is_own(asked):
            return may_not_speak(asked).code
        pair = asked.pair.source, asked.pair.id
        if before := self._seen.get(pair):
            return before[1] if before[0] == asked.digest else "command-id-reused"
        said = self._decide(asked, now) if isinstance(asked, Command) else asked.refusal.code
        self._seen[pair] = asked.digest, said
        return said

    def _decide(self, command: Command[Any], now: str) -> str:
        loaded = {command.subject: self._load(command.subject)}
        subject = _state(command.subject, loaded[command.subject])
        states, noun = {command.subject: subject}, noun_of(command.subject)
        concern = concern_of(command, noun, subject)
        streams, seen = reads(command, concern, subject, states, self._terms.owner)
        further = further_reads(command, seen, streams) if seen else ()
        for each in chain([streams], further):
            for stream in each:
                if stream not in loaded:
                    loaded[stream] = self._load(stream)
                    states[stream] = _state(stream, loaded[stream])
        at = loaded[command.subject]
        asked_of = States(self._terms, now, states)
        decision = judge(command, noun, concern, subject, at.version if at else 0, asked_of)
        if isinstance(decision, Refused):
            return decision.code
        self._save(command, now, decision.events, loaded)
        return " ".join(event.kind for _, event in decision.events)

    def _load(self, stream: str) -> Stream | None:
        try:
            return self.repository.get(stream)
        except AggregateNotFoundError:
            return None

    def _save(
        self, command: Command[Any], now: str, events: Any, loaded: dict[str, Stream | None]
    ) -> None:
        head = {
            "timestamp": read_time(now),
            "actor": command.actor,
            "causationid": command.pair.id,
            "correlationid": command.correlation_id,
            "onbehalfof": command.on_behalf_of,
        }
        touched: dict[str, Stream] = {}
        for stream, event in events:
            held = loaded[stream]
            if held is None:
                held = loaded[stream] = Stream.begun(stream, event, head)
            else:
                held.happened(event, now, head)
            touched[stream] = held
        if touched:
            self.save(*touched.values())


def _state(stream: str, held: Stream | None) -> Any:
    return NOUNS[stream.partition("/")[0]].initial if held is None else held.state
