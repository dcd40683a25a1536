"""Comparing what was published with the log, and publishing again what is missing.

The comparison keeps, of each stream, the version that readers reach with a hash chained over its
events, and of the outcomes one bit each with a sum of hashes for every thousand: memory grows with
streams, not with events. Repeats are not a fault.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final, NamedTuple

from adapters.kafka.api import Headers, Record
from adapters.kafka.batches import Undecoded
from adapters.kafka.binding import NotOurs, Outgoing, event_of, outcome_of
from adapters.kafka.clients import Brokers, everything_in
from adapters.kafka.kafka_python import committed_offset, partition
from adapters.kafka.relay import Checkpoint, published_checkpoint
from adapters.kafka.topics import Topics
from adapters.kafka.transactions import Transactions
from domain.engine.log import EventRow, Log
from domain.engine.outcomes import Stored

PAGE: Final = 1000
"""Events read at once, outcomes summed up together, records of one transaction."""

MISSING: Final = "is not published"
DIFFERENT: Final = "is published with other content than the log holds"
FOREIGN: Final = "is published, and not in the log"
UNREADABLE: Final = "names this cell, and no relay wrote it; readers pass over it"
UNDECODED: Final = "begins a batch that can't be decoded; readers stop there"

OnCompared = Callable[[int], None]


class Fault(NamedTuple):
    """One difference between topic and log."""

    what: str
    id: str
    fault: str


class Reached(NamedTuple):
    """How far a stream goes without a gap, and the hash chained over it."""

    version: int = 0
    chain: bytes = b""

    def then(self, digest: bytes) -> "Reached":
        """One event further."""
        return Reached(self.version + 1, blake2b(self.chain + digest, digest_size=16).digest())


@dataclass
class Comparison:
    """The result: how many records of the log were compared, and what is wrong."""

    upto: Checkpoint
    compared: int = 0
    faults: list[Fault] = field(default_factory=list[Fault])
    streams: dict[str, int] = field(default_factory=dict[str, int])
    """By stream, for each stream with a gap: the last version before the gap."""
    outcomes: list[int] = field(default_factory=list[int])
    """The numbers of the outcomes that are missing."""

    @property
    def missing(self) -> bool:
        """Whether there is something to publish again."""
        return bool(self.streams or self.outcomes)

    @property
    def foreign(self) -> bool:
        """Whether something is published that the log does not hold so: that can't be healed."""
        return any(each.fault != MISSING for each in self.faults)


class Cell(NamedTuple):
    """One cell: its log, its cluster, the source of its messages, and the relay's name."""

    log: Log
    brokers: Brokers
    topics: Topics
    source: str
    relay: str


def compare(cell: Cell, advance: OnCompared = lambda _: None) -> Comparison:
    """Compare what the relay has published so far with the log. Raises Unreachable, LogError."""
    upto = published_checkpoint(cell.brokers, cell.relay)
    found = Comparison(upto)
    _compare_events(cell, found, advance)
    _compare_outcomes(cell, found)
    return found


def publish_again(cell: Cell, found: Comparison) -> int:
    """Publish what is missing; returns how many records. Raises Unreachable, LogError.

    The running relay is fenced off meanwhile, so that nothing newer comes in between, and goes on
    by itself some seconds later.
    """
    transactions = Transactions(cell.brokers, cell.relay)
    try:
        transactions.open()
        at = published_checkpoint(cell.brokers, cell.relay)
        noted = {partition(cell.topics.events, 0): committed_offset(at.position, at.as_metadata())}
        count, batch = 0, list[tuple[str, Outgoing]]()
        for record in _missing(cell, found, at):
            batch.append(record)
            if len(batch) == PAGE:
                transactions.write(batch, noted, cell.relay)
                count, batch = count + len(batch), []
        if batch:
            transactions.write(batch, noted, cell.relay)
        return count + len(batch)
    finally:
        transactions.give_up()


def _compare_events(cell: Cell, found: Comparison, advance: OnCompared) -> None:
    published: dict[str, Reached] = {}
    for record in everything_in(cell.brokers, cell.topics.events, PAGE):
        try:
            place = event_at(record, cell.source)
        except NotOurs:
            found.faults.append(_foreign(record))
            continue
        if place is None or place.position > found.upto.position:
            continue
        before = published.get(place.stream, Reached())
        if place.version == before.version + 1:
            published[place.stream] = before.then(_digest(record))
    logged: dict[str, Reached] = {}
    at_reached: dict[str, bytes] = {}
    for position, row in _rows(cell.log, found.upto.position):
        event = event_of(position, row, cell.source.encode())
        now = logged[row.stream] = logged.get(row.stream, Reached()).then(_digest_of(event))
        if now.version == published.get(row.stream, Reached()).version:
            at_reached[row.stream] = now.chain
        found.compared += 1
        advance(1)
    for stream in sorted(published.keys() | logged.keys()):
        _judge(found, stream, published.get(stream, Reached()), logged, at_reached)


