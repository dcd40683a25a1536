"""A cell on real servers for one measurement: its topics, its database, its parts as processes."""

import http.client
import os
import re
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import TypeVar

from adapters.kafka.admin import TopicSpec
from adapters.kafka.clients import Brokers
from adapters.kafka.topics import PARTITIONS, Topics, prepare, topics_of
from adapters.log import open_log
from stack.kafka import kafka
from stack.postgres import Postgres, postgres
from stack.processes import Server, free_ports

TIELINE = str(Path(sys.executable).with_name("tieline"))
PATIENCE = 300.0
"""Seconds after which a wait is given up."""

PAUSE = 0.05

T = TypeVar("T")


@dataclass(frozen=True)
class Servers:
    """Kafka and PostgreSQL on this machine, and a folder for the parts' logs."""

    folder: Path
    bootstrap: str
    postgres: Postgres
    peaks: dict[str, float] = field(default_factory=dict[str, float])
    """The most memory of any part so far, by kind of part."""

    @property
    def brokers(self) -> Brokers:
        return Brokers(self.bootstrap)


@contextmanager
def servers_in(folder: Path) -> Generator[Servers]:
    """Both servers, empty, stopped on leaving."""
    with postgres(folder / "postgres") as database, kafka(folder / "kafka") as cluster:
        yield Servers(folder, cluster.bootstrap, database)


class Part:
    """One running part of a cell. `peak` is the most memory it had, known once it is stopped."""

    def __init__(self, name: str, words: list[str], folder: Path, settings: Mapping[str, str]):
        self.name = name
        self.peak = 0.0
        self._port = free_ports(1)[0]
        kept = {key: value for key, value in os.environ.items() if not key.startswith("TIELINE_")}
        said = {**kept, **settings, "TIELINE_METRICS": f"127.0.0.1:{self._port}"}
        self.server = Server([TIELINE, *words], folder / f"{name}.log", environment=said)
        self.server.launch()

    def is_ready(self) -> bool:
        """Whether the part says that it is ready."""
        return self._asked("/readyz")[0] == HTTPStatus.OK

    def metrics(self) -> str:
        """Its metrics, as Prometheus reads them."""
        return self._asked("/metrics")[1]

    def _asked(self, path: str) -> tuple[int, str]:
        asked = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        try:
            asked.request("GET", path)
            answer = asked.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        finally:
            asked.close()

    def stop(self) -> None:
        """End it in order, and note its peak."""
        if self.server.running:
            self.peak = peak_of(self.server.pid)
        self.server.stop()


class Cell:
    """A prefix on the brokers and a database; each measurement has its own."""

    def __init__(self, servers: Servers, name: str, counts: Mapping[str, int] | None = None):
        self.servers = servers
        self.topics: Topics = topics_of(name)
        self.prefix = name
        self.database = servers.postgres.create(name)
        log = open_log(self.database)
        with servers.brokers.admin() as admin:
            admin.create(TopicSpec(topic, count, {}) for topic, count in (counts or {}).items())
            prepare(admin, self.topics, log, PARTITIONS)
        log.close()

    @contextmanager
    def running(self, *kinds: str, **settings: str) -> Generator[list[Part]]:
        """Parts by their `tieline` commands, e.g. "engine" or "project circuits", all ready."""
        with self.launched(*kinds, **settings) as parts:
            waited(f"{', '.join(kinds)} ready", lambda: all(part.is_ready() for part in parts))
            yield parts

    @contextmanager
    def launched(self, *kinds: str, **settings: str) -> Generator[list[Part]]:
        """Like `running`, without waiting until they are ready."""
        given = {
            "TIELINE_KAFKA": self.servers.bootstrap,
            "TIELINE_DATABASE": self.database,
            "TIELINE_PREFIX": self.prefix,
            **settings,
        }
        with ExitStack() as stopping:
            parts: list[Part] = []
            stopping.callback(self._note, parts)
            for number, kind in enumerate(kinds):
                name = f"{self.prefix}-{number}-{kind.replace(' ', '-')}"
                part = Part(name, kind.split(), self.servers.folder, given)
                stopping.callback(part.stop)
                parts.append(part)
            yield parts

    def _note(self, parts: list[Part]) -> None:
        for part in parts:
            kind = part.server.command[1]
            self.servers.peaks[kind] = max(part.peak, self.servers.peaks.get(kind, 0.0))


def peak_of(pid: int) -> float:
    """The peak resident memory of a running process, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None, status
    return int(found[1]) * 1024 / 1e6


def waited(what: str, holds: Callable[[], T]) -> T:
    """Wait until `holds` returns something true, and return it."""
    deadline = monotonic() + PATIENCE
    while not (got := holds()):
        assert monotonic() < deadline, f"not in {PATIENCE:.0f} s: {what}"
        sleep(PAUSE)
    return got


def sustained(what: str, reached: Callable[[], int], last: int) -> float:
    """The rate per second, from the first to the last. If all come at once, as in a small run, it
    counts from the last look that found none.
    """
    started = perf_counter()

    def first() -> int:
        nonlocal started
        begun = perf_counter()
        if not (found := reached()):
            started = begun
        return found

    head = waited(f"the first of {what}", first)
    if head < last:
        started = perf_counter()
    waited(f"the last of {what}", lambda: reached() >= last)
    return (last - head or last) / (perf_counter() - started)
