"""Every database that a test of the views opened is closed when the test ends."""

from collections.abc import Generator

import pytest

from tests.projections.histories import OPENED


@pytest.fixture(autouse=True)
def nothing_stays_open() -> Generator[None, None, None]:
    yield
    while OPENED:
        OPENED.pop().dispose()
