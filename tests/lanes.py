"""Lanes side by side, each with its own servers: `pytest -n 3`, as `make test` does.

Tests that kill parts and servers under load stay in one lane: two of them at the same time would
overload the machine. The other lanes take the rest file by file, the longest first; a lane that is
done takes from what is left. Most of a test is waiting, so three lanes suit two cores.
"""

from collections.abc import Sequence
from typing import Any, Final

import pytest
from xdist.scheduler import LoadScopeScheduling  # pyright: ignore[reportMissingTypeStubs] # inline

LOADED: Final = ("tests/faults",)
LONG: Final = (
    "tests/production",
    "tests/kafka",
    "tests/adapters",
    "tests/projections",
    "tests/simulation",
)
"""Folders that start before the rest, so that no lane ends with a long file alone."""


class Lanes(LoadScopeScheduling):
    """Hands out tests file by file, and everything that loads the machine as one unit."""

    def _split_scope(self, nodeid: str) -> str:
        return "loaded" if nodeid.startswith(LOADED) else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Lanes:
    """Make the scheduler; pytest-xdist calls this when tests run in lanes."""
    config.option.loadscopereorder = False  # pytest_collection_modifyitems sets the order
    return Lanes(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests so that the slow folders start first."""
    items.sort(key=lambda item: _turn(item.nodeid, (*LOADED, *LONG)))


def _turn(nodeid: str, folders: Sequence[str]) -> int:
    return next(
        (turn for turn, folder in enumerate(folders) if nodeid.startswith(folder)), len(folders)
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the report with how many tests passed and failed in all lanes."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if isinstance(reporter, pytest.TerminalReporter) and reporter.stats:
        passed, failed, skipped = (
            sum(len(reporter.stats.get(kind, ())) for kind in kinds)
            for kinds in (("passed",), ("failed", "error"), ("skipped",))
        )
        ended = f"{passed} passed, {failed} failed"
        reporter.write_line(f"{ended}, {skipped} skipped" if skipped else ended)
