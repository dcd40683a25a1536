"""Two lanes side by side, each with servers of its own: `pytest -n 2`, as `make test` does.

Tests that kill parts and servers under load stay in one lane: two of them at once would test this
machine. The other lane takes the rest file by file, the longest first; a lane that is done takes
from what is left.
"""

from collections.abc import Sequence
from typing import Any, Final

import pytest
from xdist.scheduler import LoadScopeScheduling  # pyright: ignore[reportMissingTypeStubs] # inline

LOADED: Final = ("tests/faults", "tests/production")
LONG: Final = ("tests/kafka", "tests/adapters", "tests/projections", "tests/simulation")
"""Begun before the rest, so that no lane is left with one of them at the end."""


class Lanes(LoadScopeScheduling):
    """Hands out file by file, and what loads the machine as one."""

    def _split_scope(self, nodeid: str) -> str:
        return "loaded" if nodeid.startswith(LOADED) else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Lanes:
    """Called where there are lanes."""
    config.option.loadscopereorder = False  # the order is the one below
    return Lanes(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests so that long ones come first."""
    items.sort(key=lambda item: _turn(item.nodeid, (*LOADED, *LONG)))


def _turn(nodeid: str, folders: Sequence[str]) -> int:
    return next(
        (turn for turn, folder in enumerate(folders) if nodeid.startswith(folder)), len(folders)
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close with how many passed and failed, of all lanes together."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if isinstance(reporter, pytest.TerminalReporter) and reporter.stats:
        passed, failed, skipped = (
            sum(len(reporter.stats.get(kind, ())) for kind in kinds)
            for kinds in (("passed",), ("failed", "error"), ("skipped",))
        )
        ended = f"{passed} passed, {failed} failed"
        reporter.write_line(f"{ended}, {skipped} skipped" if skipped else ended)
