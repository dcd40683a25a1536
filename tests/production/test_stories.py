"""The embedded stories run unchanged over Kafka and PostgreSQL, with the same result."""

from pathlib import Path
from typing import Any

import pytest

from adapters.settings import load
from adapters.wiring.stores import log_of
from tests.end_to_end import test_story as embedded
from tests.laws.parts import said
from tests.production.checker import check
from tests.production.plugin import ACell
from tests.running import STORY, Tieline, story

SEED = "4711"

Streams = dict[str, list[tuple[str, dict[str, Any]]]]


def streams_of(tieline: Tieline) -> Streams:
    """Event types and data, stream by stream, keys included."""
    with log_of(load(tieline.environment, tieline.folder)) as log:
        return said(log)


@pytest.mark.timeout(240)
def test_with_the_simulated_network_as_embedded_stream_by_stream(a_cell: ACell, tmp_path: Path):
    cell = a_cell(TIELINE_TEST_ENTROPY=SEED)
    cell.start()
    embedded.test_with_the_simulated_network(cell.cli)
    check(cell, story())
    alone = Tieline(tmp_path, TIELINE_TEST_ENTROPY=SEED)
    alone.environment["TIELINE_DATABASE"] = f"sqlite:///{tmp_path / 'embedded.db'}"
    assert alone.run("submit", "--settle", str(STORY)).code == 0
    assert streams_of(cell.cli) == streams_of(alone)


@pytest.mark.timeout(300)
def test_with_a_carrier_that_answers(a_cell: ACell):
    cell = a_cell(TIELINE_NETWORK="none")
    cell.start()
    embedded.test_with_a_carrier_that_answers(cell.cli)
    check(cell, story())
