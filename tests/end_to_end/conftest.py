"""What these tests run: the command line in a fresh folder."""

from pathlib import Path

import pytest

from tests.running import Tieline


@pytest.fixture
def tieline(tmp_path: Path) -> Tieline:
    return Tieline(tmp_path)
