"""A run of all parts on real servers, and a Prometheus that watches it."""

import shutil
from pathlib import Path
from typing import Final

import pytest

_HERE: Final = Path(__file__).parent


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the tests out unless this folder is named."""
    named = any(_HERE.name in argument for argument in config.args)
    return None if named or collection_path == _HERE else True


@pytest.fixture(scope="session")
def promtool() -> str:
    return _program("promtool")


@pytest.fixture(scope="session")
def prometheus_program() -> str:
    return _program("prometheus")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is missing: apt-get install prometheus", pytrace=False)
    return found
