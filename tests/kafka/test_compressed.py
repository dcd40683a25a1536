"""Commands that their publisher or the brokers compressed are decided like any other."""

import json
from typing import Any

import pytest
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from adapters.kafka.binding import Outgoing, written
from adapters.kafka.clients import Brokers
from tests.kafka.batches import CODECS
from tests.kafka.cells import ACells, register
from tests.kafka.records import publish, taken

LONG = {"name": "n" * 900, "model": "connect-through"}


@pytest.mark.parametrize("codec", CODECS)
def test_by_their_publisher(cell: ACells, brokers: Brokers, codec: str) -> None:
    producer = brokers.producer(compression_type=codec)
    small, long = written(register("acme-1")), written(register("acme-2", data=LONG))
    for each in (small, long):
        producer.send(
            cell.cell.topics.commands, value=each.value, key=each.key, headers=each.headers
        ).get(10)
    producer.close()
    _assert_decided(cell, 2)


@pytest.mark.parametrize("codec", CODECS)
def test_by_the_brokers(cell: ACells, brokers: Brokers, kafka: str, codec: str) -> None:
    """The brokers compress as publishers in Java do, with other libraries than ours."""
    topic = cell.cell.topics.commands
    admin: Any = KafkaAdminClient(bootstrap_servers=kafka.split(","))
    try:
        set_to = {"compression.type": codec}
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, set_to)])
    finally:
        admin.close()
    many = [_as_line(register(f"acme-{number}", data=LONG)) for number in range(3)]
    publish(brokers, topic, *many)
    _assert_decided(cell, 3)


def _as_line(message: dict[str, Any]) -> Outgoing:
    line = json.dumps(message).encode()
    return Outgoing(b"k", line, [("content-type", b"application/cloudevents+json")])


def _assert_decided(cell: ACells, count: int) -> None:
    with cell.intake() as intake:
        assert taken(intake, count) == 0
    assert len(cell.cell.log.outcomes(0, 10)) == count
    assert not cell.cell.log.refusals(0, 10)
