"""The routers of a circuit, started once for all tests."""

import os
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest

from tests.routers.circuit import tell
from tests.routers.frr import DAEMONS
from tests.routers.running import Routers, four_routers
from tests.running import Tieline

_HERE: Final = Path(__file__).parent


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the tests out unless this folder is named."""
    named = any(_HERE.name in argument for argument in config.args)
    return None if named or collection_path == _HERE else True


@pytest.fixture(scope="session")
def tieline(tmp_path_factory: pytest.TempPathFactory) -> Tieline:
    """A database with the circuit."""
    made = Tieline(tmp_path_factory.mktemp("circuit"))
    tell(made)
    return made


@pytest.fixture(scope="session")
def routers(tieline: Tieline, tmp_path_factory: pytest.TempPathFactory) -> Generator[Routers]:
    """Its routers; a test leaves them as it found them."""
    _needed()
    with four_routers(tieline, tmp_path_factory.mktemp("routers")) as made:
        yield made


def _needed() -> None:
    if os.geteuid() != 0:
        pytest.fail("network namespaces need root: run as root", pytrace=False)
    if missing := [each for each in ("ip", "nsenter", "vtysh") if shutil.which(each) is None]:
        pytest.fail(f"{missing[0]} is missing: apt-get install frr iproute2", pytrace=False)
    if not (DAEMONS / "bgpd").exists():
        pytest.fail(f"{DAEMONS}/bgpd is missing: apt-get install frr", pytrace=False)
