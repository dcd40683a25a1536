"""Batches that a disk has damaged: commands go aside and the line goes on; events are not passed
over.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from struct import Struct
from typing import Final

import pytest
from structlog.testing import capture_logs

from adapters.kafka.binding import Outgoing, written
from adapters.kafka.dead_letters import StillUndecoded, listed, resend
from adapters.kafka.healing import Cell
from adapters.kafka.kafka_python import Undecodable
from adapters.kafka.topics import prepare, topics_of
from adapters.log import open_log
from projections.feed import Selection
from stack.kafka import Cluster
from tests.kafka.batches import DAMAGES, Damage, unsigned
from tests.kafka.cells import ACells, answering, register
from tests.kafka.records import publish, taken
from tests.servers.plugin import OwnKafka

EVENTS: Final = Selection(refusals=False)
_OFFSET_AND_LENGTH: Final = Struct(">qi")


@pytest.fixture
def cluster(own_kafka: OwnKafka) -> Cluster:
    return own_kafka()


@pytest.fixture
def cell(cluster: Cluster, tmp_path: Path) -> Generator[ACells]:
    """A cell whose commands all lie in one partition."""
    brokers, topics = answering(cluster.bootstrap), topics_of("cell")
    with closing(open_log(f"sqlite:///{tmp_path}/log.db")) as log:
        with brokers.admin() as admin:
            prepare(admin, topics, log, partitions=1)
        yield ACells(Cell(log, brokers, topics, "/cell", "cell-relay"))


def _damage(cluster: Cluster, topic: str, offset: int, how: Damage) -> bytes:
    """Damage the batch that begins at an offset where the broker keeps it; returns its bytes."""
    (file,) = cluster.folder.glob(f"broker-1/data/{topic}-0/*.log")
    for at, batch in _batches(file.read_bytes()):
        if _OFFSET_AND_LENGTH.unpack_from(batch)[0] == offset:
            how(batch)
            with file.open("r+b") as kept:
                kept.seek(at)
                kept.write(batch)
            return bytes(batch)
    raise AssertionError(f"no batch begins at {offset}")


def _batches(kept: bytes) -> Iterator[tuple[int, bytearray]]:
    at = 0
    while at + _OFFSET_AND_LENGTH.size <= len(kept):
        end = at + _OFFSET_AND_LENGTH.size + _OFFSET_AND_LENGTH.unpack_from(kept, at)[1]
        yield at, bytearray(kept[at:end])
        at = end


@pytest.mark.timeout(120)
def test_damaged_commands_go_aside_and_the_line_goes_on(cluster: Cluster, cell: ACells):
    _, brokers, topics, *_ = cell.cell
    publish(brokers, topics.commands, *(_customer(number) for number in range(len(DAMAGES) + 2)))
    damaged = [
        _damage(cluster, topics.commands, offset, how)
        for offset, how in enumerate(DAMAGES.values(), 1)
    ]
    with capture_logs() as said, cell.intake() as intake:
        assert taken(intake, len(DAMAGES) + 2) == len(DAMAGES)
    assert cell.cell.log.mark().outcome == 2
    dead = list(listed(brokers, topics))
    assert [each.value for each in dead] == damaged
    assert [each.origin for each in dead] == [f"{topics.commands}/0/{n}" for n in range(1, 5)]
    assert all("can't be decoded" in each.error for each in dead)
    assert [each["event"] for each in said].count("undecoded") == len(DAMAGES)
    with pytest.raises(StillUndecoded, match="checksum"):
        resend(brokers, topics, dead[0])
    with cell.intake() as intake:
        assert not intake.turn(1000).records, "what went aside is committed as read"


def _customer(number: int) -> Outgoing:
    return written(register(f"acme-{number}"))


@pytest.mark.timeout(120)
def test_damaged_events_stop_their_readers(cluster: Cluster, cell: ACells):
    topics = cell.cell.topics
    cell.customers(1, 1)
    cell.publish_all()
    cell.customers(2, 2)
    cell.publish_all()
    _damage(cluster, topics.events, 3, unsigned)
    with closing(cell.feed()) as feed:
        read = feed.read({}, 2, EVENTS, upto={"events/0": 2})
        assert [each.position for each in read.events] == [1, 2], "up to there it is read"
        for _ in range(2):
            with pytest.raises(Undecodable, match=rf"{topics.events}, partition 0, offsets 3 to 4"):
                feed.read(read.checkpoint, 100, EVENTS, upto={"events/0": 5})