def _judge(
    found: Comparison,
    stream: str,
    published: Reached,
    logged: Mapping[str, Reached],
    at_reached: Mapping[str, bytes],
) -> None:
    version = logged.get(stream, Reached()).version
    if published.version > version:
        found.faults.append(Fault("event", f"{stream}/{version + 1}", FOREIGN))
    elif published.version and published.chain != at_reached[stream]:
        found.faults.append(Fault("event", f"{stream}/1 to {published.version}", DIFFERENT))
    elif published.version < version:
        found.streams[stream] = published.version
        found.faults.append(Fault("event", f"{stream}/{published.version + 1}", MISSING))


def _compare_outcomes(cell: Cell, found: Comparison) -> None:
    """Compare outcomes by their numbers; an outcome that was given again has none."""
    count = found.upto.outcome
    seen = bytearray(count + 1)
    sums: dict[int, int] = {}
    for record in everything_in(cell.brokers, cell.topics.outcomes, PAGE):
        try:
            number = _outcome_at(record, cell.source)
        except NotOurs:
            found.faults.append(_foreign(record))
            continue
        if 0 < number <= count and not seen[number]:
            seen[number] = 1
            _add(sums, number, _digest(record))
    for number, stored in _outcomes(cell.log, count):
        found.compared += 1
        if seen[number]:
            _add(sums, number, _digest_of(_answer(cell, number, stored)), -1)
        else:
            found.outcomes.append(number)
            found.faults.append(Fault("outcome", str(number), MISSING))
    for group, left in sorted(sums.items()):
        if left:
            first, last = group * PAGE, min(count, (group + 1) * PAGE - 1)
            found.faults.append(Fault("outcome", f"{max(1, first)} to {last}", DIFFERENT))


def _add(sums: dict[int, int], number: int, digest: bytes, sign: int = 1) -> None:
    group = number // PAGE
    sums[group] = sums.get(group, 0) + sign * int.from_bytes(digest, "big")


def _missing(cell: Cell, found: Comparison, at: Checkpoint) -> Iterator[tuple[str, Outgoing]]:
    """Every stream from its gap to what is published by now, in the order of the log."""
    if found.streams:
        for position, row in _rows(cell.log, at.position):
            if row.version > found.streams.get(row.stream, row.version):
                yield cell.topics.events, event_of(position, row, cell.source.encode())
    wanted = set(found.outcomes)
    for number, stored in _outcomes(cell.log, at.outcome) if wanted else ():
        if number in wanted:
            yield cell.topics.outcomes, _answer(cell, number, stored)


def _answer(cell: Cell, number: int, stored: Stored) -> Outgoing:
    return outcome_of(stored.outcome(), cell.source, (stored.position, number))


class _Place(NamedTuple):
    """Where an event stands, as it was published."""

    position: int
    stream: str
    version: int


def event_at(record: Record, source: str) -> _Place | None:
    """The place that a published event names; None for a record of another source. Raises NotOurs
    for one that names ours and that no relay has written.
    """
    with _as_ours():
        if (told := _told(record, source)) is None:
            return None
        position, version = int(told["ce_position"]), int(told["ce_sequence"])
        return _Place(position, told["ce_subject"].decode(), version)


def _outcome_at(record: Record, source: str) -> int:
    """The number that a published outcome names; 0 for a record of another source, and for an
    outcome that was given again. Raises NotOurs.
    """
    with _as_ours():
        told = _told(record, source)
        return int(told.get("ce_place", b"0")) if told else 0


def _told(record: Record, source: str) -> Mapping[str, bytes] | None:
    """The headers of a record that names a source; None if it names another."""
    if isinstance(record.value, Undecoded):
        raise NotOurs(record.value.told)
    told = dict(record.headers)
    if told.get("ce_source") != source.encode():
        return None
    if None in told.values():
        raise NotOurs("a header has no value")
    return told


@contextmanager
def _as_ours() -> Generator[None]:
    try:
        yield
    except (KeyError, ValueError) as odd:
        raise NotOurs(str(odd)) from odd


def _foreign(record: Record) -> Fault:
    fault = UNDECODED if isinstance(record.value, Undecoded) else UNREADABLE
    return Fault("record", f"{record.topic}/{record.partition}/{record.offset}", fault)


def _rows(log: Log, upto: int) -> Iterator[tuple[int, EventRow]]:
    after = 0
    while rows := log.rows(after, PAGE):
        for position, row in rows:
            if position > upto:
                return
            yield position, row
        after = rows[-1][0]


def _outcomes(log: Log, upto: int) -> Iterator[tuple[int, Stored]]:
    after = 0
    while found := log.outcomes(after, PAGE):
        for number, stored in found:
            if number > upto:
                return
            yield number, stored
        after = found[-1][0]


def _digest(record: Record) -> bytes:
    return _hashed(record.value, record.headers)


def _digest_of(record: Outgoing) -> bytes:
    return _hashed(record.value, record.headers)


def _hashed(value: bytes | None, headers: Headers) -> bytes:
    content = blake2b(value or b"", digest_size=16)
    for name, each in headers:
        content.update(name.encode() + b"\0" + each + b"\0")
    return content.digest()
