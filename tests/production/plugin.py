"""Cells as a fixture: what a test starts ends with it, and is heard when the test fails."""

from collections.abc import Generator
from pathlib import Path
from typing import Any, Final, Protocol

import pytest

from tests.production.running import Cell

_CELLS: Final = pytest.StashKey[list[Cell]]()


class ACell(Protocol):
    """Makes a cell whose parts are not started yet; settings are those of its parts.

    On the servers that all tests share, unless it is told others.
    """

    def __call__(
        self, bootstrap: str | None = None, database: str | None = None, **settings: str
    ) -> Cell: ...


@pytest.fixture
def a_cell(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[ACell]:
    cells: list[Cell] = request.node.stash.setdefault(_CELLS, [])

    def make(bootstrap: str | None = None, database: str | None = None, **settings: str) -> Cell:
        folder = tmp_path / f"cell-{len(cells) + 1}"
        folder.mkdir()
        cell = Cell(
            folder,
            bootstrap or request.getfixturevalue("kafka"),
            database or request.getfixturevalue("database"),
            settings.pop("prefix", None) or _prefix(request, bootstrap),
            **settings,
        )
        cells.append(cell)
        return cell

    yield make
    for cell in cells:
        cell.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Show what the parts said when a test fails."""
    report = yield
    if report.failed:
        for cell in item.stash.setdefault(_CELLS, []):
            report.sections += [(f"log of {name}", tail) for name, tail in cell.tails()]
    return report


def _prefix(request: pytest.FixtureRequest, bootstrap: str | None) -> str:
    return "tieline" if bootstrap else request.getfixturevalue("prefix")
