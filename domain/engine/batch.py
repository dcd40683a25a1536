"""The input of a batch decision, and its result."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct, field

from domain.catalogue import Noun, noun_of
from domain.decider.decisions import Accepted
from domain.engine.judgement import is_own
from domain.engine.log import EventRow, Insertion, Parked, Snapshot
from domain.engine.outcomes import Outcome, Stored
from domain.engine.records import Recorded
from domain.words.content import derived_key
from domain.words.messages import Command, Faulty, Read, Unreadable, is_content_of
from domain.words.structs import Frozen

SNAPSHOT_EVERY = 500
"""Events between two snapshots of a stream that grows."""

Load = Callable[[str], tuple[Any, int]]
"""The present state and version of a stream, from the log."""


class Clock(Protocol):
    """The time, passed in. `claimed` is the message's time, which only a replayed year follows."""

    def __call__(self, claimed: str | None, /) -> str:
        """The time now, as `domain.words.values.format_time` writes it."""
        ...


class Arrival(Frozen):
    """A message that arrived: as read, as written, with 128 bits of entropy from outside.

    `message` is its JSON, as a value or still as a line.
    """

    read: Read
    entropy: bytes
    message: Any = None
    principal: str = ""
    inside: bool = False
    """Whether the engine's own parts sent it."""
    seq: int | None = None
    """Its sequence number among the parked commands, when it is retried."""
    spoken_for: bool = True
    """Whether its source may speak for its actor, as far as the door knows."""


class Present:
    """The identity map: one state per stream, each command's events folded in at once."""

    def __init__(self, load: Load, keep: int = 100_000) -> None:
        self._load = load
        self._keep = keep
        self.states: dict[str, Any] = {}
        self.versions: dict[str, int] = {}
        self.nouns: dict[str, tuple[Noun, str]] = {}
        """The noun and the id of each stream that was seen."""

    def see(self, stream: str) -> Any:
        """The state of a stream, loaded when it is first asked for."""
        if stream not in self.states:
            self.take({stream: self._load(stream)})
        return self.states[stream]

    def seen(self, stream: str) -> tuple[Any, int]:
        """The state and the version of a stream, to begin another map with."""
        return self.see(stream), self.versions[stream]

    def versions_before(self, rows: Iterable[EventRow]) -> Mapping[str, int]:
        """The versions at which streams were read, before these rows were folded in."""
        versions = dict(self.versions)
        for row in rows:
            versions[row.stream] = min(versions[row.stream], row.version - 1)
        return versions

    def missing(self, streams: Iterable[str]) -> set[str]:
        """The given streams that were not seen yet."""
        return {stream for stream in streams if stream not in self.states}

    def take(self, loaded: Mapping[str, tuple[Any, int]]) -> None:
        """Take in states and versions that were loaded together."""
        for stream, (self.states[stream], self.versions[stream]) in loaded.items():
            self.nouns[stream] = noun_of(stream), stream.partition("/")[2]

    def forget(self, streams: Iterable[str]) -> None:
        """Drop streams that somebody else wrote; they are loaded when they are asked for again."""
        for stream in streams:
            self.states.pop(stream, None)
            self.versions.pop(stream, None)
            self.nouns.pop(stream, None)

    def forget_all(self) -> None:
        """Drop every stream."""
        self.states.clear()
        self.versions.clear()
        self.nouns.clear()

    def trim(self) -> None:
        """Keep memory bounded: when there are too many states, drop the half that came first."""
        if len(self.states) > self._keep:
            self.forget(list(self.states)[: self._keep // 2])


class Draft(Struct):
    """All that one batch will write, what it read, and what it answers."""

    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    rows: list[EventRow] = field(default_factory=list[EventRow])
    stored: list[Stored] = field(default_factory=list[Stored])
    parked: list[Parked] = field(default_factory=list[Parked])
    unparked: list[int] = field(default_factory=list[int])
    reads: set[str] = field(default_factory=set[str])
    """Each stream that was read."""
    written: list[tuple[Command[Any], str, Accepted]] = field(
        default_factory=list[tuple[Command[Any], str, Accepted]]
    )
    """Each command whose events are in `rows`, and when it was decided, in the same order."""
    grown: set[str] = field(default_factory=set[str])
    last_time: str = ""
    epoch: str | None = None
    read_at: Mapping[str, int] = field(default_factory=dict[str, int])
    """Of a dry run: the version of each stream that was read."""

    def insertion(self, present: Present) -> Insertion:
        """The insertion that appends the whole batch."""
        snapshots = [
            Snapshot(stream, present.versions[stream], present.states[stream])
            for stream in sorted(self.grown)
        ]
        return Insertion(self.rows, self.stored, self.parked, self.unparked, snapshots, self.epoch)

    def recorded(self, head: int) -> list[Recorded]:
        """The events of the batch as anybody reads them from the log; `head` is the position of the
        last.
        """
        rows = enumerate(self.rows, head - len(self.rows) + 1)
        return [
            Recorded(
                at,
                row.stream,
                row.version,
                time,
                command.actor,
                command.pair.id,
                command.correlation_id,
                command.on_behalf_of,
                command.traceparent,
                event,
            )
            for command, time, decision in self.written
            for (_, event), (at, row) in zip(decision.events, rows, strict=False)
        ]


class Ground(Frozen):
    """The basis of a batch decision: the present, earlier outcomes, parked commands."""

    present: Present
    known: Mapping[bytes, Stored]
    last_time: str
    parked_subjects: frozenset[str] = frozenset()
    parked: Mapping[bytes, bytes] = field(default_factory=dict[bytes, bytes])
    """By the key of each pair in the batch that is parked: the digest of the parked content."""
    defects: Mapping[bytes, str] = field(default_factory=dict[bytes, str])
    """By the key of each of them that waits for nothing but its own mending: what is wrong."""


def keys_of(arrivals: Sequence[Arrival]) -> list[bytes]:
    """The keys of the arrivals' pairs, by which earlier outcomes are looked up."""
    return [each.read.pair.key for each in arrivals if not isinstance(each.read, Unreadable)]


def may_speak(arrival: Arrival, read: Command[Any] | Faulty) -> bool:
    """Whether the source of a message, as it was read, may speak for its actor."""
    return arrival.inside or (arrival.spoken_for and not is_own(read))


def aside_keys_of(
    arrivals: Sequence[Arrival],
    known: Mapping[bytes, Stored],
    parked: Mapping[bytes, bytes] | None = None,
) -> list[bytes]:
    """The keys of attempts that must not touch their pair's outcome: used ids, false actors."""
    keys: list[bytes] = []
    seen = {**(parked or {}), **{key: stored.digest for key, stored in known.items()}}
    for arrival in arrivals:
        read = arrival.read
        if isinstance(read, Unreadable):
            continue
        first = seen.setdefault(read.pair.key, read.digest)
        if not (is_content_of(first, read) and may_speak(arrival, read)):
            keys.append(derived_key(read.pair, read.digest))
    return keys
