"""The network between parts and servers: cut, silent, restored, under load.

Every part of the cell speaks with the server through one proxy.
"""

from collections.abc import Callable, Generator
from urllib.parse import urlsplit

import pytest

from tests.production.checker import check
from tests.production.load import Load
from tests.production.plugin import ACell
from tests.production.running import ALL, Cell, until
from tests.servers.plugin import OwnKafka, OwnPostgres
from tests.servers.proxy import Proxy, proxy

TROUBLES: dict[str, Callable[[Proxy], None]] = {
    "cut": Proxy.cut,
    "silent": Proxy.hold,
    "answers lost": Proxy.hold_answers,
}


@pytest.fixture
def network() -> Generator[Proxy]:
    with proxy() as stands:
        yield stands


def assert_told(cell: Cell, what: str, names: tuple[str, ...]) -> None:
    """Each of these parts says that it is not ready, and that this is why."""
    for name in names:
        part = cell.parts[name]
        until(f"{name} misses {what}", lambda: what in part.missing())  # noqa: B023 - called here


@pytest.mark.timeout(300)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_no_way_to_postgres(
    a_cell: ACell, own_postgres: OwnPostgres, kafka: str, network: Proxy, trouble: str
):
    server = own_postgres()
    network.target = server.port
    address = urlsplit(server.create("cell"))._replace(netloc=f"postgres@127.0.0.1:{network.port}")
    cell = a_cell(
        kafka,
        address.geturl(),
        prefix=f"no-postgres-{trouble.replace(' ', '-')}",
        TIELINE_TEST_PATIENCE="1",
    )
    cell.start()
    with Load(cell, seed=501, count=400) as load:
        TROUBLES[trouble](network)
        assert_told(cell, "log", ("engine", "relay", "process"))
        if trouble != "answers lost":  # which is like silence, and takes as long
            assert_told(cell, "views", ("project",))
        network.restore()
        load.finish()
    check(cell, load.published)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_no_way_to_kafka(a_cell: ACell, own_kafka: OwnKafka, network: Proxy, trouble: str):
    cluster = own_kafka(proxies=[network])
    cell = a_cell(cluster.bootstrap)
    cell.start()
    with Load(cell, seed=502, count=400) as load:
        until("something is under way", lambda: len(load.published) > 30)
        TROUBLES[trouble](network)
        assert_told(cell, "kafka", ALL)
        network.restore()
        load.finish()
    check(cell, load.published)
