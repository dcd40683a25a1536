from collections.abc import Generator
from pathlib import Path

import pytest

from tests.contract.stores import STORES, ClosableLog, Store


@pytest.fixture(params=sorted(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return STORES[request.param](tmp_path)


@pytest.fixture
def log(store: Store) -> Generator[ClosableLog]:
    opened = store.open()
    yield opened
    opened.close()
