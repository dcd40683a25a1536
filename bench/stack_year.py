"""The generated year on a topic, and its outcomes: recorded, published, compared.

A year's commands depend on one another across subjects, and Kafka keeps order only within a
partition. So all commands, including those of the network and the processes, are in one partition
of the internal topic in the order in which they were decided, and must get the same outcomes. The
few commands in which people pose as the engine itself are left out: on that topic they would be
believed.
"""

import pickle
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, cast
from uuid import UUID

import orjson
from sqlalchemy import create_engine

from adapters.clocks import wall_clock
from adapters.engine.embedded import Embedded
from adapters.kafka.api import Headers, Record
from adapters.kafka.binding import Outgoing, as_published, message_of, written
from adapters.kafka.clients import Brokers, in_order
from adapters.kafka.kafka_python import partition
from adapters.kafka.topics import topics_of
from adapters.log import open_log
from adapters.speakers import everybody
from bench.record import ListeningDoor, Telling, reactors_of
from bench.year import Heard, Size, line_of, verdict
from demo.year import weeks
from domain.catalogue import COMMANDS, INSIDE_COMMANDS
from domain.decider.decisions import PROCESS
from domain.decider.states import Terms
from domain.engine.judgement import INSIDE_SOURCE
from domain.engine.outcomes import Outcome
from domain.words.messages import load

LOG = "stack-year.db"
SEED = "bench"
"""Seed of each command's random bits: keys that the network repeats must be the same."""


class Kept(NamedTuple):
    """A recorded year: commands as records, and the expected outcome of each."""

    commands: list[Outgoing]
    answers: list[tuple[str, str]]
    """The outcome's id and what it says, one for each command."""
    outcomes: int
    """How many outcomes the log keeps; the other commands were answered before."""


def prepare(folder: Path, size: Size) -> Kept:
    """Run a year once, with the bits and the clock that the parts will have."""
    log = open_log(f"sqlite:///{folder / LOG}")
    worker = Telling(log, wall_clock)
    door = ListeningDoor(everybody(Terms().owner), Random(1).randbytes, seed=SEED)
    parts = Embedded(worker, door, reactors_of(worker, create_engine("sqlite://")), lambda: None)
    for week in weeks(**size):
        parts.submit([line_of(command) for command in week])
        parts.settle()
    log.close()
    both = zip(door.heard, worker.outcomes, strict=True)
    told = [(each, outcome) for each, outcome in both if not _poses(each)]
    commands = [_record(each) for each, _ in told]
    answers = [(_id(outcome), verdict(outcome)) for _, outcome in told]
    year = Kept(commands, answers, len({id for id, _ in answers}))
    (folder / "stack-year").write_bytes(pickle.dumps(tuple(year)))
    return year


def recorded(folder: str) -> Kept:
    """The year that `prepare` kept."""
    return Kept(*pickle.loads(Path(folder, "stack-year").read_bytes()))  # noqa: S301 - our own


def published(folder: str, bootstrap: str, prefix: str) -> int:
    """Put the year on the internal topic; returns how many commands there are."""
    topic, year = topics_of(prefix).internal, recorded(folder)
    producer = Brokers(bootstrap).producer(linger_ms=5)
    for each in year.commands:
        producer.send(topic, value=each.value, key=each.key, headers=each.headers)
    producer.close()
    return len(year.commands)


def answered(folder: str, bootstrap: str, prefix: str) -> None:
    """Keep the published records in a file, in the order of the log. Raises AssertionError if the
    outcomes are not the recorded ones; a command that was sent twice may be answered once, if both
    were in one batch.
    """
    year, topics = recorded(folder), topics_of(prefix)
    outcomes = list(_records(Brokers(bootstrap), topics.outcomes))
    found, wanted = Counter(map(_said, outcomes)), Counter(year.answers)
    assert found.keys() == wanted.keys(), sorted(found.keys() ^ wanted.keys())[:5]
    assert found <= wanted, sorted((found - wanted).keys())[:5]
    events = list(_records(Brokers(bootstrap), topics.events))
    written = [
        (topic, Outgoing(each.key, each.value, list(each.headers)))
        for topic, records in (("events", events), ("outcomes", outcomes))
        for each in records
    ]
    written.sort(key=lambda each: _position(each[1].headers))
    kept = [(topic, *each) for topic, each in written]
    Path(folder, "stack-published").write_bytes(pickle.dumps(kept))


def as_published_by_us(folder: str) -> list[tuple[str, Outgoing]]:
    """What `answered` kept: "events" or "outcomes", and the record."""
    kept = pickle.loads(Path(folder, "stack-published").read_bytes())  # noqa: S301 - our own
    return [(topic, Outgoing(*each)) for topic, *each in kept]


def _records(brokers: Brokers, topic: str) -> Iterator[Record]:
    """All that is committed on a topic."""
    with brokers.admin() as admin:
        count = admin.partitions([topic])[topic]
    consumer = brokers.consumer()
    parts = [partition(topic, number) for number in range(count)]
    consumer.assign(parts)
    for each in parts:
        consumer.seek(each, 0)
    ends = consumer.end_offsets(parts)
    while any(consumer.position(each) < ends[each] for each in parts):
        yield from in_order(consumer.poll(200))
    consumer.close()


def _poses(heard: Heard) -> bool:
    """Whether a command from outside claims to be of the engine's own parts."""
    message = _message(heard)
    if heard.inside:
        return False
    verb = str(message.get("type")).removeprefix("tieline.command.").removesuffix(".v1")
    inside_only = verb in INSIDE_COMMANDS and verb not in COMMANDS
    source = str(message.get("source"))
    return inside_only or message.get("actor") == PROCESS or source.startswith(INSIDE_SOURCE)


def _id(outcome: Outcome) -> str:
    assert outcome.key is not None, "a year's commands can all be read"
    return str(UUID(bytes=outcome.key))


def _said(record: Record) -> tuple[str, str]:
    """The id of an outcome, and its verdict (bench.year.verdict)."""
    data = orjson.loads(record.value or b"")
    told = dict(record.headers)
    kinds = " ".join(each["type"] for each in data["events"])
    return told["ce_id"].decode(), data["refusal"]["code"] if "refusal" in data else kinds


def _position(headers: Headers) -> int:
    return int(dict(headers).get("ce_position", b"0"))


class _AsRead(NamedTuple):
    """The fields of a record that reading a message uses."""

    value: bytes | None
    headers: Headers


def _record(heard: Heard) -> Outgoing:
    """The record in binary mode, as most publishers write; structured if binary would change it."""
    message = _message(heard)
    binary = written(message)
    as_read, _ = message_of(cast("Record", _AsRead(binary.value, binary.headers)))
    return binary if as_read == message else as_published(heard.line, message)


def _message(heard: Heard) -> dict[str, Any]:
    """The message as JSON; empty if it is not a JSON object."""
    message = load(heard.line)
    return cast("dict[str, Any]", message) if isinstance(message, dict) else {}
