"""The network between parts and servers: cut, silent, restored, under load.

Every part of the cell speaks with the server through one proxy.
"""

from collections.abc import Callable, Generator
from urllib.parse import urlsplit

import pytest

from tests.production.checker import check
from tests.production.lives import lives, of_world
from tests.production.load import Load, Message, publish
from tests.production.plugin import ACell
from tests.production.running import ALL, HASTE, Cell
from tests.servers.plugin import OwnKafka, OwnPostgres
from tests.servers.proxy import Proxy, proxy
from tests.waiting import until

TROUBLES: dict[str, Callable[[Proxy], None]] = {
    "cut": Proxy.cut,
    "silent": Proxy.hold,
    "answers lost": Proxy.hold_answers,
}

SLOWER = {"TIELINE_TEST_HASTE": "2.5"}
"""The process must not notice silence before what it writes to Kafka has failed, after 20 s."""


@pytest.fixture
def network() -> Generator[Proxy]:
    with proxy() as stands:
        yield stands


def assert_told(cell: Cell, what: str, names: tuple[str, ...]) -> None:
    """Each named part says that it is not ready, and gives `what` as the reason."""
    for name in names:
        part = cell.parts[name]
        until(f"{name} misses {what}", lambda: what in part.missing())  # noqa: B023 - called here


@pytest.mark.timeout(480)
def test_no_way_to_postgres(own_postgres: OwnPostgres, kafka: str, network: Proxy, a_cell: ACell):
    server = own_postgres()
    network.target = server.port
    address = urlsplit(server.create("cell"))._replace(netloc=f"postgres@127.0.0.1:{network.port}")
    cell = a_cell(kafka, address.geturl(), prefix="no-postgres", TIELINE_TEST_PATIENCE="1", **HASTE)
    cell.start()

    def is_told(trouble: str) -> None:
        assert_told(cell, "log", ("engine", "relay", "process"))
        if trouble != "answers lost":  # it looks like silence, and takes as long
            assert_told(cell, "views", ("project",))

    assert_survived(cell, network, is_told)


@pytest.mark.timeout(480)
def test_no_way_to_kafka(own_kafka: OwnKafka, network: Proxy, a_cell: ACell):
    cluster = own_kafka(proxies=[network])
    cell = a_cell(cluster.bootstrap, **SLOWER)
    cell.start()
    assert_survived(cell, network, lambda _: assert_told(cell, "kafka", ALL))


def assert_survived(cell: Cell, network: Proxy, is_told: Callable[[str], None]) -> None:
    """Each trouble starts under load and ends again; the checker runs after each."""
    sent = list[Message]()
    for seed, (trouble, comes) in enumerate(TROUBLES.items(), 501):
        print(f"trouble: {trouble}")  # noqa: T201 - for whoever reads a failure
        world = f"w{seed}-"
        with Load(cell, seed, count=400, world=world) as load:
            until("something is under way", lambda: load.lived > 8)
            comes(network)
            is_told(trouble)
            network.restore()
            after = of_world(world, lives(seed + 100, 100))
            publish(cell, after)
            load.finish()
        sent += [*load.published, *after]
        check(cell, sent)
