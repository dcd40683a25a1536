"""The tier docker: servers in containers, by testcontainers.

TIELINE_TEST_KAFKA_IMAGE and TIELINE_TEST_POSTGRES_IMAGE name other images than the official ones;
they must understand the same variables.
"""

import os
import socket
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import docker
import requests
from docker.errors import DockerException
from docker.utils import parse_host
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import ExecWaitStrategy, LogMessageWaitStrategy

from stack import jars
from stack.kafka import HEAP, PROPERTIES
from stack.processes import PATIENCE, NotReady, free_ports

IMAGES: Final = {
    "TIELINE_TEST_KAFKA": f"apache/kafka:{jars.KAFKA}",
    "TIELINE_TEST_POSTGRES": "postgres:18",
}
"""The official images, by the variable that would hold a server's address."""

PASSWORD: Final = "tests"


def image(variable: str) -> str:
    """The image for a server, by the variable that would hold its address."""
    return os.environ.get(f"{variable}_IMAGE") or IMAGES[variable]


def engine_answers() -> bool:
    """Whether there is a Docker engine, and not only its client."""
    if not _listens():
        return False
    try:
        client = docker.from_env(timeout=5)
    except DockerException:
        return False
    client.close()
    return True


def _listens() -> bool:
    """Whether anybody listens where the engine would; checked first, as its client is not tidy."""
    kind, _, place = str(parse_host(os.environ.get("DOCKER_HOST"))).partition("://")
    try:
        if kind == "http+unix":
            with socket.socket(socket.AF_UNIX) as end:
                end.connect(place)
        elif kind in {"http", "https", "tcp"}:
            host, _, port = place.rpartition(":")
            socket.create_connection((host, int(port)), timeout=5).close()
    except OSError:
        return False
    return True


def has(name: str) -> bool:
    """Whether the engine has an image. Raises NotReady."""
    with _engine(name) as client:
        return bool(client.images.list(name))


def fetch(name: str) -> None:
    """Fetch an image unless the engine has it. Raises NotReady."""
    if not has(name):
        with _engine(name) as client:
            client.images.pull(name)


@contextmanager
def _engine(name: str) -> Generator[docker.DockerClient]:
    if not _listens():
        raise NotReady(f"Docker did not give the image {name}: no engine answers")
    try:
        client = docker.from_env()
        try:
            yield client
        finally:
            client.close()
    except (DockerException, requests.RequestException) as fault:
        raise NotReady(f"Docker did not give the image {name}: {fault}") from fault


@contextmanager
def kafka(name: str) -> Generator[str]:
    """A broker in a container; gives its bootstrap servers. Raises NotReady."""
    fetch(name)
    port = free_ports(1)[0]  # the broker advertises its port, so it must know it first
    lines = {
        **PROPERTIES,
        "node.id": "1",
        "listeners": "CLIENT://:9092,BROKER://:9093,CONTROLLER://:9094",
        "advertised.listeners": f"CLIENT://localhost:{port},BROKER://localhost:9093",
        "controller.quorum.voters": "1@localhost:9094",
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
    }
    container = (
        DockerContainer(name)
        .with_bind_ports(9092, port)
        .with_envs(**{as_variable(key): value for key, value in lines.items()})
        .with_env("KAFKA_HEAP_OPTS", f"-Xmx{HEAP}")
        .waiting_for(
            LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(int(PATIENCE))
        )
    )
    with _running(container):
        yield f"localhost:{port}"


@contextmanager
def postgres(name: str) -> Generator[str]:
    """A PostgreSQL in a container; gives its URL. Raises NotReady."""
    fetch(name)
    ready = ExecWaitStrategy(["pg_isready", "-h", "127.0.0.1", "-U", "postgres"])
    container = (
        DockerContainer(name)
        .with_exposed_ports(5432)
        .with_env("POSTGRES_PASSWORD", PASSWORD)
        .with_command(["postgres", "-c", "fsync=off", "-c", "full_page_writes=off"])
        .waiting_for(ready.with_startup_timeout(int(PATIENCE)))
    )
    with _running(container):
        host, port = container.get_container_host_ip(), container.get_exposed_port(5432)
        yield f"postgresql://postgres:{PASSWORD}@{host}:{port}/postgres"


def as_variable(name: str) -> str:
    """A line of Kafka's configuration as a variable of its image."""
    return "KAFKA_" + name.upper().replace("_", "__").replace(".", "_")


@contextmanager
def _running(container: DockerContainer) -> Generator[None]:
    try:
        container.start()
    except (DockerException, TimeoutError) as fault:
        container.stop()
        notes = "\n".join(getattr(fault, "__notes__", []))
        raise NotReady(
            f"the container of {container.image} did not start: {fault}\n{notes}"
        ) from fault
    try:
        yield
    finally:
        container.stop()
