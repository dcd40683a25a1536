"""Tables for people: drawn on a terminal, plain columns into a pipe or a file.

A table is as wide as the terminal, or as COLUMNS says, otherwise 100 columns. What is wider is
narrowed, the widest columns first; what does not fit its column goes on in the next line, broken
between words, and within a word only where the word alone is too long.
"""

import sys
from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from adapters.cli.visible import visible

WIDTH: Final = 100
"""Columns of a table where no terminal says how wide it is."""

_GAP: Final = "  "


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows under heads; without heads, a thing's names and values."""
    rows = [[visible(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _drawn(heads, rows)
    else:
        _plain(heads, rows)


def heads_of(columns: Sequence[str]) -> list[str]:
    """`bandwidth_mbps` is `Mbit/s`; `customer_id` is `customer`, unless another column is."""
    return [_head(name) for name in _short(columns)]


def _short(columns: Sequence[str]) -> list[str]:
    return [
        name if (short := name.removesuffix("_id")) in columns and short != name else short
        for name in columns
    ]


def _head(name: str) -> str:
    word = name.replace("bandwidth_mbps", "Mbit/s").replace("_mbps", " Mbit/s")
    return word.replace("_", " ")


def _plain(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    lines = [*([[head.upper() for head in heads]] if heads else []), *rows]
    if not lines:
        return
    widths = _widths(heads, lines, _room())
    for line in lines:
        parts = [_folded(cell, width) for cell, width in zip(line, widths, strict=True)]
        for each in zip_longest(*parts, fillvalue=""):
            cells = (cell.ljust(width) for cell, width in zip(each, widths, strict=True))
            print(_GAP.join(cells).rstrip())


def _room() -> int:
    from shutil import get_terminal_size

    return get_terminal_size((WIDTH, 0)).columns


def _widths(heads: Sequence[str], lines: Sequence[Sequence[str]], room: int) -> list[int]:
    """The columns' widths: as wide as their cells, the widest cut to the greatest that fits.

    If that can be, a column keeps the width of the words of its head, and names without heads
    their whole width.
    """
    wide = [max(map(len, column)) for column in zip(*lines, strict=True)]
    room -= len(_GAP) * (len(wide) - 1)
    if sum(wide) <= room:
        return wide
    words = [max(map(len, head.split()), default=1) for head in heads]
    least = [min(each) for each in zip(wide, words or (wide[0], 1), strict=True)]
    least = least if sum(least) <= room else [1] * len(wide)
    cuts = (_cut(wide, least, most) for most in range(room, 0, -1))
    return next((widths for widths in cuts if sum(widths) <= room), least)


def _cut(wide: Sequence[int], least: Sequence[int], most: int) -> list[int]:
    return [max(low, min(each, most)) for each, low in zip(wide, least, strict=True)]


def _folded(cell: str, width: int) -> list[str]:
    if len(cell) <= width:
        return [cell]
    from textwrap import wrap

    return wrap(cell, width)


def _drawn(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(
        box=box.SIMPLE_HEAD, show_header=bool(heads), show_edge=False, padding=(0, 1, 0, 0)
    )
    for number, head in enumerate(heads or ("", "")):
        drawn.add_column(head, style="" if heads or number else "dim")
    for row in rows:
        drawn.add_row(*(Text(cell, overflow="fold") for cell in row))
    Console().print(drawn)
