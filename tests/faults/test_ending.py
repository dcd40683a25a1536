"""Without Kafka, parts end within seconds of being asked to, and people are told soon."""

import socket
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing, suppress
from threading import enumerate as enumerate_threads
from time import monotonic

import pytest

from adapters.kafka.clients import Brokers
from adapters.kafka.kafka_python import Unreachable
from stack.processes import free_ports
from tests.production.plugin import ACell
from tests.production.running import ALL
from tests.servers.plugin import OwnKafka
from tests.servers.proxy import Proxy, proxy
from tests.waiting import until

SOON = 8.0
"""Seconds, on a machine that does much else."""


@pytest.fixture
def network() -> Generator[Proxy]:
    with proxy() as stands:
        yield stands


@pytest.fixture
def black_hole() -> Generator[str]:
    """An address that answers nothing, not even that nobody is there: its queue is full."""
    with ExitStack() as held:
        listener = held.enter_context(closing(socket.create_server(("127.0.0.1", 0), backlog=0)))
        address = listener.getsockname()
        with suppress(TimeoutError):
            while True:
                held.enter_context(closing(socket.create_connection(address, timeout=0.5)))
        yield f"127.0.0.1:{address[1]}"


def _closed_port() -> str:
    return f"127.0.0.1:{free_ports(1)[0]}"


def _admin(brokers: Brokers) -> None:
    with brokers.admin():
        pass


CLIENTS: dict[str, Callable[[Brokers], object]] = {
    "admin": _admin,
    "consumer": Brokers.consumer,
    "producer": Brokers.producer,
}


def _assert_told_soon(address: str, make: Callable[[Brokers], object]) -> None:
    """Nobody can be reached: that is told, and nothing of the attempt stays."""
    before, begun = set(enumerate_threads()), monotonic()
    with pytest.raises(Unreachable, match="does not answer"):
        make(Brokers(address))
    assert monotonic() - begun < 5
    assert not {each for each in enumerate_threads() if each.is_alive()} - before


@pytest.mark.parametrize("make", CLIENTS.values(), ids=CLIENTS)
def test_a_closed_port_is_told_soon(make: Callable[[Brokers], object]):
    _assert_told_soon(_closed_port(), make)


@pytest.mark.parametrize("make", CLIENTS.values(), ids=CLIENTS)
def test_a_black_hole_is_told_soon(black_hole: str, make: Callable[[Brokers], object]):
    _assert_told_soon(black_hole, make)


@pytest.mark.timeout(120)
def test_parts_that_never_reached_kafka_end_soon(a_cell: ACell):
    cell = a_cell(_closed_port())
    for name in ALL:
        cell.launch(name)
    for name in ALL:
        until(f"{name} waits", lambda: cell.parts[name].told("waits"))  # noqa: B023 - called here
    begun = monotonic()
    assert set(cell.stop().values()) == {0}
    assert monotonic() - begun < SOON


@pytest.mark.timeout(240)
def test_parts_that_kafka_has_left_end_soon(own_kafka: OwnKafka, network: Proxy, a_cell: ACell):
    cell = a_cell(own_kafka(proxies=[network]).bootstrap)
    cell.start()
    network.hold()
    for name in ALL:
        until(f"{name} says so", lambda: "kafka" in cell.parts[name].missing())  # noqa: B023
    begun = monotonic()
    assert set(cell.stop().values()) == {0}
    assert monotonic() - begun < SOON
