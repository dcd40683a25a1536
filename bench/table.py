"""The table that a run prints: each figure beside the naive way and the limit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal, NamedTuple

from rich.console import Console
from rich.table import Table

from bench.trial import Ratio


@dataclass(frozen=True)
class Goal:
    """What a figure is to reach; `value` is the number that is judged."""

    value: float
    kind: Literal["at least", "at most"]
    bound: float
    unit: str

    @property
    def reached(self) -> bool:
        return self.value >= self.bound if self.kind == "at least" else self.value <= self.bound

    def __str__(self) -> str:
        return f"{self.kind} {self.bound:g} {self.unit}".strip()


class Shown(NamedTuple):
    """A figure: ours, the naive way's, and the limit's."""

    ours: str = ""
    naive: str = ""
    limit: str = ""


@dataclass(frozen=True)
class Line:
    """One figure. `ratio` says how it compares, with the spread over the pairs."""

    figure: str
    shown: Shown
    ratio: str = ""
    goal: Goal | None = None

    def __str__(self) -> str:
        return ", ".join(each for each in (self.figure, *self.shown, self.ratio) if each)


def per_second(figures: Sequence[float]) -> str:
    return f"{median(figures):,.0f}/s"


def against(of: Ratio, bound: float, what: str) -> Goal:
    return Goal(of.median, "at least", bound, what)


def printed(lines: Iterable[Line], notes: str, *, judged: bool) -> None:
    """Print the table on standard output, and under it the notes needed to read it.

    Without `judged` it does not say which goals were reached: too little was measured.
    """
    table = Table(title="tieline, measured", title_justify="left")
    for name, justify in _COLUMNS:
        table.add_column(name, justify=justify, overflow="fold")
    for line in lines:
        goal = line.goal
        verdict = _verdict(goal) if goal and judged else ""
        table.add_row(
            line.figure,
            *line.shown,
            line.ratio,
            str(goal or ""),
            verdict,
        )
    console = Console(width=150)
    console.print(table)
    console.print(notes, highlight=False)


def _verdict(goal: Goal) -> str:
    return "reached" if goal.reached else "[red]missed[/red]"


_COLUMNS: tuple[tuple[str, Literal["left", "right"]], ...] = (
    ("figure", "left"),
    ("tieline", "right"),
    ("the naive way", "right"),
    ("the limit", "right"),
    ("ratio (least to greatest)", "left"),
    ("to reach", "left"),
    ("", "left"),
)
