"""Cells as a fixture: they end with their test, and a failed test shows their logs."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol, cast
from uuid import uuid4

import pytest

from tests.production.running import Cell
from tests.servers.shared import SharedPostgres, remove_topics

_CELLS: Final = pytest.StashKey[list[Cell]]()


class ACell(Protocol):
    """Makes a cell whose parts are not started yet; `settings` are for its parts.

    The cell is on the servers that all tests share, unless others are given. A test asks for
    servers of its own before it asks for this: what is asked for last ends first, and parts whose
    servers are gone take long to end.
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


@contextmanager
def standing(
    kafka: str, postgres: SharedPostgres, folder: Path, **settings: str
) -> Generator[Cell]:
    """A cell for several tests, on the shared servers; its parts are not started yet."""
    prefix = f"test-{uuid4().hex[:12]}"
    with postgres.a_database() as database:
        cell = Cell(folder, kafka, database, prefix, **settings)
        try:
            yield cell
        finally:
            cell.stop()
            remove_topics(kafka, f"{prefix}.")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Show the last lines of the parts' logs when a test fails."""
    report = yield
    if report.failed:
        asked = cast("dict[str, Any]", getattr(item, "funcargs", {}))
        shared = [each for each in asked.values() if isinstance(each, Cell)]
        for cell in [*item.stash.setdefault(_CELLS, []), *shared]:
            report.sections += [(f"log of {name}", tail) for name, tail in cell.tails()]
    return report


def _prefix(request: pytest.FixtureRequest, bootstrap: str | None) -> str:
    return "tieline" if bootstrap else request.getfixturevalue("prefix")
