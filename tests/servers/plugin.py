"""The servers as fixtures, for every test.

| fixture | gives |
| --- | --- |
| `database` | the URL of a new, empty PostgreSQL database, which goes with the test |
| `prefix` | a prefix for topics that nobody else uses; what was made under it goes with the test |
| `kafka` | the bootstrap servers of the Kafka that all tests share |
| `postgres` | the PostgreSQL that all tests share |
| `own_kafka(brokers=3)` | a cluster of the test's own, to be killed, frozen, restarted |
| `own_postgres()` | likewise a PostgreSQL, as durable as its settings say |
| `own_standby(port)` | likewise a standby of the PostgreSQL behind a port |

Shared servers come from the first tier available (`tests.servers.tiers`) and start when the first
test needs them; own servers always come from the packages that pip installed.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Final, Protocol
from uuid import uuid4

import pytest

from stack import jars
from stack.kafka import Cluster
from stack.postgres import Postgres, standby_of
from stack.processes import NotReady
from tests.servers import tiers
from tests.servers.proxy import Proxy
from tests.servers.shared import SharedPostgres, remove_topics, wait_for_groups

_RAN: Final = pytest.StashKey[list[str]]()
_TOLD: Final = "servers"
_NEEDS: Final = {tiers.KAFKA: {"kafka", "a_cell"}, tiers.POSTGRES: {"postgres", "a_cell"}}
"""By server, the fixtures that need it; `a_cell` requests them only when it is called."""


class OwnKafka(Protocol):
    """Starts a cluster that ends with the test; `proxies` stand between it and its clients."""

    def __call__(
        self,
        brokers: int = 1,
        properties: Mapping[str, str] | None = None,
        proxies: Sequence[Proxy] = (),
    ) -> Cluster: ...


class OwnPostgres(Protocol):
    """Starts a PostgreSQL that ends with the test."""

    def __call__(self, settings: Mapping[str, str] | None = None) -> Postgres: ...


class OwnStandby(Protocol):
    """Starts a standby of the PostgreSQL behind a port, whose name it is told; it ends with the
    test.
    """

    def __call__(self, port: int, name: str) -> Postgres: ...


@pytest.fixture(scope="session")
def kafka(pytestconfig: pytest.Config) -> Generator[str]:
    with ExitStack() as held:
        with _told(tiers.KAFKA):
            given = held.enter_context(tiers.kafka())
        wait_for_groups(given.address)
        _note(pytestconfig, f"Kafka {given.version} by {given.tier}")
        yield given.address


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> Generator[SharedPostgres]:
    with ExitStack() as held:
        with _told(tiers.POSTGRES):
            given = held.enter_context(tiers.postgres())
            server = SharedPostgres(given.address)
        held.callback(server.close)
        _note(pytestconfig, f"PostgreSQL {server.version} by {given.tier}")
        yield server


@pytest.fixture
def database(postgres: SharedPostgres) -> Generator[str]:
    with postgres.a_database() as address:
        yield address


@pytest.fixture
def prefix(kafka: str) -> Generator[str]:
    name = f"test-{uuid4().hex[:12]}"
    yield name
    remove_topics(kafka, f"{name}.")


@pytest.fixture
def own_kafka(pytestconfig: pytest.Config) -> Generator[OwnKafka]:
    with ExitStack() as held:

        def start(
            brokers: int = 1,
            properties: Mapping[str, str] | None = None,
            proxies: Sequence[Proxy] = (),
        ) -> Cluster:
            doors = [proxy.port for proxy in proxies] or None
            cluster = Cluster(
                held.enter_context(tiers.a_folder()), brokers, properties, doors=doors
            )
            held.callback(cluster.kill)
            with _told(tiers.KAFKA):
                cluster.start()
            for proxy, port in zip(proxies, cluster.ports, strict=bool(proxies)):
                proxy.target = port
            _note(pytestconfig, f"Kafka {jars.KAFKA} by pip for single tests")
            return cluster

        yield start


@pytest.fixture
def own_postgres(pytestconfig: pytest.Config) -> Generator[OwnPostgres]:
    with ExitStack() as held:

        def start(settings: Mapping[str, str] | None = None) -> Postgres:
            server = Postgres(held.enter_context(tiers.a_folder()), settings)
            held.callback(server.stop)
            with _told(tiers.POSTGRES):
                server.start()
            _note(pytestconfig, "PostgreSQL by pip for single tests")
            return server

        yield start


@pytest.fixture
def own_standby() -> Generator[OwnStandby]:
    with ExitStack() as held:

        def start(port: int, name: str) -> Postgres:
            with _told(tiers.POSTGRES):
                server = standby_of(port, held.enter_context(tiers.a_folder()), name)
                held.callback(server.stop)
                server.start()
            return server

        yield start


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fetch what is missing before the first test, as a test's time limit is short."""
    if session.config.option.collectonly:
        return
    asked = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    with suppress(NotReady):  # the first test that needs it fails with this
        for variable, fixtures in _NEEDS.items():
            if fixtures & asked and tiers.is_to_fetch(variable):
                _say(session.config, "fetching a server for the tests, only once")
                tiers.fetch(variable)
        if "own_kafka" in asked and not jars.are_here():
            _say(session.config, "fetching Kafka for the tests, 44 MB, only once")
            jars.jars()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say which servers the tests ran on, and which tier gave them."""
    lines: list[str] = config.stash.setdefault(_RAN, [])
    for line in lines:
        terminalreporter.write_line(f"ran on {line}")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In one of several lanes, pass what was noted to the process that has the terminal."""
    told: dict[str, list[str]] | None = getattr(session.config, "workeroutput", None)
    if told is not None:
        told[_TOLD] = session.config.stash.setdefault(_RAN, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Note what a lane has passed on."""
    told: dict[str, list[str]] = getattr(node, "workeroutput", None) or {}
    for line in told.get(_TOLD) or ():
        _note(node.config, line)


def _note(config: pytest.Config, line: str) -> None:
    lines = config.stash.setdefault(_RAN, [])
    if line not in lines:
        lines.append(line)


def _say(config: pytest.Config, line: str) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if isinstance(reporter, pytest.TerminalReporter):
        reporter.write_line(line)


@contextmanager
def _told(variable: str) -> Generator[None]:
    """Fail the test with advice if the server can't be had."""
    try:
        yield
    except NotReady as fault:
        pytest.fail(tiers.advice(variable, fault), pytrace=False)
