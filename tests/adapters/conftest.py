"""What these tests run: the command line in a fresh folder."""

from pathlib import Path

import pytest

from tests.running import STORY, Tieline, command


@pytest.fixture
def tieline(tmp_path: Path) -> Tieline:
    return Tieline(tmp_path)


@pytest.fixture(scope="module")
def after_story(tmp_path_factory: pytest.TempPathFactory) -> Tieline:
    """A database after the story and one refused attempt; its tests leave it as it is."""
    tieline = Tieline(tmp_path_factory.mktemp("story"))
    assert tieline.run("submit", "--settle", str(STORY)).code == 0
    assert tieline.submit(command("late", "delete-circuit", "circuit/acme-fra-1")).code == 1
    return tieline
