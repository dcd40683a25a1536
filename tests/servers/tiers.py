"""Where the tests' servers come from: the first of three tiers that is available.

| tier | available when | gives |
| --- | --- | --- |
| address | TIELINE_TEST_KAFKA, TIELINE_TEST_POSTGRES hold one | that server |
| docker | a Docker engine answers | a container, by testcontainers |
| pip | always | a process, from packages that pip installed |

TIELINE_TEST_TIER chooses a tier. If an available tier fails, the tests fail: nothing is skipped,
and no other tier is tried silently.
"""

import os
import socket
import tempfile
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Final, Literal, get_args

from stack import jars
from stack.kafka import Cluster
from stack.postgres import Postgres
from stack.processes import NotReady, remove_at_last
from tests.servers import containers

Tier = Literal["address", "docker", "pip"]

KAFKA: Final = "TIELINE_TEST_KAFKA"
POSTGRES: Final = "TIELINE_TEST_POSTGRES"
TIER: Final = "TIELINE_TEST_TIER"

FAST: Final = {"fsync": "off", "full_page_writes": "off"}
"""Settings of a PostgreSQL that need not survive a crash of its machine."""


@dataclass(frozen=True)
class Given:
    """A server that a tier gave: Kafka's bootstrap servers, or PostgreSQL's URL."""

    tier: Tier
    address: str
    version: str


@contextmanager
def kafka() -> Generator[Given]:
    """A Kafka while the context lasts. Raises NotReady."""
    tier = tier_of(KAFKA)
    with _KAFKA[tier]() as (address, version):
        yield Given(tier, address, version)


@contextmanager
def postgres() -> Generator[Given]:
    """A PostgreSQL whose user may make databases, while the context lasts. Raises NotReady."""
    tier = tier_of(POSTGRES)
    with _POSTGRES[tier]() as address:
        yield Given(tier, address, "")


def tier_of(variable: str) -> Tier:
    """The tier to use; `variable` names the variable that may hold an address. Raises NotReady."""
    asked = os.environ.get(TIER, "")
    for tier in get_args(Tier):
        if asked == tier:
            return tier
    if asked:
        raise NotReady(f"{TIER} is {asked}, and may be one of {', '.join(get_args(Tier))}")
    if os.environ.get(variable):
        return "address"
    return "docker" if containers.engine_answers() else "pip"


def is_to_fetch(variable: str) -> bool:
    """Whether the tier needs something that must be fetched first. Raises NotReady."""
    match tier_of(variable):
        case "docker":
            return not containers.has(containers.image(variable))
        case "pip":
            return variable == KAFKA and not jars.are_here()
        case "address":
            return False


def fetch(variable: str) -> None:
    """Fetch what the tier needs, which may take a while. Raises NotReady."""
    if tier_of(variable) == "docker":
        containers.fetch(containers.image(variable))
    else:
        jars.jars()


def advice(variable: str, fault: NotReady) -> str:
    """What a developer reads when a server could not be had."""
    return (
        f"{fault}\n\n"
        f"This test needs a server. It is taken from the first of these that is there:\n"
        f"  1. the address in {variable}\n"
        f"  2. Docker, with the image in {variable}_IMAGE\n"
        f"  3. the packages that pip installed (make setup)\n"
        f"{TIER}=address, docker or pip takes one of them whatever the others are."
    )


@contextmanager
def a_folder() -> Generator[Path]:
    """A folder for servers' data, removed afterwards even if this process is killed."""
    folder = Path(tempfile.mkdtemp(prefix="tieline-servers-"))
    remove_at_last(folder)
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)


@contextmanager
def _by_address(variable: str) -> Generator[str]:
    address = os.environ.get(variable)
    if not address:
        raise NotReady(f"{TIER} is address, and {variable} holds none")
    yield address


@contextmanager
def _kafka_by_address() -> Generator[tuple[str, str]]:
    with _by_address(KAFKA) as address:
        if not any(map(_listens, address.split(","))):
            raise NotReady(f"Kafka at {address} does not answer")
        yield address, f"at {address}"


def _listens(place: str) -> bool:
    host, _, port = place.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=10).close()
    except (OSError, ValueError):
        return False
    return True


@contextmanager
def _kafka_by_docker() -> Generator[tuple[str, str]]:
    image = containers.image(KAFKA)
    with containers.kafka(image) as address:
        yield address, image


@contextmanager
def _kafka_by_pip() -> Generator[tuple[str, str]]:
    with a_folder() as folder:
        cluster = Cluster(folder)
        try:
            cluster.start()
            yield cluster.bootstrap, jars.KAFKA
        finally:
            cluster.kill()  # its data is removed anyway


@contextmanager
def _postgres_by_pip() -> Generator[str]:
    with a_folder() as folder:
        server = Postgres(folder, FAST)
        try:
            server.start()
            yield server.url()
        finally:
            server.stop()


_KAFKA: Final[dict[Tier, Callable[[], AbstractContextManager[tuple[str, str]]]]] = {
    "address": _kafka_by_address,
    "docker": _kafka_by_docker,
    "pip": _kafka_by_pip,
}
_POSTGRES: Final[dict[Tier, Callable[[], AbstractContextManager[str]]]] = {
    "address": lambda: _by_address(POSTGRES),
    "docker": lambda: containers.postgres(containers.image(POSTGRES)),
    "pip": _postgres_by_pip,
}
