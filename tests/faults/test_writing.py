"""Whoever writes to Kafka goes on after a silence of the brokers, however long it was."""

from collections.abc import Callable, Generator
from contextlib import closing
from time import monotonic

import pytest

from adapters.kafka.admin import TopicSpec
from adapters.kafka.binding import Outgoing
from adapters.kafka.client import Client, Unreachable
from adapters.kafka.clients import Brokers
from adapters.kafka.topics import topics_of
from adapters.kafka.writer import Writer
from tests.kafka.cells import answering, register
from tests.kafka.records import everything
from tests.servers.plugin import OwnKafka
from tests.servers.proxy import Proxy, proxy
from tests.waiting import until

BLOCK_MS = 1000
"""How long a producer waits for its brokers; what it has under way is given up after twice that."""

COMMANDS = topics_of("cell").commands
MANY = 200


@pytest.fixture
def network() -> Generator[Proxy]:
    with proxy() as stands:
        yield stands


@pytest.fixture
def brokers(own_kafka: OwnKafka, network: Proxy, monkeypatch: pytest.MonkeyPatch) -> Brokers:
    """A broker behind a proxy, with a cell's topics of four partitions."""
    brokers = answering(own_kafka(proxies=[network]).bootstrap)
    with brokers.admin() as admin:
        admin.create(TopicSpec(name, 4, {}) for name in topics_of("cell"))
    monkeypatch.setattr("adapters.kafka.clients.BLOCK_MS", BLOCK_MS)
    return brokers


def _stays_silent(network: Proxy, write: Callable[[], object]) -> None:
    """Hold up the network until a producer has given up what it was to write, and some more."""
    network.hold()
    begun = monotonic()
    while monotonic() - begun < 4 * BLOCK_MS / 1000:
        with pytest.raises(Unreachable):
            write()
    network.restore()


def _succeeds(write: Callable[[], object]) -> bool:
    try:
        write()
    except Unreachable:
        return False
    return True


@pytest.mark.timeout(180)
def test_a_writer(brokers: Brokers, network: Proxy):
    with closing(Writer(brokers)) as writer:
        writer.write([_record(b"before")])
        _stays_silent(network, lambda: writer.write([_record(b"meanwhile")]))
        until("it writes again", lambda: _succeeds(lambda: writer.write([_record(b"after")])))
    values = [each.value for each in everything(brokers, COMMANDS)]
    assert (values[0], values[-1]) == (b"before", b"after"), "nothing comes late"


def _record(value: bytes) -> tuple[str, Outgoing]:
    return COMMANDS, Outgoing(b"k", value, [])


@pytest.mark.timeout(180)
def test_a_client(brokers: Brokers, network: Proxy):
    with Client(brokers.bootstrap, prefix="cell", listen=False) as client:
        _stays_silent(network, lambda: client.publish(register("acme-1")))
        until("it publishes", lambda: _succeeds(lambda: client.publish(register("acme-2"))))
    assert b"2" in {dict(each.headers)["ce_id"][-1:] for each in everything(brokers, COMMANDS)}


@pytest.mark.timeout(180)
def test_many_commands_are_under_way_together_and_in_order(brokers: Brokers, network: Proxy):
    messages = [register(f"acme-{n % 7}", id=str(n)) for n in range(MANY)]
    with Client(brokers.bootstrap, prefix="cell", listen=False) as client:
        network.delay = 0.1
        begun = monotonic()
        assert len(client.publish_all(messages)) == MANY
        assert monotonic() - begun < 0.1 * MANY / 2, "one after another takes longer"
        network.delay = 0.0
    told: dict[bytes, list[int]] = {}
    for each in everything(brokers, COMMANDS):
        told.setdefault(each.key, []).append(int(dict(each.headers)["ce_id"]))
    assert [numbers == sorted(numbers) for numbers in told.values()] == [True] * 7
    assert sum(map(len, told.values())) == MANY
