"""A cell on the shared servers, with empty topics."""

from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.kafka.clients import Brokers
from adapters.kafka.healing import Cell
from adapters.kafka.topics import prepare, topics_of
from adapters.log import open_log
from tests.kafka.cells import ACells, answering


@pytest.fixture
def brokers(kafka: str) -> Brokers:
    """The shared cluster."""
    return answering(kafka)


@pytest.fixture
def cell(brokers: Brokers, prefix: str, tmp_path: Path) -> Generator[ACells]:
    topics = topics_of(prefix)
    with closing(open_log(f"sqlite:///{tmp_path}/log.db")) as log:
        with brokers.admin() as admin:
            prepare(admin, topics, log, partitions=9)
        yield ACells(Cell(log, brokers, topics, f"/{prefix}", f"{prefix}-relay"))
