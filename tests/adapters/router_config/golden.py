"""The golden files: every style, side and connection of a circuit that has everything.

`python -m tests.adapters.router_config.golden` writes them; read what it changed before you commit.
"""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple, get_args

from adapters.router_config.model import ConnectionName, Side
from adapters.router_config.rendering import rendered
from adapters.router_config.styles import STYLES
from tests.adapters.router_config.circuits import FULL, made, with_keys

FOLDER: Final = Path(__file__).with_name("golden")


class Golden(NamedTuple):
    """One file, and what it holds."""

    style: str
    side: Side
    connection: ConnectionName

    @property
    def file(self) -> Path:
        return FOLDER / f"{self.style}.{self.side}.{self.connection}.txt"

    def text(self) -> str:
        """The configuration as it is rendered now."""
        there = made(self.side, self.connection, *FULL, style=self.style, change=with_keys)
        return rendered(there, self.style)


def every() -> Iterator[Golden]:
    """All of them."""
    for style, side, connection in product(STYLES, get_args(Side), get_args(ConnectionName)):
        yield Golden(style, side, connection)


if __name__ == "__main__":
    for each in every():
        each.file.write_text(each.text(), encoding="utf-8")
