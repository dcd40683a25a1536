"""Records that nobody should write, on every topic: dead letters, or passed over and logged."""

import json
from collections.abc import Generator, Iterator
from typing import NamedTuple

import pytest

from adapters.kafka.topics import topics_of
from adapters.wiring.brokers import brokers_of
from tests.production.checker import check
from tests.production.lives import lives
from tests.production.load import lay_ground, publish
from tests.production.plugin import standing
from tests.production.running import Cell
from tests.servers.shared import SharedPostgres
from tests.waiting import until

Headers = list[tuple[str, bytes]]

ATTRIBUTES = {"specversion": "1.0", "id": "p-1", "source": "/poison", "type": "com.example.other"}


class Poison(NamedTuple):
    """One record as somebody wrote it."""

    value: bytes | None
    headers: Headers
    key: bytes | None = b"circuit/poison"


def binary(**attributes: str) -> Headers:
    """Attributes as headers, with JSON as the content type."""
    told = [(f"ce_{name}", value.encode()) for name, value in attributes.items()]
    return [*told, ("content-type", b"application/json")]


STRUCTURED: Headers = [("content-type", b"application/cloudevents+json; charset=utf-8")]
LARGE = b'"' + b"x" * 900_000 + b'"'

UNREADABLE: dict[str, Poison] = {
    "no headers": Poison(b'{"a":1}', []),
    "no headers, no value, no key": Poison(None, [], None),
    "bad UTF-8 in a header": Poison(b"{}", [("ce_id", b"\xff\xfe"), ("ce_source", b"/x")]),
    "no id": Poison(b"{}", binary(specversion="1.0", source="/poison", type="x")),
    "structured garbage": Poison(b"\x00\x01garbage", STRUCTURED),
    "structured, half of it": Poison(b'{"specversion":"1.0","id":"p', STRUCTURED),
    "structured list": Poison(b"[1,2,3]", STRUCTURED),
    "structured null": Poison(None, STRUCTURED),
    "an id without end": Poison(b"{}", binary(**{**ATTRIBUTES, "id": "i" * 5000})),
    "1 MB of nothing": Poison(LARGE, []),
}
"""Records that can't be read as commands."""

ANSWERED: dict[str, Poison] = {
    "unknown type": Poison(b"{}", binary(**ATTRIBUTES)),
    "null data": Poison(None, binary(**{**ATTRIBUTES, "id": "p-2"})),
    "data is no JSON": Poison(b"\xff{", binary(**{**ATTRIBUTES, "id": "p-3"})),
    "data of 1 MB": Poison(LARGE, binary(**{**ATTRIBUTES, "id": "p-4"})),
    "foreign, structured": Poison(
        json.dumps({**ATTRIBUTES, "id": "p-5", "data": {"a": [1]}}).encode(), STRUCTURED
    ),
}
"""Records that can be answered, and are refused."""


def write(cell: Cell, topic: str, records: Iterator[Poison]) -> int:
    """Write records as they are; returns how many."""
    producer = brokers_of(cell.settings).producer()
    try:
        sent = [
            producer.send(topic, value=each.value, key=each.key, headers=list(each.headers))
            for each in records
        ]
        for each in sent:
            each.get(20)
    finally:
        producer.close(timeout=5)
    return len(sent)


@pytest.fixture(scope="module")
def cell(
    kafka: str, postgres: SharedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Cell]:
    """One cell for both tests of this module."""
    with standing(kafka, postgres, tmp_path_factory.mktemp("cell")) as cell:
        cell.start()
        yield cell


@pytest.mark.timeout(300)
def test_poison_on_every_topic_stops_nobody(cell: Cell):
    topics = topics_of(cell.prefix)
    before = len(cell.cli.ask_list("dead", "list"))
    sent = lay_ground(cell, 601)
    everything = [*UNREADABLE.values(), *ANSWERED.values()]
    for topic in topics:
        if topic != topics.dead:
            write(cell, topic, iter(everything))
    more = lives(601, 40)
    publish(cell, more)
    evidence = check(cell, [*sent, *more])
    assert len(evidence.dead) - before == 2 * len(UNREADABLE) + len(everything), (
        "each unreadable record is a dead letter; where servers publish, all that is no server's"
    )
    for name in ("project", "process"):
        odd = cell.parts[name].told("not-ours")
        assert {each["topic"] for each in odd} == {topics.events, topics.outcomes}
    for part in cell.parts.values():
        assert part.is_ready()


@pytest.mark.timeout(240)
def test_dead_records_are_listed_shown_and_sent_again(cell: Cell):
    topics = topics_of(cell.prefix)
    before = len(cell.cli.ask_list("dead", "list"))
    write(cell, topics.commands, iter(UNREADABLE.values()))
    listed = until("all are dead letters", lambda: _dead(cell, before + len(UNREADABLE)))[before:]
    half = next(each for each in listed if "half" in each["error"] or "JSON" in each["error"])
    shown = cell.cli.ask("dead", "show", half["id"])
    assert shown["origin"].startswith(f"{topics.commands}/")
    assert shown["headers"]["tieline-error"] == half["error"]
    assert shown["key"] == "circuit/poison"
    again = cell.cli.ask_list("dead", "resend", half["id"])
    assert again == [{"id": half["id"], "topic": topics.commands}]
    until("it is a dead letter again", lambda: _dead(cell, before + len(UNREADABLE) + 1))
    assert cell.cli.run("dead", "show", "0-999").code == 1
    check(cell)


def _dead(cell: Cell, count: int) -> list[dict[str, str]] | None:
    listed = cell.cli.ask_list("dead", "list")
    return listed if len(listed) == count else None
